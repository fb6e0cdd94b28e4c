import { keyPart } from './key.ts';
import { KeyIndex } from './sorted-keys.ts';
import type { DerivedTables, IndexedTable, KeyRange } from './store.ts';

/** The second part of a key: the table of a row or index entry. */
function tableName(key: string): string {
  const end = key.indexOf('/', 2);
  return end < 0 ? '' : key.slice(2, end);
}

/** The table that the index entries of a range are derived of; undefined: they are written, or the range is one of rows. */
export const derivedOf = (tables: DerivedTables | undefined, { prefix }: KeyRange): IndexedTable | undefined =>
  tables !== undefined && prefix.startsWith('x/') ? tables.get(tableName(prefix)) : undefined;

/** The entries of a row; none when there is no row. */
export const entriesOf = (table: IndexedTable, id: string, row: unknown): readonly string[] =>
  row === undefined ? [] : table.entries(row, id);

/** The space of a table's entries: the first two parts of their keys. */
const spaceOf = (table: string): string => `x/${keyPart(table)}/`;

/**
 * The index entries of a store in memory, made of its rows when a table's are walked first. From then on they follow each write,
 * as long as they are walked again before too much has changed.
 */
export class DerivedIndexes {
  readonly tables: DerivedTables;
  readonly #entries: KeyIndex;
  readonly #spaces: ReadonlyMap<string, string>;

  /** `rows`: those of a table, by id. */
  constructor(tables: readonly IndexedTable[], rows: (table: string) => Iterable<readonly [id: string, row: unknown]>) {
    this.tables = new Map(tables.map((table) => [table.name, table]));
    this.#spaces = new Map(tables.map(({ name }) => [name, spaceOf(name)]));
    this.#entries = new KeyIndex((space) => this.#entriesOf(space, rows));
  }

  /** To be called before a row changes: `before` and `row` are undefined when there was none, or is to be none. */
  change(name: string, id: string, before: unknown, row: unknown): void {
    const space = this.#spaces.get(name);
    const table = this.tables.get(name);
    if (space === undefined || table === undefined || !this.#entries.keeps(space)) return;
    const old = entriesOf(table, id, before);
    const wanted = entriesOf(table, id, row);
    for (const entry of old) if (!wanted.includes(entry)) this.#entries.remove(entry);
    for (const entry of wanted) if (!old.includes(entry)) this.#entries.add(entry);
  }

  /** Whether changes of a table's rows have to be told. */
  follows(name: string): boolean {
    const space = this.#spaces.get(name);
    return space !== undefined && this.#entries.keeps(space);
  }

  walk(range: KeyRange): Iterable<string> {
    return this.#entries.walk(range);
  }

  *#entriesOf(
    wanted: string,
    rows: (table: string) => Iterable<readonly [id: string, row: unknown]>,
  ): Iterable<string> {
    for (const [name, space] of this.#spaces) {
      const table = this.tables.get(name);
      if (table === undefined || (wanted !== '' && wanted !== space)) continue;
      for (const [id, row] of rows(name)) yield* entriesOf(table, id, row);
    }
  }
}
