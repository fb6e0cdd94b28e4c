import { asker, counter, idler, memoryRig, sender } from './runtime-bench-actors.ts';

/** As in erlang/runtime_bench.erl. */
const ASKERS = 1_000;
const SENDERS = 8;
const WARM_UP_ROUNDS = 2;

type Rig = ReturnType<typeof memoryRig>;

/** One round of a workload of one thread; resolves when all of it has been done. */
type Workload = (rig: Rig, count: number) => Promise<void>;

async function send({ system, ask }: Rig, count: number, senders: number): Promise<void> {
  const counted = ask(counter.at('c'), { type: 'await', count });
  for (let n = 0; n < senders; n++) system.tell(sender.at(`s${n}`), { type: 'send', left: count / senders });
  await counted;
}

const workloads: ReadonlyMap<string, Workload> = new Map<string, Workload>([
  ['tell', (rig, count) => send(rig, count, 1)],
  ['fan-in', (rig, count) => send(rig, count, SENDERS)],
  [
    'ask',
    async ({ ask }, count) => {
      const to = counter.at('c');
      const client = async (): Promise<void> => {
        for (let n = count / ASKERS; n > 0; n--) await ask(to, { type: 'ask', n });
      };
      await Promise.all(Array.from({ length: ASKERS }, client));
    },
  ],
  [
    'ask-actor',
    async ({ ask }, count) => {
      await ask(asker.at('a'), { type: 'go', left: count });
    },
  ],
  [
    'spawn',
    async ({ system, ask }, count) => {
      const counted = ask(counter.at('c'), { type: 'await', count });
      system.tell(sender.at('parent'), { type: 'spawn', left: count, round: 0 });
      await counted;
    },
  ],
]);

/** Rates of a workload, one a round; each round has a shard of its own. */
export async function rates(name: string, count: number, rounds: number): Promise<number[]> {
  const workload = workloads.get(name);
  if (!workload) throw new Error(`There is no workload ${name}.`);
  const values: number[] = [];
  for (let round = 0; round < rounds + WARM_UP_ROUNDS; round++) {
    const rig = memoryRig();
    const startMs = performance.now();
    await workload(rig, count);
    values.push((count * 1_000) / (performance.now() - startMs));
    await rig.stop();
  }
  return values.slice(WARM_UP_ROUNDS);
}

/** Bytes of the heap that an idle actor takes that has handled one message. Needs `--expose-gc`. */
export async function bytesPerActor(count: number): Promise<number> {
  const rig = memoryRig();
  const { ask, system } = rig;
  await ask(counter.at('c'), { type: 'ask', n: 0 });
  const before = heapBytes();
  const counted = ask(counter.at('c'), { type: 'await', count });
  system.tell(sender.at('parent'), { type: 'spawn', left: count, round: 0 });
  await counted;
  await ask(counter.at('c'), { type: 'ask', n: 0 });
  const bytes = (heapBytes() - before) / count;
  const active = rig.shard.stats().kinds[idler.kind]?.active;
  if (active !== count) throw new Error(`${active} actors of ${count} are in memory.`);
  return bytes;
}

function heapBytes(): number {
  if (!globalThis.gc) throw new Error('Start Node with --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
