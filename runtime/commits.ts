import type { Overlay } from './batch.ts';
import type { Clock } from './clock.ts';
import type { Histogram } from './histogram.ts';
import type { Answer } from './operations.ts';
import type { Outgoing } from './peers.ts';
import type { Recording } from './recorder.ts';
import type { Store } from './store.ts';

/** The running batch. While another commit is under way it stays open, and what arrives joins it. */
export interface OpenBatch {
  messages: number;
  readonly answers: Answer[];
}

/** A batch that has been computed, until its commit is durable. */
export interface Sealed {
  readonly recording: Recording;
  readonly outgoing: Outgoing;
  /** Tells those who asked the shard itself for something, such as a retry of a dead letter. */
  readonly answers: readonly Answer[];
}

/** What the commits of a shard are made of. */
interface CommitsOptions {
  readonly store: Store;
  readonly overlay: Overlay;
  readonly clock: Clock;
  readonly durationMs: Histogram;
  /** A batch is durable. */
  readonly durable: (sealed: Sealed) => void;
  /** Nothing of these batches was kept, nor will anything later be. */
  readonly failed: (error: Error, lost: readonly Sealed[]) => void;
}

/** The batches whose commits are under way, oldest first. They become durable in the order in which they were computed. */
export class Commits {
  readonly #options: CommitsOptions;
  readonly #sealed: { readonly sealed: Sealed; readonly sinceMs: number }[] = [];
  #stopped = false;
  count = 0;

  constructor(options: CommitsOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#sealed.length;
  }

  /** Milliseconds since the oldest of them was handed to the store; 0 when there is none. */
  get oldestMs(): number {
    const [oldest] = this.#sealed;
    return oldest ? this.#options.clock.monotonic() - oldest.sinceMs : 0;
  }

  /** Commits the running batch. One without changes still waits for those before it: its replies may tell what they changed. */
  add(sealed: Sealed): void {
    const { overlay, store, clock, durable } = this.#options;
    if (!overlay.changed && this.#sealed.length === 0) {
      durable(sealed);
      return;
    }
    this.#sealed.push({ sealed, sinceMs: clock.monotonic() });
    this.count++;
    const ended = (error: Error | null): void => this.#ended(error);
    if (store.commitRows === undefined) {
      store.commit(overlay.seal(), ended);
      return;
    }
    const { rows, writes } = overlay.sealRows();
    store.commitRows(rows, writes, ended);
  }

  /** What comes from the store is not heard any more. Returns the batches of which it is not known whether they are kept. */
  stop(): readonly Sealed[] {
    this.#stopped = true;
    return this.#sealed.splice(0).map(({ sealed }) => sealed);
  }

  /** Commits end in the order of their calls. */
  #ended(error: Error | null): void {
    if (this.#stopped) return;
    const { overlay, clock, durationMs, durable, failed } = this.#options;
    if (error) {
      failed(
        error,
        this.#sealed.splice(0).map(({ sealed }) => sealed),
      );
      return;
    }
    const ended = this.#sealed.shift();
    overlay.settle();
    if (!ended) return;
    durationMs.record(clock.monotonic() - ended.sinceMs);
    durable(ended.sealed);
  }
}
