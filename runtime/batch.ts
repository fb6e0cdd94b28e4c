import { derivedOf, entriesOf } from './derived-indexes.ts';
import { compareKeys, isKeyLengthAllowed, KEY_BYTES_MAX, rowKey, rowKeyParts } from './key.ts';
import { Layer } from './layer.ts';
import {
  DELETED,
  type DerivedTables,
  type Entry,
  type IndexedTable,
  type KeyRange,
  type Reader,
  type RowChanges,
  type Write,
} from './store.ts';
import type { RowTable } from './table.ts';

/**
 * What the handlers of a shard see: the store, over it the batches that are being committed, over these the changes of
 * the running batch. Changes of the message being handled can be taken back.
 */
export class Overlay implements Reader {
  readonly #store: Reader;
  readonly #derived: DerivedTables | undefined;
  /** Oldest first; the last one is the running batch. */
  readonly #layers: Layer[];
  #current = new Layer();
  /** How to undo the message being handled: table (null: none), id or key, and former value (undefined: not in the layer). */
  readonly #journal: {
    readonly tables: (string | null)[];
    readonly names: string[];
    readonly formers: unknown[];
  } = { tables: [], names: [], formers: [] };
  /** How much of the journal stands. It is not made shorter, which would cost more than writing it. */
  #journaled = 0;
  /** As the store has it. */
  readonly row: Reader['row'];

  constructor(store: Reader) {
    this.#store = store;
    this.#derived = store.derived;
    this.#layers = [this.#current];
    const { row } = store;
    this.row = row === undefined ? undefined : (table, id) => this.#row(table, id);
  }

  #row(table: string, id: string): unknown {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]?.row(table, id);
      if (value !== undefined) return value === DELETED ? undefined : value;
    }
    return this.#store.row?.(table, id);
  }

  get(key: string): unknown {
    const value = this.recent(key);
    if (value === undefined) return this.#store.get(key);
    return value === DELETED ? undefined : value;
  }

  /** What the batches since the last durable one say of a key: its value, `deleted`, or nothing (undefined). */
  recent(key: string): unknown {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]?.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Changes a key in the running batch; `undefined` deletes it. Throws when no store could take the key. */
  set(key: string, value: unknown): void {
    if (!isKeyLengthAllowed(key))
      throw new Error(`The key ${key.slice(0, 80)}… is longer than ${KEY_BYTES_MAX} bytes.`);
    const parts = this.row === undefined ? null : rowKeyParts(key);
    if (parts === null) this.#change(null, key, value);
    else this.#change(parts.table, parts.id, value);
  }

  #change(table: string | null, name: string, value: unknown): void {
    const former = this.#current.set(table, name, value === undefined ? DELETED : value);
    const { tables, names, formers } = this.#journal;
    tables[this.#journaled] = table;
    names[this.#journaled] = name;
    formers[this.#journaled++] = former;
  }

  /** Writes a row of a table and brings its index entries along. `undefined` deletes the row. */
  put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    const hasEntries = table.indexes !== undefined && !this.#derived?.has(table.name);
    this.replace(table, id, hasEntries ? table.read(this, id) : undefined, row);
  }

  /** As `put`, for a caller that knows the row as it is: `before` must be it, or undefined when there is none. */
  replace<Row>(table: RowTable<Row>, id: string, before: Row | undefined, row: Row | undefined): void {
    this.replaceAt(null, table, id, before, row);
  }

  /** As `replace`, for a caller that may have the row's key. */
  replaceAt<Row>(
    key: string | null,
    table: RowTable<Row>,
    id: string,
    before: Row | undefined,
    row: Row | undefined,
  ): void {
    if (this.row === undefined) this.set(key ?? table.key(id), row);
    else this.#setRow(table.name, id, row);
    if (!table.indexes || this.#derived?.has(table.name)) return;
    if (before !== undefined && row !== undefined && table.isIndexedAlike(before, row)) return;
    const old = before === undefined ? [] : table.entries(before, id);
    const wanted = row === undefined ? [] : table.entries(row, id);
    for (const entry of old) if (!wanted.includes(entry)) this.set(entry, undefined);
    for (const entry of wanted) if (!old.includes(entry)) this.set(entry, true);
  }

  #setRow(table: string, id: string, row: unknown): void {
    // Three bytes a character at most, but for what is escaped: of the few that may be too long the key is made.
    if (id.length > ID_LENGTH_SURE && !isKeyLengthAllowed(rowKey(table, id)))
      throw new Error(`The key of a row of ${table} is longer than ${KEY_BYTES_MAX} bytes.`);
    this.#change(table, id, row);
  }

  /** Keeps the changes of the message just handled. */
  keep(): void {
    this.#journaled = 0;
  }

  /** Takes back the changes of the message just handled. */
  undo(): void {
    const { tables, names, formers } = this.#journal;
    for (let i = this.#journaled - 1; i >= 0; i--) {
      const [table, name, former] = [tables[i] ?? null, names[i] ?? '', formers[i]];
      if (former === undefined) this.#current.delete(table, name);
      else this.#current.set(table, name, former);
    }
    this.#journaled = 0;
  }

  /** Ends the running batch: its writes, for the commit. They stay visible until `settle`. */
  seal(): Write[] {
    return this.#sealed().writes();
  }

  /** As `seal`, over a store that takes rows without keys. */
  sealRows(): { readonly rows: RowChanges; readonly writes: readonly Write[] } {
    const sealed = this.#sealed();
    return { rows: sealed.rows, writes: sealed.keyedWrites() };
  }

  #sealed(): Layer {
    // What a message of many changes left there is not to be held for ever.
    const { tables, names, formers } = this.#journal;
    tables.length = 0;
    names.length = 0;
    formers.length = 0;
    this.#journaled = 0;
    const sealed = this.#current;
    this.#current = new Layer();
    this.#layers.push(this.#current);
    return sealed;
  }

  /** Forgets the oldest sealed batch: the store has it now. */
  settle(): void {
    this.#layers.shift();
    this.#store.renew();
  }

  /** Whether batches are being committed. */
  get isCommitting(): boolean {
    return this.#layers.length > 1;
  }

  get changed(): boolean {
    return !this.#current.isEmpty;
  }

  *range(range: KeyRange): Iterable<Entry> {
    for (const key of this.keys(range)) {
      const value = this.get(key);
      if (value !== undefined) yield { key, value };
    }
  }

  *keys(range: KeyRange): Iterable<string> {
    const { limit, ...unlimited } = range;
    const over = new Map<string, boolean>();
    const derived = derivedOf(this.#derived, range);
    if (derived) this.#changedEntries(derived, unlimited, over);
    for (const layer of derived ? [] : this.#layers) {
      // Without the limit: deleted keys do not count.
      for (const key of layer.walk(unlimited)) over.set(key, layer.get(key) !== DELETED);
    }
    const direction = range.reverse ? -1 : 1;
    const added = [...over.keys()].sort((a, b) => direction * compareKeys(a, b));
    let remaining = limit ?? Number.POSITIVE_INFINITY;
    let next = 0;
    for (const key of this.#store.keys(unlimited)) {
      while (next < added.length && direction * compareKeys(added[next] ?? '', key) < 0) {
        const candidate = added[next++] ?? '';
        if (over.get(candidate) && remaining-- > 0) yield candidate;
      }
      if (remaining <= 0) return;
      if (over.has(key)) continue;
      remaining--;
      yield key;
    }
    for (; next < added.length && remaining > 0; next++) {
      const candidate = added[next] ?? '';
      if (!over.get(candidate)) continue;
      remaining--;
      yield candidate;
    }
  }

  /** The index entries within a range that rows have lost (false) or got since the last durable batch. */
  #changedEntries(table: IndexedTable, range: KeyRange, over: Map<string, boolean>): void {
    for (const layer of this.#layers) {
      for (const id of layer.rows.get(table.name)?.keys() ?? []) {
        for (const entry of entriesOf(table, id, this.#store.row?.(table.name, id)))
          if (isWithin(range, entry)) over.set(entry, false);
        for (const entry of entriesOf(table, id, this.#row(table.name, id)))
          if (isWithin(range, entry)) over.set(entry, true);
      }
    }
  }

  renew(): void {
    this.#store.renew();
  }
}

/** Ids of so many characters have keys that every store takes, whatever has to be escaped in them, under the name of any table. */
const ID_LENGTH_SURE = 256;

/** Whether a key is one of a range, whatever its limit. */
const isWithin = ({ prefix, after, reverse }: KeyRange, key: string): boolean =>
  key.startsWith(prefix) &&
  (after === undefined || (reverse ? compareKeys(key, after) < 0 : compareKeys(key, after) > 0));
