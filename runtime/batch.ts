import { derivedOf, entriesAt, rowsOf } from './derived-indexes.ts';
import { compareKeys, isKeyLengthAllowed, KEY_BYTES_MAX } from './key.ts';
import { KeyIndex } from './sorted-keys.ts';
import type { DerivedTables, Entry, IndexedTable, KeyRange, Reader, Write } from './store.ts';
import type { RowTable } from './table.ts';

/** The value of a deleted key in a layer. */
const DELETED = Symbol('deleted');

/** One batch's changes: what its commit writes. */
class Layer {
  readonly changes = new Map<string, unknown>();
  /** The changed keys in order, kept from the first walk on: most batches are never walked. */
  #order: KeyIndex | null = null;

  set(key: string, value: unknown): void {
    if (this.#order && !this.changes.has(key)) this.#order.add(key);
    this.changes.set(key, value);
  }

  delete(key: string): void {
    if (this.changes.delete(key)) this.#order?.remove(key);
  }

  walk(range: KeyRange): Iterable<string> {
    this.#order ??= new KeyIndex(() => this.changes.keys());
    return this.#order.walk(range);
  }
}

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
  /** How to undo the message being handled: key and former value (undefined: not in the layer), in pairs. */
  readonly #journal: unknown[] = [];
  /** How much of the journal stands. It is not made shorter, which would cost more than writing it. */
  #journaled = 0;

  constructor(store: Reader) {
    this.#store = store;
    this.#derived = store.derived;
    this.#layers = [this.#current];
  }

  get(key: string): unknown {
    const value = this.recent(key);
    if (value === undefined) return this.#store.get(key);
    return value === DELETED ? undefined : value;
  }

  /** What the batches since the last durable one say of a key: its value, `deleted`, or nothing (undefined). */
  recent(key: string): unknown {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]?.changes.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Changes a key in the running batch; `undefined` deletes it. Throws when no store could take the key. */
  set(key: string, value: unknown): void {
    if (!isKeyLengthAllowed(key))
      throw new Error(`The key ${key.slice(0, 80)}… is longer than ${KEY_BYTES_MAX} bytes.`);
    this.#journal[this.#journaled++] = key;
    this.#journal[this.#journaled++] = this.#current.changes.get(key);
    this.#current.set(key, value === undefined ? DELETED : value);
  }

  /** Writes a row of a table and brings its index entries along. `undefined` deletes the row. */
  put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    const hasEntries = table.indexes !== undefined && !this.#derived?.has(table.name);
    this.replace(table, id, hasEntries ? table.read(this, id) : undefined, row);
  }

  /** As `put`, for a caller that knows the row as it is: `before` must be it, or undefined when there is none. */
  replace<Row>(table: RowTable<Row>, id: string, before: Row | undefined, row: Row | undefined): void {
    this.replaceAt(table.key(id), table, id, before, row);
  }

  /** As `replace`, for a caller that has the row's key. */
  replaceAt<Row>(key: string, table: RowTable<Row>, id: string, before: Row | undefined, row: Row | undefined): void {
    this.set(key, row);
    if (!table.indexes || this.#derived?.has(table.name)) return;
    if (before !== undefined && row !== undefined && table.isIndexedAlike(before, row)) return;
    const old = before === undefined ? [] : table.entries(before, id);
    const wanted = row === undefined ? [] : table.entries(row, id);
    for (const entry of old) if (!wanted.includes(entry)) this.set(entry, undefined);
    for (const entry of wanted) if (!old.includes(entry)) this.set(entry, true);
  }

  /** Keeps the changes of the message just handled. */
  keep(): void {
    this.#journaled = 0;
  }

  /** Takes back the changes of the message just handled. */
  undo(): void {
    for (let i = this.#journaled - 2; i >= 0; i -= 2) {
      const [key, former] = [String(this.#journal[i]), this.#journal[i + 1]];
      if (former === undefined) this.#current.delete(key);
      else this.#current.set(key, former);
    }
    this.#journaled = 0;
  }

  /** Ends the running batch: its writes, for the commit. They stay visible until `settle`. */
  seal(): Write[] {
    // What a message of many changes left there is not to be held for ever.
    this.#journal.length = 0;
    this.#journaled = 0;
    const writes: Write[] = [];
    this.#current.changes.forEach((value, key) => {
      writes.push([key, value === DELETED ? undefined : value]);
    });
    this.#current = new Layer();
    this.#layers.push(this.#current);
    return writes;
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
    return this.#current.changes.size > 0;
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
      for (const key of layer.walk(unlimited)) over.set(key, layer.changes.get(key) !== DELETED);
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
      for (const key of layer.walk(rowsOf(table))) {
        for (const entry of entriesAt(table, key, this.#store.get(key)))
          if (isWithin(range, entry)) over.set(entry, false);
        for (const entry of entriesAt(table, key, this.get(key))) if (isWithin(range, entry)) over.set(entry, true);
      }
    }
  }

  renew(): void {
    this.#store.renew();
  }
}

/** Whether a key is one of a range, whatever its limit. */
const isWithin = ({ prefix, after, reverse }: KeyRange, key: string): boolean =>
  key.startsWith(prefix) &&
  (after === undefined || (reverse ? compareKeys(key, after) < 0 : compareKeys(key, after) > 0));
