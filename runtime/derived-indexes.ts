import { keyPart, lastKeyPart } from './key.ts';
import { KeyIndex } from './sorted-keys.ts';
import type { DerivedTables, IndexedTable, KeyRange } from './store.ts';

const rowPrefixOf = ({ name }: IndexedTable): string => `r/${keyPart(name)}/`;

/** The second part of a key: the table of a row or index entry. */
function tableName(key: string): string {
  const end = key.indexOf('/', 2);
  return end < 0 ? '' : key.slice(2, end);
}

/** The table that the index entries of a range are derived of; undefined: they are written, or the range is one of rows. */
export const derivedOf = (tables: DerivedTables | undefined, { prefix }: KeyRange): IndexedTable | undefined =>
  tables !== undefined && prefix.startsWith('x/') ? tables.get(tableName(prefix)) : undefined;

/** The prefix of a table's rows, and the entries that a value under such a key has. */
export const rowsOf = (table: IndexedTable): KeyRange => ({ prefix: rowPrefixOf(table) });

export const entriesAt = (table: IndexedTable, key: string, row: unknown): readonly string[] =>
  row === undefined ? [] : table.entries(row, lastKeyPart(key));

/**
 * The index entries of a store in memory, made of its rows when a table's are walked first. From then on they follow each write,
 * as long as they are walked again before too much has changed.
 */
export class DerivedIndexes {
  readonly tables: DerivedTables;
  readonly #entries: KeyIndex;

  constructor(tables: readonly IndexedTable[], rows: ReadonlyMap<string, unknown>) {
    this.tables = new Map(tables.map((table) => [table.name, table]));
    this.#entries = new KeyIndex(() => this.#entriesOf(rows));
  }

  /** Whether changes have to be told. */
  get isWalked(): boolean {
    return this.#entries.keepsOrder;
  }

  /** To be called before a row changes: `before` and `row` are undefined when there was none, or is to be none. */
  change(key: string, before: unknown, row: unknown): void {
    if (!key.startsWith('r/')) return;
    const name = tableName(key);
    if (!this.#entries.keeps(`x/${name}/`)) return;
    const table = this.tables.get(name);
    if (table === undefined) return;
    const old = entriesAt(table, key, before);
    const wanted = entriesAt(table, key, row);
    for (const entry of old) if (!wanted.includes(entry)) this.#entries.remove(entry);
    for (const entry of wanted) if (!old.includes(entry)) this.#entries.add(entry);
  }

  walk(range: KeyRange): Iterable<string> {
    return this.#entries.walk(range);
  }

  *#entriesOf(rows: ReadonlyMap<string, unknown>): Iterable<string> {
    for (const [key, row] of rows) {
      const table = key.startsWith('r/') ? this.tables.get(tableName(key)) : undefined;
      if (table !== undefined) yield* entriesAt(table, key, row);
    }
  }
}
