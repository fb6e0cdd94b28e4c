import type { Clock } from '../runtime/clock.ts';
import { DerivedIndexes, derivedOf } from '../runtime/derived-indexes.ts';
import { keyPart, rowKey, rowKeyParts } from '../runtime/key.ts';
import { KeyIndex } from '../runtime/sorted-keys.ts';
import {
  DELETED,
  type DerivedTables,
  type Entry,
  type IndexedTable,
  type KeyRange,
  type RowChanges,
  type Store,
  type Write,
} from '../runtime/store.ts';

const NONE_DERIVED: DerivedTables = new Map();

/** The rows of a table by id, and the first two parts of their keys. */
interface TableRows {
  readonly name: string;
  readonly space: string;
  readonly rows: Map<string, unknown>;
}

/**
 * A store in memory: the twin of the LMDB store for simulation and tests. Rows are kept by reference (they are
 * immutable), so nothing is encoded, and by table and id: the id that an actor has is the one that its row is found by, and a key
 * is made only for who walks keys. "Durable" means: kept as long as this object, also across crashes of a shard.
 */
export class MemoryStore implements Store {
  readonly #clock: Clock;
  readonly #tables = new Map<string, TableRows>();
  /** What is no row, by key. */
  readonly #others = new Map<string, unknown>();
  readonly #keys = new KeyIndex((space) => this.#allKeys(space));
  readonly #indexes: DerivedIndexes | null;

  /** Of `derived` it makes the index entries of the rows, for those who walk them. @default of none: entries are written */
  constructor(clock: Clock, derived: readonly IndexedTable[] = []) {
    this.#clock = clock;
    this.#indexes =
      derived.length === 0 ? null : new DerivedIndexes(derived, (table) => this.#tables.get(table)?.rows ?? []);
  }

  get derived(): DerivedTables {
    return this.#indexes?.tables ?? NONE_DERIVED;
  }

  get size(): number {
    let size = this.#others.size;
    for (const { rows } of this.#tables.values()) size += rows.size;
    return size;
  }

  get(key: string): unknown {
    const parts = rowKeyParts(key);
    return parts === null ? this.#others.get(key) : this.row(parts.table, parts.id);
  }

  row(table: string, id: string): unknown {
    return this.#tables.get(table)?.rows.get(id);
  }

  *range(range: KeyRange): Iterable<Entry> {
    for (const key of this.keys(range)) yield { key, value: this.get(key) };
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

  commitRows(changes: RowChanges, writes: readonly Write[], done: (error: Error | null) => void): void {
    changes.forEach((rows, name) => {
      const table = this.#table(name);
      // Most tables are never walked: of their rows nobody has to be told.
      const isFollowed = this.#isFollowed(table);
      rows.forEach((row, id) => {
        if (isFollowed) this.#setRow(table, id, row === DELETED ? undefined : row);
        else if (row === DELETED) table.rows.delete(id);
        else table.rows.set(id, row);
      });
    });
    this.commit(writes, done);
  }

  /** Applies writes at once. */
  apply(writes: readonly Write[]): void {
    for (const [key, value] of writes) {
      const parts = rowKeyParts(key);
      if (parts === null) this.#set(key, value);
      else this.#setRow(this.#table(parts.table), parts.id, value);
    }
  }

  /** Deletes rows of a table at once. */
  deleteRows(table: string, ids: readonly string[]): void {
    const rows = this.#table(table);
    for (const id of ids) this.#setRow(rows, id, undefined);
  }

  /** Deletes all rows of a table at once. */
  deleteTable(name: string): void {
    const table = this.#table(name);
    if (this.#isFollowed(table)) this.deleteRows(name, [...table.rows.keys()]);
    else table.rows.clear();
  }

  async close(): Promise<void> {}

  #table(name: string): TableRows {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const made = { name, space: `r/${keyPart(name)}/`, rows: new Map<string, unknown>() };
    this.#tables.set(name, made);
    return made;
  }

  /** Whether somebody walks the keys of a table, or the index entries of its rows. */
  #isFollowed({ name, space }: TableRows): boolean {
    return this.#keys.follows(space) || this.#indexes?.follows(name) === true;
  }

  #setRow({ name, space, rows }: TableRows, id: string, row: unknown): void {
    if (this.#indexes?.follows(name)) this.#indexes.change(name, id, rows.get(id), row);
    const isFollowed = this.#keys.follows(space);
    if (row === undefined) {
      if (rows.delete(id) && isFollowed) this.#keys.remove(rowKey(name, id));
      return;
    }
    if (isFollowed && !rows.has(id)) this.#keys.add(rowKey(name, id));
    rows.set(id, row);
  }

  #set(key: string, value: unknown): void {
    if (value === undefined) {
      if (this.#others.delete(key)) this.#keys.remove(key);
      return;
    }
    if (!this.#others.has(key)) this.#keys.add(key);
    this.#others.set(key, value);
  }

  *#allKeys(space: string): Iterable<string> {
    for (const table of this.#tables.values()) {
      if (space !== '' && space !== table.space) continue;
      for (const id of table.rows.keys()) yield rowKey(table.name, id);
    }
    yield* this.#others.keys();
  }
}
