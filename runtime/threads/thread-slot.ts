import { BackOff } from './back-off.ts';
import { beatEveryMs, Staleness } from './heartbeat.ts';
import type { ThreadLimits } from './limits.ts';
import type { ThreadStats } from './shard-threads-options.ts';
import type { WorkerThread } from './worker-thread.ts';

/** A place for a thread: threads die and are started again, the place remains. */
export class ThreadSlot {
  readonly index: number;
  readonly backOff: BackOff;
  thread: WorkerThread | null = null;
  restarts = 0;
  /** Why the last thread here died. */
  lastReason: string | null = null;
  /** Shards that are being opened now. */
  openings = 0;
  isHung = false;
  readonly #limits: ThreadLimits;
  #staleness: Staleness;
  #idleMsAtBeat = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(index: number, limits: ThreadLimits) {
    this.index = index;
    this.#limits = limits;
    this.#staleness = new Staleness(beatEveryMs(limits.hangMs), 0);
    const { restartFirstMs: firstMs, restartLongestMs: longestMs, calmMs } = limits;
    this.backOff = new BackOff({ firstMs, longestMs, calmMs });
  }

  /** Takes in a thread that has just been started. */
  occupy(thread: WorkerThread, nowMs: number): void {
    this.thread = thread;
    this.#staleness = new Staleness(beatEveryMs(this.#limits.hangMs), nowMs);
    this.#idleMsAtBeat = 0;
  }

  /** Figures of the thread that is here now, and of those before it. */
  async stats(shards: readonly string[]): Promise<ThreadStats> {
    const { index, thread, isHung, restarts, lastReason } = this;
    const state = isHung ? 'hung' : thread ? 'running' : 'restarting';
    const load = thread && !isHung ? await thread.load().catch(() => null) : null;
    return { thread: index, state, shards, restarts, lastReason, load };
  }

  /** Runs after everything that was asked for before: opening, closing and moving never overlap in one place. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /**
   * For how long the thread has hung, in milliseconds; null when it has not. A thread whose event loop was idle since its last beat does not
   * hang: it was not given the processor.
   */
  hungForMs(beat: number, nowMs: number): number | null {
    if (this.thread === null) return null;
    const silentMs = this.#staleness.look(beat, nowMs);
    if (silentMs === 0) this.#idleMsAtBeat = this.thread.idleMs();
    const { hangMs, openingFactor } = this.#limits;
    if (silentMs <= (this.openings > 0 ? hangMs * openingFactor : hangMs)) return null;
    const idleMs = this.thread.idleMs() - this.#idleMsAtBeat;
    if (idleMs < silentMs / 2) return silentMs;
    this.#staleness.reset();
    this.#idleMsAtBeat = this.thread.idleMs();
    return null;
  }
}
