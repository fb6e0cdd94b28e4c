%% The reference of `npm run bench -- runtime`: the same workloads for processes of Erlang/OTP.
%% Called as: erl +S N -noshell -pa DIR -run runtime_bench main WORKLOAD COUNT ROUNDS [FILE]
%% Prints one line of JSON: a value for each round after the warm-up, and what runs them.
-module(runtime_bench).
-behaviour(gen_server).
-export([main/1]).
-export([init/1, handle_call/3, handle_cast/2]).

%% As in runtime-bench-actors.ts: messages that a sender sends before it takes its next own message.
-define(BURST, 1000).
%% As in runtime-workloads.ts and runtime-cross-thread.ts: askers at once, messages of a window, senders.
-define(ASKERS, 1000).
-define(WINDOW, 4000).
-define(SENDERS, 8).

main([Workload, CountText, RoundsText | Rest]) ->
    Count = list_to_integer(CountText),
    Rounds = list_to_integer(RoundsText),
    Values = values(list_to_atom(Workload), Count, Rounds, Rest),
    Flavor = erlang:system_info(emu_flavor),
    Text = lists:join(",", [io_lib:format("~.1f", [float(Value)]) || Value <- Values]),
    io:format("{\"values\":[~s],\"runs\":\"Erlang/OTP ~s (~s, ~w schedulers)\"}~n",
              [Text, erlang:system_info(otp_release), Flavor, erlang:system_info(schedulers_online)]),
    halt(0).

%% The first two rounds warm up.
values(bytes, Count, _Rounds, _) -> [bytes(Count, wait)];
values('bytes-hibernated', Count, _Rounds, _) -> [bytes(Count, hibernate)];
values(durable, Count, Rounds, [File]) ->
    lists:nthtail(1, [durable(Count, File ++ integer_to_list(N)) || N <- lists:seq(0, Rounds)]);
values(Workload, Count, Rounds, _) ->
    lists:nthtail(2, [rate(Workload, Count) || _ <- lists:seq(1, Rounds + 2)]).

%% Messages (asks, processes) a second. Each round has processes of its own.
rate(Workload, Count) ->
    {Start, Await, Pids} = prepare(Workload, Count),
    Before = erlang:monotonic_time(nanosecond),
    Start(),
    Await(),
    Ns = erlang:monotonic_time(nanosecond) - Before,
    [begin unlink(Pid), exit(Pid, kill) end || Pid <- Pids],
    Count * 1.0e9 / Ns.

done() -> receive done -> ok end.

prepare(tell, Count) -> senders(1, Count);
prepare('cross-shard', Count) -> senders(1, Count);
prepare('fan-in', Count) -> senders(?SENDERS, Count);
prepare('ask-actor', Count) ->
    Me = self(),
    {ok, Server} = gen_server:start_link(?MODULE, [], []),
    Asker = spawn_link(fun() -> receive go -> ask(Server, Count), Me ! done end end),
    {fun() -> Asker ! go end, fun done/0, [Server]};
prepare(ask, Count) ->
    Me = self(),
    {ok, Server} = gen_server:start_link(?MODULE, [], []),
    Askers = [spawn_link(fun() -> receive go -> ask(Server, Count div ?ASKERS), Me ! done end end)
              || _ <- lists:seq(1, ?ASKERS)],
    {fun() -> [Asker ! go || Asker <- Askers] end, fun() -> [done() || _ <- Askers] end, [Server]};
prepare(spawn, Count) ->
    Me = self(),
    Counter = spawn_link(fun() -> count(0, Count, 0, Me) end),
    Parent = spawn(fun() -> parent(Counter) end),
    {fun() -> Parent ! {spawn, Count} end, fun done/0, [Counter, Parent]};
prepare('cross-thread', Count) ->
    Me = self(),
    {ok, Server} = gen_server:start_link(?MODULE, [], []),
    Sender = spawn_link(fun() -> receive go -> windows(Server, Count), Me ! done end end),
    {fun() -> Sender ! go end, fun done/0, [Server]}.

senders(Senders, Count) ->
    Me = self(),
    Counter = spawn_link(fun() -> count(0, Count, 0, Me) end),
    Pids = [spawn_link(fun() -> sender(Counter) end) || _ <- lists:seq(1, Senders)],
    {fun() -> [Pid ! {send, Count div Senders} || Pid <- Pids] end, fun done/0, [Counter | Pids]}.

sender(Counter) ->
    receive
        {send, 0} -> sender(Counter);
        {send, Left} ->
            Burst = min(Left, ?BURST),
            burst(Counter, Burst),
            self() ! {send, Left - Burst},
            sender(Counter)
    end.

burst(_, 0) -> ok;
%% A message that differs each time: a constant one would not be copied, which no real program can count on.
burst(Counter, Left) -> Counter ! {add, Left}, burst(Counter, Left - 1).

