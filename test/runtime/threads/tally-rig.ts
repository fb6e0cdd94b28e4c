import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { realClock } from '../../../runtime/clock.ts';
import { ActorSystem } from '../../../runtime/system.ts';
import type { ThreadHang } from '../../../runtime/threads/hang-report.ts';
import type { ThreadLimits } from '../../../runtime/threads/limits.ts';
import type { ThreadNotice } from '../../../runtime/threads/notices.ts';
import type { ShardPlan } from '../../../runtime/threads/shard-module.ts';
import { type BuiltModules, buildModules } from '../../process/built-modules.ts';
import { type Seen, shardOf, sink, type TallyOptions, tally } from './tally-shard.ts';

const SHARD_MODULE = 'test/runtime/threads/tally-shard.ts';
const THREADS_MODULE = 'runtime/threads/shard-threads.ts';

/** Builds what a rig runs; for `before` hooks. */
export const buildRig = (): BuiltModules => buildModules([SHARD_MODULE, THREADS_MODULE, 'runtime/threads/worker.ts']);

export interface TallyRigOptions {
  readonly built: BuiltModules;
  readonly shards: readonly string[];
  readonly threads: number;
  /** Where the stores are; null: in memory. */
  readonly folder: string | null;
  readonly limits?: Partial<ThreadLimits>;
  /** Shared memory of some shards, by name. */
  readonly words?: Readonly<Record<string, Int32Array>>;
  /** What the plans of some shards say besides. */
  readonly plans?: Readonly<Record<string, Pick<ShardPlan, 'isOptional' | 'isClosed'>>>;
  /** Shards that cannot be opened. */
  readonly broken?: readonly string[];
}

const wordsOf = (words?: Int32Array) => (words ? { words } : {});

/** Shards that count, in threads, with a client. */
export async function tallyRig({
  built,
  shards,
  threads,
  folder,
  limits,
  words = {},
  plans = {},
  broken = [],
}: TallyRigOptions) {
  const notices: ThreadNotice[] = [];
  const hangs: ThreadHang[] = [];
  const module: typeof import('../../../runtime/threads/shard-threads.ts') = await import(built.url(THREADS_MODULE));
  const planOf = (name: string): ShardPlan => {
    const options: TallyOptions = { name, file: folder && join(folder, `${name}.mdb`), ...wordsOf(words[name]) };
    const module = broken.includes(name) ? 'file:///there-is-no-such-module.js' : built.url(SHARD_MODULE);
    return { name, module, options, ...plans[name] };
  };
  const running = await module.ShardThreads.start({
    shards: shards.map(planOf),
    threads,
    clock: realClock,
    limits: { restartFirstMs: 1, restartLongestMs: 20, restartsMax: 1_000_000, hangMs: 60_000, ...limits },
    notice: (notice) => notices.push(notice),
    writeReport: (hang) => hangs.push(hang),
    mainHang: null,
  });
  const system = new ActorSystem({ client: 'test', clock: realClock, shardOf, asksInFlightMax: 10_000 });
  running.connectClient('test', system);
  return {
    threads: running,
    planOf,
    system,
    notices,
    hangs,
    async stop() {
      await running.stop();
      system.close();
    },
  };
}

/** A client that counts up, and repeats a number until it is answered. */
export class CountingClient {
  readonly id: string;
  readonly sink: string;
  readonly #system: ActorSystem;
  /** The last number that was acknowledged. */
  acknowledged = 0;
  /** Answers that were errors, by code. */
  readonly refusals = new Map<string, number>();
  /** The longest wait for an acknowledgement in milliseconds. */
  longestMs = 0;

  constructor(system: ActorSystem, { id, sink: to }: { readonly id: string; readonly sink: string }) {
    this.#system = system;
    this.id = id;
    this.sink = to;
  }

  /** Counts until told otherwise. */
  async run(goesOn: () => boolean): Promise<void> {
    while (goesOn()) await this.count();
  }

  async count(): Promise<void> {
    const n = this.acknowledged + 1;
    const sinceMs = performance.now();
    for (;;) {
      const outcome = await this.#system.ask(
        tally.at(this.id),
        { type: 'count', n, sink: this.sink },
        { deadlineMs: 60_000 },
      );
      if (outcome.ok) break;
      const { code } = outcome.error;
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
      await pause(2);
    }
    this.acknowledged = n;
    this.longestMs = Math.max(this.longestMs, performance.now() - sinceMs);
  }

  /** What is wrong with what is stored, in words; nothing when all is well. */
  async violations(): Promise<string[]> {
    const found: string[] = [];
    const kept = await this.#read({ kind: tally.kind, id: this.id });
    if (kept.last !== this.acknowledged) found.push(`${this.id} is at ${kept.last}, acknowledged ${this.acknowledged}`);
    if (kept.wrong > 0) found.push(`${this.id} has ${kept.wrong} gaps`);
    // The last numbers may still be on their way from one shard to the other.
    const endMs = performance.now() + 60_000;
    let taken = await this.#read(sink.at(this.sink));
    while (taken.last < this.acknowledged && performance.now() < endMs) {
      await pause(20);
      taken = await this.#read(sink.at(this.sink));
    }
    if (taken.last !== this.acknowledged) found.push(`${this.sink} is at ${taken.last} of ${this.acknowledged}`);
    if (taken.wrong > 0) found.push(`${this.sink} saw ${taken.wrong} numbers twice, late or never`);
    return found;
  }

  async #read(address: ReturnType<typeof sink.at>): Promise<Seen> {
    const endMs = performance.now() + 60_000;
    for (;;) {
      const outcome = await this.#system.ask(address, { type: 'read' }, { deadlineMs: 60_000 });
      if (outcome.ok) return outcome.value;
      if (performance.now() > endMs) throw new Error(`${address.id} cannot be read: ${outcome.error.code}`);
      await pause(10);
    }
  }
}
