/** One change of a batch: a row put (plain data) or, with `undefined`, deleted. */
export type Write = readonly [key: string, value: unknown];

/** Bounds of a range of keys. Keys compare by code point. */
export interface KeyRange {
  /** Every key of the range starts with it. */
  readonly prefix: string;
  /** Only keys beyond this one, in the direction of the walk. */
  readonly after?: string;
  /** From the last key to the first. */
  readonly reverse?: boolean;
  /** At most so many. */
  readonly limit?: number;
}

/** An entry of a range. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
}

/**
 * The reading half of a store. What it returns is shared and must not be changed by the caller.
 * A row whose checksum is wrong is never returned: it throws `DamagedRow`.
 */
export interface Reader {
  get(key: string): unknown;
  range(range: KeyRange): Iterable<Entry>;
  keys(range: KeyRange): Iterable<string>;
  /** From now on, sees everything that was committed before this call. */
  renew(): void;
  /** The row of an id in a table, found without making its key. Absent: rows are found by key only. */
  readonly row?: ((table: string, id: string) => unknown) | undefined;
  /** Absent: index entries are written as rows are. Only together with `row`. */
  readonly derived?: DerivedTables | undefined;
}

/** Stands for a row that is deleted. */
export const DELETED = Symbol('deleted');

/** The rows that a batch changes, by table and id; `DELETED`: it is deleted. */
export type RowChanges = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

/** A table, as far as its index entries go. */
export interface IndexedTable {
  readonly name: string;
  /** The index entries that a row must have. */
  entries(row: unknown, id: string): readonly string[];
}

/** Tables, by name, whose index entries a store makes of their rows by itself, when they are walked: nobody writes them. */
export type DerivedTables = ReadonlyMap<string, IndexedTable>;

/**
 * Durable rows of one shard. One writer; readers on any thread.
 *
 * It promises: a commit is atomic (all of its writes or none, also after a power cut), commits become durable in the
 * order of the calls, and `done` is called without an error only when the writes would survive a crash of what the
 * durability mode covers: the machine for `sync`, the process for `relaxed`.
 */
export interface Store extends Reader {
  /**
   * Commits a batch. `done` gets an error when nothing of the batch was kept; then no later commit is kept either, and
   * the store has to be opened anew; in a new process, when the error is an `UnsafeStoreError`.
   */
  commit(writes: readonly Write[], done: (error: Error | null) => void): void;
  /** As `commit`, with rows that need no keys. A store has it together with `row`. */
  commitRows?(rows: RowChanges, writes: readonly Write[], done: (error: Error | null) => void): void;
  close(): Promise<void>;
}

/** A commit failed in a way that may have damaged the process: another one must take over before anything else is stored. */
export class UnsafeStoreError extends Error {
  override readonly name: string = 'UnsafeStoreError';
}

/** A stored row does not match its checksum or cannot be decoded. The key says which; nothing of it was returned. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow';
  readonly key: string;
  constructor(key: string, reason: string) {
    super(`The stored row ${key} is damaged: ${reason}.`);
    this.key = key;
  }
}
