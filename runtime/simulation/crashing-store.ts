import type { Clock } from '../clock.ts';
import type { Entry, KeyRange, Reader, Store, Write } from '../store.ts';

/** Rows that outlive a simulated crash, and take writes at once. */
export interface SurvivingRows extends Reader {
  apply(writes: readonly Write[]): void;
}

/**
 * What becomes of a commit: it is kept; the process dies before it is durable, or right after, before anybody hears of
 * it; or the disk is full, and nothing of it is kept.
 */
export type CommitFate = 'kept' | 'crashBefore' | 'crashAfter' | 'full';

/** How a crashing store behaves. */
export interface CrashingStoreOptions {
  readonly rows: SurvivingRows;
  readonly clock: Clock;
  /** Milliseconds that a commit takes. */
  readonly commitMs: () => number;
  /** Asked when a commit would become durable. */
  readonly fate: () => CommitFate;
  /** Ends the simulated process. Called once. */
  readonly crash: () => void;
}

/** The store of one life of a simulated process: commits take time, and some of them are its last. */
export class CrashingStore implements Store {
  readonly #options: CrashingStoreOptions;
  readonly #queue: { readonly writes: readonly Write[]; readonly done: (error: Error | null) => void }[] = [];
  #dead = false;
  /** Set once a commit has failed: as the port wants it, none after it is kept. */
  #failure: Error | null = null;

  constructor(options: CrashingStoreOptions) {
    this.#options = options;
  }

  get(key: string): unknown {
    return this.#options.rows.get(key);
  }

  range(range: KeyRange): Iterable<Entry> {
    return this.#options.rows.range(range);
  }

  keys(range: KeyRange): Iterable<string> {
    return this.#options.rows.keys(range);
  }

  renew(): void {}

  commit(writes: readonly Write[], done: (error: Error | null) => void): void {
    if (this.#dead) return;
    this.#queue.push({ writes, done });
    if (this.#queue.length === 1) this.#commitNext();
  }

  /** The process has died of something else: nothing that is under way becomes durable. */
  die(): void {
    this.#dead = true;
    this.#queue.length = 0;
  }

  async close(): Promise<void> {
    this.die();
  }

  #commitNext(): void {
    const { clock, commitMs } = this.#options;
    clock.after(this.#failure ? 0 : commitMs(), () => {
      const next = this.#queue[0];
      if (this.#dead || !next) return;
      const fate = this.#failure ? 'full' : this.#options.fate();
      if (fate === 'full') this.#failure ??= new Error('There is no space left on the simulated disk.');
      else if (fate !== 'crashBefore') this.#options.rows.apply(next.writes);
      if (fate === 'crashBefore' || fate === 'crashAfter') {
        this.die();
        this.#options.crash();
        return;
      }
      this.#queue.shift();
      next.done(this.#failure);
      if (this.#queue.length > 0) this.#commitNext();
    });
  }
}
