import type { Clock } from '../runtime/clock.ts';
import { DerivedIndexes, derivedOf } from '../runtime/derived-indexes.ts';
import { KeyIndex } from '../runtime/sorted-keys.ts';
import type { DerivedTables, Entry, IndexedTable, KeyRange, Store, Write } from '../runtime/store.ts';

const NONE_DERIVED: DerivedTables = new Map();

/**
 * A store in memory: the twin of the LMDB store for simulation and tests. Rows are kept by reference (they are
 * immutable), so nothing is encoded. "Durable" means: kept as long as this object, also across crashes of a shard.
 */
export class MemoryStore implements Store {
  readonly #clock: Clock;
  readonly #rows = new Map<string, unknown>();
  readonly #keys = new KeyIndex(() => this.#rows.keys());
  readonly #indexes: DerivedIndexes | null;

  /** Of `derived` it makes the index entries of the rows, for those who walk them. @default of none: entries are written */
  constructor(clock: Clock, derived: readonly IndexedTable[] = []) {
    this.#clock = clock;
    this.#indexes = derived.length === 0 ? null : new DerivedIndexes(derived, this.#rows);
  }

  get derived(): DerivedTables {
    return this.#indexes?.tables ?? NONE_DERIVED;
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
    if (this.#indexes !== null && derivedOf(this.derived, range)) return this.#indexes.walk(range);
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
      if (this.#indexes?.isWalked) this.#indexes.change(key, this.#rows.get(key), value);
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
