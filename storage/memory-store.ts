import type { Clock } from '../runtime/clock.ts';
import { KeyIndex } from '../runtime/sorted-keys.ts';
import type { Entry, KeyRange, Store, Write } from '../runtime/store.ts';

/**
 * A store in memory: the twin of the LMDB store for simulation and tests. Rows are kept by reference (they are
 * immutable), so nothing is encoded. "Durable" means: kept as long as this object, also across crashes of a shard.
 */
export class MemoryStore implements Store {
  readonly #clock: Clock;
  readonly #rows = new Map<string, unknown>();
  readonly #keys = new KeyIndex(() => this.#rows.keys());

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): unknown {
    return this.#rows.get(key);
  }

  *range(range: KeyRange): Iterable<Entry> {
    for (const key of this.keys(range)) yield { key, value: this.#rows.get(key) };
  }

  keys(range: KeyRange): Iterable<string> {
    return this.#keys.walk(range);
  }

  renew(): void {}

  commit(writes: readonly Write[], done: (error: Error | null) => void): void {
    this.apply(writes);
    this.#clock.soon(() => done(null));
  }

  /** Applies writes at once. */
  apply(writes: readonly Write[]): void {
    for (const [key, value] of writes) {
      if (value === undefined) {
        if (this.#rows.delete(key)) this.#keys.remove(key);
      } else {
        if (!this.#rows.has(key)) this.#keys.add(key);
        this.#rows.set(key, value);
      }
    }
  }

  async close(): Promise<void> {}
}
