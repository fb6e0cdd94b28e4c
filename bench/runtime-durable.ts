import type { ActorKind, Store, ToClient, ToShard, Write } from '../runtime/index.ts';
import { valueIn } from './runtime-bench-actors.ts';
import { lmdbEnvironment, lmdbStore, runtime } from './runtime-built.ts';

/** Clients at once, each asking an actor of its own, as in erlang/runtime_bench.erl. */
const CLIENTS = 1_000;
/** Messages of a window, each to an actor of its own; two windows are on their way, of different actors. */
const WINDOW = 4_000;
const DEADLINE_MS = 60_000;
/** Rounds of ours and of the reference that are not counted. */
const WARM_UP_ROUNDS = 2;

interface Account {
  readonly changes: number;
  readonly name: string;
}
const accounts = runtime.table<Account>({ name: 'account' });
const account = runtime.protocol<{ readonly type: 'change'; readonly by: number }, number>('account');

const accountKind: ActorKind<Account, { readonly type: 'change'; readonly by: number }> = {
  kind: 'account',
  table: accounts,
  activate: (id) => ({ changes: 0, name: id }),
  handle(state, { by }, ctx) {
    const changes = state.changes + by;
    ctx.reply(changes);
    // Not by a spread: in V8 11 that takes eight times as long, and it is the runtime that is measured.
    return { changes, name: state.name };
  },
};

/** What the reference repeats: how many commits there were, and how many rows and bytes they had together. */
export interface Grouping {
  readonly commits: number;
  readonly rows: number;
  readonly rowBytes: number;
}

/** Counts commits and rows on their way to a store. */
function counted(store: Store, grouping: { commits: number; rows: number }): Store {
  return {
    get: (key) => store.get(key),
    range: (range) => store.range(range),
    keys: (range) => store.keys(range),
    renew: () => store.renew(),
    commit(writes: readonly Write[], done) {
      grouping.commits++;
      grouping.rows += writes.length;
      store.commit(writes, done);
    },
    close: () => store.close(),
  };
}

/**
 * Changes a second of stored actors, one value a round, and how the writes of a round were grouped. `durable`: windows of
 * messages, each window closed by an ask that is answered when all of it is on the disk. `durable-ask`: each change is an
 * ask of its own.
 */
export async function durableRates(
  workload: string,
  file: string,
  count: number,
  rounds: number,
): Promise<{ readonly values: readonly number[] } & Grouping> {
  const clock = runtime.realClock;
  const grouping = { commits: 0, rows: 0 };
  const store = new lmdbStore.LmdbStore(lmdbEnvironment.openEnvironment(file, 'sync'));
  const shard = new runtime.Shard({
    name: 's0',
    kinds: runtime.actorKinds([accountKind]),
    store: counted(store, grouping),
    clock,
    random: runtime.realRandom,
    limits: runtime.DEFAULT_SHARD_LIMITS,
    runEffect: async () => runtime.ok(null),
    shardOf: () => 's0',
    notice: () => {},
  });
  const { near, far } = runtime.localLink<ToShard, ToClient>(clock);
  const system = new runtime.ActorSystem({ client: 'bench', clock, shardOf: () => 's0', asksInFlightMax: CLIENTS });
  shard.connectClient('bench', far);
  system.connect('s0', near);
  const client = async (_: unknown, index: number): Promise<void> => {
    const to = account.at(`a${index}`);
    for (let n = count / CLIENTS; n > 0; n--) {
      valueIn(await system.ask(to, { type: 'change', by: 1 }, { deadlineMs: DEADLINE_MS }));
    }
  };
  const window = async (first: number): Promise<void> => {
    for (let n = 1; n < WINDOW; n++) system.tell(account.at(`a${first + n}`), { type: 'change', by: 1 });
    valueIn(await system.ask(account.at(`a${first}`), { type: 'change', by: 1 }, { deadlineMs: DEADLINE_MS }));
  };
  const lane = async (_: unknown, index: number): Promise<void> => {
    for (let n = count / WINDOW / 2; n > 0; n--) await window(index * WINDOW);
  };
  const round = (): Promise<unknown> =>
    Promise.all(workload === 'durable' ? Array.from({ length: 2 }, lane) : Array.from({ length: CLIENTS }, client));
  const values = await ratesOf(count, rounds, round, () => {
    grouping.commits = 0;
    grouping.rows = 0;
  });
  store.renew();
  const changes = [...accounts.scan(store)].reduce((sum, row) => sum + row.changes, 0);
  const expected = (WARM_UP_ROUNDS + rounds) * count;
  if (changes !== expected) throw new Error(`${changes} changes are stored, not ${expected}: messages were lost.`);
  await shard.stop();
  system.close();
  const [commits, rows] = [Math.round(grouping.commits / rounds), Math.round(grouping.rows / rounds)];
  return { values, commits, rows, rowBytes: await bytesOf(file, accounts.key('a500')) };
}

/** Rates of the rounds after the warm-up; `begin` is called before the first that counts. */
async function ratesOf(
  count: number,
  rounds: number,
  round: () => Promise<unknown>,
  begin: () => void = () => {},
): Promise<readonly number[]> {
  const values: number[] = [];
  for (let n = 0; n < WARM_UP_ROUNDS + rounds; n++) {
    if (n === WARM_UP_ROUNDS) begin();
    const startMs = performance.now();
    await round();
    values.push((count * 1_000) / (performance.now() - startMs));
  }
  return values.slice(WARM_UP_ROUNDS);
}

async function bytesOf(file: string, key: string): Promise<number> {
  const environment = lmdbEnvironment.openEnvironment(file, 'sync');
  const bytes = environment.get(key)?.length ?? 0;
  await environment.close();
  return bytes;
}

/** The same number of rows in the same number of commits, made by nothing but LMDB: rows put, one commit after the other. */
export async function bareRates(
  workload: string,
  file: string,
  count: number,
  rounds: number,
  { commits, rows, rowBytes }: Grouping,
): Promise<readonly number[]> {
  const environment = lmdbEnvironment.openEnvironment(file, 'sync');
  const row = Buffer.alloc(rowBytes, 7);
  const actors = workload === 'durable' ? 2 * WINDOW : CLIENTS;
  const keys = Array.from({ length: actors }, (_, index) => accounts.key(`a${index}`));
  const round = async (): Promise<void> => {
    let next = 0;
    for (let commit = 0; commit < commits; commit++) {
      const until = Math.round(((commit + 1) * rows) / commits);
      await environment.batch(() => {
        for (; next < until; next++) environment.put(keys[next % actors] ?? '', row);
        // What every commit of ours writes besides.
        environment.put('m/commit', row);
      });
    }
  };
  const values = await ratesOf(count, rounds, round);
  await environment.close();
  return values;
}
