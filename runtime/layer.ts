import { rowKey, rowKeyParts } from './key.ts';
import { KeyIndex } from './sorted-keys.ts';
import { DELETED, type KeyRange, type RowChanges, type Write } from './store.ts';

/**
 * One batch's changes: what its commit writes. Over a store that finds rows by table and id they stand by these, and no key is
 * made for them; all else stands by key. `DELETED` stands for what is deleted.
 */
export class Layer {
  readonly changes = new Map<string, unknown>();
  readonly #rows = new Map<string, Map<string, unknown>>();
  /** The changed keys in order, kept from the first walk on: most batches are never walked. */
  #order: KeyIndex | null = null;

  /** By table and id. */
  get rows(): RowChanges {
    return this.#rows;
  }

  get isEmpty(): boolean {
    for (const rows of this.#rows.values()) if (rows.size > 0) return false;
    return this.changes.size === 0;
  }

  /** What a key is changed to; undefined: it is not. */
  get(key: string): unknown {
    const parts = this.#rows.size === 0 ? null : rowKeyParts(key);
    return parts === null ? this.changes.get(key) : this.#rows.get(parts.table)?.get(parts.id);
  }

  /** The same of a row, where rows stand by table and id. */
  row(table: string, id: string): unknown {
    return this.#rows.get(table)?.get(id);
  }

  /** Changes a row of a table, or with `table` null what stands under a key. Returns what stood here (undefined: nothing). */
  set(table: string | null, name: string, value: unknown): unknown {
    const changes = this.#of(table);
    const former = changes.get(name);
    if (this.#order && former === undefined) this.#order.add(keyOf(table, name));
    changes.set(name, value);
    return former;
  }

  /** Takes a change back that was none before. */
  delete(table: string | null, name: string): void {
    if (this.#of(table).delete(name)) this.#order?.remove(keyOf(table, name));
  }

  walk(range: KeyRange): Iterable<string> {
    this.#order ??= new KeyIndex(() => this.#keys());
    return this.#order.walk(range);
  }

  /** All changes by key. */
  writes(): Write[] {
    const writes: Write[] = [];
    for (const [table, rows] of this.#rows) {
      for (const [id, value] of rows) writes.push([rowKey(table, id), value === DELETED ? undefined : value]);
    }
    return writes.concat(this.keyedWrites());
  }

  /** Those that do not stand by table and id. */
  keyedWrites(): Write[] {
    const writes: Write[] = [];
    this.changes.forEach((value, key) => {
      writes.push([key, value === DELETED ? undefined : value]);
    });
    return writes;
  }

  #of(table: string | null): Map<string, unknown> {
    if (table === null) return this.changes;
    const known = this.#rows.get(table);
    if (known !== undefined) return known;
    const rows = new Map<string, unknown>();
    this.#rows.set(table, rows);
    return rows;
  }

  *#keys(): Iterable<string> {
    yield* this.changes.keys();
    for (const [table, rows] of this.#rows) for (const id of rows.keys()) yield rowKey(table, id);
  }
}

const keyOf = (table: string | null, name: string): string => (table === null ? name : rowKey(table, name));
