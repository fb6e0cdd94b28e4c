import { keyPart, lastKeyPart } from '../runtime/key.ts';
import { DamagedRow, type IndexedTable, type Reader } from '../runtime/store.ts';

/** How the index entries of a store agree with its rows. */
export interface IndexReport {
  /** Entries of the given tables. */
  readonly entries: number;
  readonly missingCount: number;
  /** Entries without a row that must have them. */
  readonly surplusCount: number;
  /** At most `NAMED_MAX` of each. */
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
}

/** Entries that are named, or mended in one go. */
const NAMED_MAX = 1_000;

/** What is found one by one: counted all, named as far as there is room. */
class Found {
  readonly named: string[] = [];
  count = 0;

  add(key: string): void {
    this.count++;
    if (this.named.length < NAMED_MAX) this.named.push(key);
  }
}

/**
 * Compares the index entries of tables with the rows: each row has those that it must have, and each entry has its row. Rows are
 * read once; entries one by one only where their number tells that there are too many. What a damaged row would need is
 * not known: it is left out. Tables that are not given are not looked at.
 */
export function checkIndexes(rows: Reader, tables: readonly IndexedTable[]): IndexReport {
  const [missing, surplus] = [new Found(), new Found()];
  let entries = 0;
  for (const table of tables) {
    const before = missing.count;
    const expected = missingOf(rows, table, missing) - (missing.count - before);
    const actual = countOf(rows, indexPrefix(table));
    entries += actual;
    if (actual > expected) surplusOf(rows, table, surplus);
  }
  return {
    entries,
    missingCount: missing.count,
    surplusCount: surplus.count,
    missing: missing.named,
    surplus: surplus.named,
  };
}

const rowPrefix = ({ name }: IndexedTable): string => `r/${keyPart(name)}/`;
const indexPrefix = ({ name }: IndexedTable): string => `x/${keyPart(name)}/`;

/** Finds entries that rows lack. Returns how many all rows must have. */
function missingOf(rows: Reader, table: IndexedTable, missing: Found): number {
  let expected = 0;
  for (const key of rows.keys({ prefix: rowPrefix(table) })) {
    const row = read(rows, key);
    if (row === DAMAGED || row === undefined) continue;
    for (const entry of table.entries(row, lastKeyPart(key))) {
      expected++;
      if (read(rows, entry) === undefined) missing.add(entry);
    }
  }
  return expected;
}

function surplusOf(rows: Reader, table: IndexedTable, surplus: Found): void {
  for (const entry of rows.keys({ prefix: indexPrefix(table) })) {
    const id = lastKeyPart(entry);
    const row = read(rows, rowPrefix(table) + keyPart(id));
    if (row === DAMAGED || (row !== undefined && table.entries(row, id).includes(entry))) continue;
    surplus.add(entry);
  }
}

function countOf(rows: Reader, prefix: string): number {
  let count = 0;
  for (const _ of rows.keys({ prefix })) count++;
  return count;
}

const DAMAGED = Symbol('damaged');

function read(rows: Reader, key: string): unknown {
  try {
    return rows.get(key);
  } catch (error) {
    if (error instanceof DamagedRow) return DAMAGED;
    throw error;
  }
}
