import type { ActorKind, Address, AskOutcome, Context, ReplyTo } from '../runtime/index.ts';
import { memoryStore, runtime } from './runtime-built.ts';

/** Messages that a sender sends before it takes its next own message, as in erlang/runtime_bench.erl. */
const BURST = 1_000;
/** More actors than the largest workload has: none is passivated. */
const ACTIVE_MAX = 2_000_000;
const DEADLINE_MS = 600_000;
/** Notices that spoil a measurement; a slow handler on a busy machine does not. */
const WRONG: ReadonlySet<string> = new Set(['handlerFailed', 'deadLetter', 'storeFailed']);

/** What a counter is told. */
type CounterMessage =
  | { readonly type: 'add'; readonly n: number }
  /** Asks for the new sum. */
  | { readonly type: 'ask'; readonly n: number }
  /** Answered when so many messages have been counted. */
  | { readonly type: 'await'; readonly count: number };

interface Counter {
  messages: number;
  sum: number;
  awaited: number;
  asker: ReplyTo | null;
}

export const counter = runtime.protocol<CounterMessage, number>('counter');

const counterKind: ActorKind<Counter, CounterMessage> = {
  kind: 'counter',
  activate: () => ({ messages: 0, sum: 0, awaited: -1, asker: null }),
  handle(state, message, ctx) {
    switch (message.type) {
      case 'ask':
        state.sum += message.n;
        ctx.reply(state.sum);
        return state;
      case 'add':
        state.messages++;
        state.sum += message.n;
        break;
      case 'await':
        state.awaited = message.count;
        state.asker = ctx.asker;
    }
    if (state.messages === state.awaited) ctx.replyTo(state.asker, state.sum);
    return state;
  },
};

/** A sender sends `left` messages to the counter, or makes as many actors, in bursts. */
type SenderMessage =
  | { readonly type: 'send'; readonly left: number }
  | { readonly type: 'spawn'; readonly left: number; readonly round: number };

export const sender = runtime.protocol<SenderMessage>('sender');

const senderKind: ActorKind<null, SenderMessage> = {
  kind: 'sender',
  activate: () => null,
  handle(state, message, ctx) {
    const { left } = message;
    const burst = Math.min(left, BURST);
    if (message.type === 'send') {
      const to = counter.at('c');
      for (let n = burst; n > 0; n--) ctx.tell(to, { type: 'add', n });
    } else {
      for (let n = 0; n < burst; n++) ctx.tell(idler.at(`i${left - n}`), { type: 'start', n });
    }
    if (left > burst) ctx.tell(sender.at(ctx.self.id), { ...message, left: left - burst });
    return state;
  },
};

/** Comes into being with its first message, says so, and waits. */
export const idler = runtime.protocol<{ readonly type: 'start'; readonly n: number }>('idler');

const idlerKind: ActorKind<{ n: number }, { readonly type: 'start'; readonly n: number }> = {
  kind: 'idler',
  activate: () => ({ n: 0 }),
  handle(state, { n }, ctx) {
    state.n = n;
    ctx.tell(counter.at('c'), { type: 'add', n });
    return state;
  },
};

/** Asks a server so many times, each time when the answer to the time before is there. */
type AskerMessage = { readonly type: 'go'; readonly left: number } | { readonly type: 'answer'; readonly sum: number };
type ServerMessage = { readonly type: 'request'; readonly from: string; readonly n: number };

export const asker = runtime.protocol<AskerMessage, number>('asker');
const server = runtime.protocol<ServerMessage>('server');

const askerKind: ActorKind<{ left: number; asker: ReplyTo | null }, AskerMessage> = {
  kind: 'asker',
  activate: () => ({ left: 0, asker: null }),
  handle(state, message, ctx: Context) {
    if (message.type === 'go') {
      state.left = message.left;
      state.asker = ctx.asker;
    }
    if (state.left-- > 0) ctx.tell(server.at('s'), { type: 'request', from: ctx.self.id, n: state.left });
    else ctx.replyTo(state.asker, 0);
    return state;
  },
};

const serverKind: ActorKind<{ sum: number }, ServerMessage> = {
  kind: 'server',
  activate: () => ({ sum: 0 }),
  handle(state, { from, n }, ctx) {
    state.sum += n;
    ctx.tell(asker.at(from), { type: 'answer', sum: state.sum });
    return state;
  },
};

/** The kinds of these workloads. */
export const benchKinds = runtime.actorKinds([counterKind, senderKind, idlerKind, askerKind, serverKind]);

/** A shard in this thread, in memory. */
export function memoryShard(name = 's0', shardOf: (kind: string) => string = () => name) {
  const clock = runtime.realClock;
  return new runtime.Shard({
    name,
    kinds: benchKinds,
    store: new memoryStore.MemoryStore(clock),
    clock,
    random: runtime.realRandom,
    limits: { ...runtime.DEFAULT_SHARD_LIMITS, activeActorsMax: ACTIVE_MAX },
    runEffect: async () => runtime.ok(null),
    shardOf,
    notice: (notice) => {
      if (WRONG.has(notice.type)) throw new Error(JSON.stringify(notice));
    },
  });
}

/** A shard in this thread, in memory, and the way to it. */
export function memoryRig() {
  const clock = runtime.realClock;
  const shard = memoryShard();
  const { near, far } = runtime.localLink<
    import('../runtime/index.ts').ToShard,
    import('../runtime/index.ts').ToClient
  >(clock);
  const system = new runtime.ActorSystem({ client: 'bench', clock, shardOf: () => 's0', asksInFlightMax: 10_000 });
  shard.connectClient('bench', far);
  system.connect('s0', near);
  /** Asks, and takes no error. */
  const ask = async <Message, Reply>(to: Address<Message, Reply>, message: Message): Promise<Reply> =>
    valueIn(await system.ask(to, message, { deadlineMs: DEADLINE_MS }));
  const stop = async (): Promise<void> => {
    await shard.stop();
    system.close();
  };
  return { shard, system, ask, stop };
}

/** The value of an answer; an error ends the measurement. */
export function valueIn<Reply>(outcome: AskOutcome<Reply>): Reply {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}
