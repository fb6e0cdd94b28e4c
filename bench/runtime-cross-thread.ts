import { MessageChannel, Worker } from 'node:worker_threads';
import type { ToClient, ToShard } from '../runtime/index.ts';
import { counter, memoryShard, sender, valueIn } from './runtime-bench-actors.ts';
import { links, runtime } from './runtime-built.ts';

/** As in erlang/runtime_bench.erl: messages of a window, each closed by an ask; two windows may be on their way. */
const WINDOW = 4_000;
const DEADLINE_MS = 120_000;
const WARM_UP_ROUNDS = 2;

/** Counters live in the other thread, senders in this one. */
export const shardOf = (kind: string): string => (kind === counter.kind ? 's0' : 's1');

type Round = (count: number) => Promise<void>;

/**
 * Messages a second to an actor in another thread, over the product's links: from a client (`cross-thread`), or from an
 * actor of a shard in this thread, through outbox and inbox (`cross-shard`).
 */
export async function crossThreadRates(workload: string, count: number, rounds: number): Promise<number[]> {
  const [client, peer] = [new MessageChannel(), new MessageChannel()];
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const file = JSON.stringify(new URL('runtime-thread.child.ts', import.meta.url).href);
  // Node 20 loads TypeScript in a thread only after tsx has been registered there.
  const worker = new Worker(`import(${tsx}).then(({ register }) => { register(); return import(${file}); });`, {
    eval: true,
    workerData: { client: client.port2, peer: peer.port2 },
    transferList: [client.port2, peer.port2],
  });
  worker.on('error', (error) => {
    throw error;
  });
  const system = new runtime.ActorSystem({ client: 'bench', clock: runtime.realClock, shardOf, asksInFlightMax: 10 });
  system.connect('s0', links.portLink<ToShard, ToClient>(client.port1));
  const round = workload === 'cross-thread' ? windows(system) : shardToShard(system, links.portLink(peer.port1));
  const values: number[] = [];
  for (let n = 0; n < rounds + WARM_UP_ROUNDS; n++) {
    const startMs = performance.now();
    await round(count);
    values.push((count * 1_000) / (performance.now() - startMs));
  }
  return values.slice(WARM_UP_ROUNDS);
}

type System = InstanceType<typeof runtime.ActorSystem>;

function windows(system: System): Round {
  const to = counter.at('c');
  const window = async (): Promise<number> => {
    for (let n = WINDOW; n > 0; n--) system.tell(to, { type: 'add', n });
    return valueIn(await system.ask(to, { type: 'ask', n: 0 }, { deadlineMs: DEADLINE_MS }));
  };
  let expected = 0;
  return async (count) => {
    let last = window();
    for (let n = 1; n < count / WINDOW; n++) {
      const next = window();
      await last;
      last = next;
    }
    expected += (count / WINDOW) * ((WINDOW * (WINDOW + 1)) / 2);
    const sum = await last;
    if (sum !== expected) throw new Error(`The sum is ${sum}, not ${expected}: messages were lost.`);
  };
}

function shardToShard(system: System, peer: ReturnType<typeof links.portLink<ToShard, ToShard>>): Round {
  const shard = memoryShard('s1', shardOf);
  const { near, far } = runtime.localLink<ToShard, ToClient>(runtime.realClock);
  shard.connectClient('bench', far);
  system.connect('s1', near);
  shard.connectPeer('s0', peer);
  let sent = 0;
  return async (count) => {
    sent += count;
    const counted = system.ask(counter.at('c'), { type: 'await', count: sent }, { deadlineMs: DEADLINE_MS });
    system.tell(sender.at('s'), { type: 'send', left: count });
    valueIn(await counted);
  };
}
