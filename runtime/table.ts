import { keyOf, keyPart, lastKeyPart } from './key.ts';
import type { Reader } from './store.ts';

/** The parts of an index entry for a row; null keeps the row out of the index. */
export type IndexParts<Row> = (row: Row, id: string) => readonly string[] | null;

/** Declares rows of one type: their name, and the indexes that are kept with each write of a row. */
export interface TableDefinition<Row, Index extends string = string> {
  readonly name: string;
  readonly indexes?: { readonly [I in Index]: IndexParts<Row> };
}

/** What is said of a table where it is made, besides what everybody may know. */
interface TableMaking<Row> {
  /**
   * The fields that the indexes are made of: as long as these are the same, the entries are not looked at when a row is
   * written, which for rows that change often saves much of a write. @default any field may be one of them
   */
  readonly indexedFields?: readonly (keyof Row)[];
}

/** What the runtime needs of a table to write its rows. */
export interface RowTable<Row> {
  readonly name: string;
  readonly indexes?: object;
  key(id: string): string;
  read(reader: Reader, id: string): Row | undefined;
  /** The index entries that a row must have. */
  entries(row: Row, id: string): readonly string[];
  /** Whether two rows of one id differ in nothing that their index entries are made of, as far as a look at some fields tells. */
  isIndexedAlike(before: Row, row: Row): boolean;
}

/**
 * Rows of one type under one key prefix, `r/<name>/<id>`, with indexes under `x/<name>/<index>/<parts…>/<id>`.
 * A row is plain data. Who writes it is decided by ownership (one kind of actor a table), not by this class.
 */
export interface Table<Row, Index extends string = string> extends TableDefinition<Row, Index> {
  key(id: string): string;
  /** The row of an id as last committed; undefined when there is none. */
  read(reader: Reader, id: string): Row | undefined;
  /** All rows whose ids start with `prefix`, in order of their keys. */
  scan(reader: Reader, page?: Page): IterableIterator<Row>;
  /** The ids in an index whose entries start with these parts, in the index's order. */
  ids(reader: Reader, index: Index, parts: readonly string[], page?: Page): IterableIterator<string>;
  /** The index entries that a row must have. */
  entries(row: Row, id: string): readonly string[];
  isIndexedAlike(before: Row, row: Row): boolean;
  /** The key of one row's entry in an index: where a page continues after it. Undefined when it has none. */
  entryKey(index: Index, row: Row, id: string): string | undefined;
}

/** Which part of a walk is wanted. */
export interface Page {
  readonly after?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
  readonly idPrefix?: string;
}

/**
 * What was read under a table's key is taken to be its row: the store checked its checksum, and the schema version of
 * the whole store says which shape it has (storage/migrations).
 */
function isRow<Row>(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

/** Makes a table of a definition. */
export function table<Row, Index extends string = never>({
  indexedFields,
  ...definition
}: TableDefinition<Row, Index> & TableMaking<Row>): Table<Row, Index> {
  const rowPrefix = `r/${keyPart(definition.name)}/`;
  const indexPrefix = (index: string): string => `x/${keyPart(definition.name)}/${keyPart(index)}/`;
  const indexes: [string, IndexParts<Row>][] = definition.indexes
    ? Object.entries<IndexParts<Row>>(definition.indexes).map(([name, parts]) => [indexPrefix(name), parts])
    : [];
  const entryOf = (prefix: string, parts: readonly string[], id: string): string =>
    parts.length === 0 ? prefix + keyPart(id) : `${prefix}${keyOf(...parts)}/${keyPart(id)}`;
  return {
    ...definition,
    key: (id) => rowPrefix + keyPart(id),
    read(reader, id) {
      const value = reader.row === undefined ? reader.get(rowPrefix + keyPart(id)) : reader.row(definition.name, id);
      return isRow<Row>(value) ? value : undefined;
    },
    *scan(reader, page = {}) {
      const prefix = page.idPrefix === undefined ? rowPrefix : rowPrefix + keyPart(page.idPrefix);
      for (const { value } of reader.range({ ...page, prefix })) if (isRow<Row>(value)) yield value;
    },
    *ids(reader, index, parts, page = {}) {
      const prefix = parts.length === 0 ? indexPrefix(index) : `${indexPrefix(index)}${keyOf(...parts)}/`;
      for (const key of reader.keys({ ...page, prefix })) yield lastKeyPart(key);
    },
    entries(row, id) {
      const entries: string[] = [];
      for (const [prefix, partsOf] of indexes) {
        const parts = partsOf(row, id);
        if (parts) entries.push(entryOf(prefix, parts, id));
      }
      return entries;
    },
    isIndexedAlike(before, row) {
      if (indexedFields === undefined) return false;
      for (const field of indexedFields) if (before[field] !== row[field]) return false;
      return true;
    },
    entryKey(index, row, id) {
      const parts = definition.indexes?.[index](row, id);
      return parts ? entryOf(indexPrefix(index), parts, id) : undefined;
    },
  };
}