%% Waits for so many messages; their sum is kept as a state that must be computed.
count(Count, Count, Sum, Awaiting) -> Awaiting ! done, count(0, -1, Sum, Awaiting);
count(N, Count, Sum, Awaiting) -> receive {add, More} -> count(N + 1, Count, Sum + More, Awaiting) end.

%% A process is made, says so, and waits. It ends with its parent.
parent(Counter) ->
    receive
        {spawn, 0} -> parent(Counter);
        {spawn, Left} ->
            Burst = min(Left, ?BURST),
            [spawn_link(fun() -> Counter ! {add, 1}, receive stop -> ok end end) || _ <- lists:seq(1, Burst)],
            self() ! {spawn, Left - Burst},
            parent(Counter)
    end.

ask(_, 0) -> ok;
ask(Server, Left) -> _ = gen_server:call(Server, {add, 1}), ask(Server, Left - 1).

%% Windows of casts, each closed by a call; two windows may be on their way.
windows(Server, Count) ->
    Windows = Count div ?WINDOW,
    window(Server),
    Last = lists:foldl(fun(_, Request) -> Next = window(Server), {reply, _} = gen_server:wait_response(Request, 60000), Next end,
                       window(Server), lists:seq(1, Windows - 1)),
    {reply, _} = gen_server:wait_response(Last, 60000),
    ok.

window(Server) ->
    casts(Server, ?WINDOW),
    gen_server:send_request(Server, {add, 0}).

casts(_, 0) -> ok;
casts(Server, Left) -> gen_server:cast(Server, {add, 1}), casts(Server, Left - 1).

init([]) -> {ok, 0}.
handle_call({add, More}, _From, N) -> {reply, N + More, N + More}.
handle_cast({add, More}, N) -> {noreply, N + More}.

%% Bytes of one idle process that has handled a message.
bytes(Count, How) ->
    Me = self(),
    [erlang:garbage_collect(Pid) || Pid <- processes()],
    Before = erlang:memory(total),
    Pids = idle(Count, Me, How, []),
    [receive started -> ok end || _ <- Pids],
    timer:sleep(500),
    erlang:garbage_collect(),
    %% The list of process identifiers is the measurement's own: two words an entry.
    Bytes = (erlang:memory(total) - Before) / Count - 2 * erlang:system_info(wordsize),
    true = length(Pids) =:= Count,
    Bytes.

idle(0, _, _, Pids) -> Pids;
idle(Left, Me, How, Pids) ->
    Pid = spawn(fun() -> receive {add, N} -> Me ! started, rest(How, N) end end),
    Pid ! {add, 1},
    idle(Left - 1, Me, How, [Pid | Pids]).

rest(wait, N) -> receive {add, More} -> rest(wait, N + More) end;
rest(hibernate, N) -> erlang:hibernate(erlang, put, [total, N]).

%% Asks that each change one of ?ASKERS numbers; answered when the change is in a log on the disk. The log's process takes
%% what has arrived, appends a record for each, syncs once, and answers all of them: the fastest durable thing that OTP has.
durable(Count, File) ->
    Me = self(),
    {ok, Log} = disk_log:open([{name, File}, {file, File}, {format, internal}, {quiet, true}]),
    Writer = spawn_link(fun() -> writer(Log, #{}) end),
    Askers = [spawn_link(fun() -> receive go -> change(Writer, N, Count div ?ASKERS), Me ! done end end)
              || N <- lists:seq(1, ?ASKERS)],
    Before = erlang:monotonic_time(nanosecond),
    [Asker ! go || Asker <- Askers],
    [done() || _ <- Askers],
    Ns = erlang:monotonic_time(nanosecond) - Before,
    unlink(Writer),
    exit(Writer, kill),
    disk_log:close(Log),
    file:delete(File),
    Count * 1.0e9 / Ns.

change(_, _, 0) -> ok;
change(Writer, N, Left) ->
    Ref = make_ref(),
    Writer ! {change, self(), Ref, N},
    receive {Ref, _} -> change(Writer, N, Left - 1) end.

writer(Log, Totals) ->
    receive {change, From, Ref, N} -> gather(Log, Totals, [{From, Ref, N}]) end.

gather(Log, Totals, Changes) ->
    receive
        {change, From, Ref, N} -> gather(Log, Totals, [{From, Ref, N} | Changes])
    after 0 ->
        {Next, Rows, Replies} = lists:foldl(fun changed/2, {Totals, [], []}, lists:reverse(Changes)),
        ok = disk_log:log_terms(Log, lists:reverse(Rows)),
        ok = disk_log:sync(Log),
        [From ! {Ref, Total} || {From, Ref, Total} <- Replies],
        writer(Log, Next)
    end.

changed({From, Ref, N}, {Totals, Rows, Replies}) ->
    Total = maps:get(N, Totals, 0) + 1,
    {Totals#{N => Total}, [{N, Total} | Rows], [{From, Ref, Total} | Replies]}.
