import { isKeyLengthAllowed } from '../runtime/key.ts';
import type { Reader, Store, Write } from '../runtime/store.ts';
import { COMMIT_KEY, decodeShapes, encodePlain, RowEncoder, SHAPES_KEY } from './codec.ts';
import { FileSpace } from './file-space.ts';
import type { Environment } from './lmdb-environment.ts';
import { LmdbReader } from './lmdb-reader.ts';
import { MIGRATION_KEY, SCHEMA_KEY } from './migrations/migration.ts';
import type { PackedBuffer } from './packed.ts';
import { NO_ROWS, RowBatch } from './row-batch.ts';
import { commitFailure } from './store-failure.ts';

/** Rows that the writer keeps decoded: those of operations under way. Actors hold their state themselves. */
const WRITER_DECODED_MAX = 4_000;
/** Of a commit with more rows than this none is kept: they would drive out all others, and most are not read so soon. */
const REMEMBERED_ROWS_MAX = WRITER_DECODED_MAX / 8;
/** A store that has no room for so many bytes of rows is full: it would fail soon. */
const PROBE_BYTES = 262_144;
/** Rows about the store itself, which can be read by themselves: also by a program that is to refuse the rest. */
const PLAIN_KEYS: ReadonlySet<string> = new Set([SCHEMA_KEY, MIGRATION_KEY]);
/** All of them begin so: no other key is looked up among them. */
const OWN_PREFIX = 'm/';
/** What a commit stores besides the rows that it was given: shapes, and its number. */
const OWN_ROWS_MAX = 2;
/** Under constant load, work between commits gets its turn after so many of them. */
const COMMITS_PER_TURN = 16;

/** A commit that waits for its turn: rows already encoded. */
interface Commit {
  readonly number: number;
  /** Written before `rows`, in the same transaction. */
  readonly rowsBefore: RowBatch;
  /** What the store is asked to write, one for one, and what it adds. */
  readonly rows: RowBatch;
  /** What it is asked to write, if it is to be remembered. */
  readonly writes: readonly Write[];
  readonly bytes: number;
  /** Why it cannot be stored at all. */
  readonly error: Error | null;
  readonly done: (error: Error | null) => void;
}

/**
 * Work between commits: reads what is committed and returns what is to be written, or null when there is nothing left.
 * While it runs nothing is being committed, so what it has read still stands when its writes are.
 */
export type WorkBetween = (rows: Reader) => readonly Write[] | null;

/**
 * The rows of a shard in an LMDB environment. Only one store may write to an environment.
 *
 * A commit is handed to LMDB when the one before it is durable, not earlier: LMDB would keep a later, smaller one after
 * an earlier one did not fit on the disk. Rows are encoded and space is set aside before, so that nothing can fail
 * half-way through a commit. It fails with StoreFull, StoreIo or StoreBroken when it is the disk's fault.
 * LMDB's thread makes it, not the shard's: see docs/decisions/0033-commits-are-made-in-lmdbs-thread.md.
 */
export class LmdbStore extends LmdbReader implements Store {
  readonly #environment: Environment;
  readonly #waiting: Commit[] = [];
  readonly #encoder: RowEncoder;
  readonly #space: FileSpace | null;
  /** Shapes that are stored, or are so with a commit that waits. */
  #shapesStored: number;
  #between: WorkBetween[] = [];
  #sinceTurn = 0;
  #isWriting = false;
  #isClosed = false;
  #commit: number;
  #failed: Error | null = null;

  /** `path`: the environment's file, in which space is set aside before each commit; without it a full disk is lmdb's to meet. */
  constructor(environment: Environment, path?: string) {
    super(environment, WRITER_DECODED_MAX);
    this.#environment = environment;
    this.#space = path === undefined ? null : new FileSpace(environment, path);
    const last = this.get(COMMIT_KEY);
    this.#commit = typeof last === 'number' ? last : 0;
    this.#encoder = new RowEncoder(decodeShapes(environment.getBinary(SHAPES_KEY)));
    this.#shapesStored = this.#encoder.shapeCount;
  }

  commit(writes: readonly Write[], done: (error: Error | null) => void): void {
    this.#waiting.push(this.#encoded(writes, done));
    if (!this.#isWriting) this.#writeNext();
  }

  /** Resolves when a commit has been stored, with space set aside for more: the store can be written. Rejects with why not. */
  probe(): Promise<void> {
    return new Promise((resolve, reject) => {
      const commit = this.#encoded([], (error) => (error ? reject(error) : resolve()));
      this.#waiting.push({ ...commit, bytes: PROBE_BYTES });
      if (!this.#isWriting) this.#writeNext();
    });
  }

  /** Does work between commits until it answers null: at once when there are none, else now and then. */
  workBetween(work: WorkBetween): void {
    this.#between.push(work);
    if (!this.#isWriting) this.#writeNext();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#between = [];
    await this.#environment.close();
  }

  #encoded(writes: readonly Write[], done: (error: Error | null) => void): Commit {
    const commit = ++this.#commit;
    const rows = new RowBatch(writes.length + OWN_ROWS_MAX);
    const whole = { number: commit, rowsBefore: NO_ROWS, rows, done };
    try {
      for (const [key, value] of writes) {
        if (value === undefined) rows.remove(checkedKey(key));
        else rows.put(key, this.#encode(checkedKey(key), value, commit));
      }
      // With the first rows that have them: a reader of this commit finds them in it.
      if (this.#encoder.shapeCount > this.#shapesStored) {
        rows.put(SHAPES_KEY, encodePlain(SHAPES_KEY, this.#encoder.shapes(), commit));
        this.#shapesStored = this.#encoder.shapeCount;
      }
      rows.put(COMMIT_KEY, encodePlain(COMMIT_KEY, commit, commit));
      const remembered = writes.length > REMEMBERED_ROWS_MAX ? [] : writes;
      return { ...whole, writes: remembered, bytes: rows.bytes, error: null };
    } catch (error) {
      return { ...whole, rows: NO_ROWS, writes: [], bytes: 0, error: asError(error) };
    }
  }

  #encode(key: string, value: unknown, commit: number): PackedBuffer {
    try {
      return isPlain(key) ? encodePlain(key, value, commit) : this.#encoder.encode(key, value, commit);
    } catch (error) {
      throw new Error(`The row ${key} cannot be encoded.`, { cause: error });
    }
  }

  #rememberAll({ writes, rows }: Commit): void {
    writes.forEach(([key, value], index) => {
      const stamp = typeof value === 'object' ? rows.stamp(index) : undefined;
      if (stamp !== undefined) this.remember(key, stamp, value);
    });
  }

  #writeNext(): void {
    const next = this.#next();
    this.#isWriting = next !== undefined;
    if (!next) return;
    const ended = (failure: Error | null): void => {
      this.#failed ??= failure;
      this.#writeNext();
      next.done(failure);
    };
    const failed = this.#failed ?? next.error ?? this.#noSpaceFor(next);
    if (failed) {
      queueMicrotask(() => ended(failed));
      return;
    }
    this.#write(next).then(
      () => {
        this.#rememberAll(next);
        ended(null);
      },
      async (error: unknown) => ended(commitFailure(await reasonOf(error))),
    );
  }

  /** The next commit, with the work between commits in front of it when it is that one's turn. */
  #next(): Commit | undefined {
    const next = this.#waiting.shift();
    const isTurn = next === undefined || ++this.#sinceTurn >= COMMITS_PER_TURN;
    if (!isTurn || this.#between.length === 0 || this.#failed || next?.error || this.#isClosed) return next;
    this.#sinceTurn = 0;
    try {
      const rows = this.#rowsBetween(next?.number ?? this.#commit + 1);
      if (rows.length === 0) return next ?? this.#next();
      const commit = next ?? this.#encoded([], () => {});
      return { ...commit, rowsBefore: rows, bytes: commit.bytes + rows.bytes };
    } catch (error) {
      this.#failed = asError(error);
      return next;
    }
  }

  /** What the first work writes. In plain form: shapes are learned in the order of commits, and this one comes out of turn. */
  #rowsBetween(commit: number): RowBatch {
    this.renew();
    const writes = this.#between[0]?.(this) ?? [];
    if (writes.length === 0) this.#between.shift();
    const rows = new RowBatch(writes.length);
    for (const [key, value] of writes) {
      if (value === undefined) rows.remove(checkedKey(key));
      else rows.put(key, encodePlain(checkedKey(key), value, commit));
    }
    return rows;
  }

  #noSpaceFor({ rowsBefore, rows, bytes }: Commit): Error | null {
    try {
      this.#space?.reserve({ rows: rowsBefore.length + rows.length, bytes });
      return null;
    } catch (error) {
      return asError(error);
    }
  }

  #write({ rowsBefore, rows }: Commit): Promise<boolean> {
    return this.#environment.batch(() => {
      rowsBefore.handOver(this.#environment);
      rows.handOver(this.#environment);
    });
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** LMDB hides why a commit failed in a promise that the error carries. */
async function reasonOf(failure: unknown): Promise<Error> {
  const error = asError(failure);
  if (!('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return new Error(`The commit failed: ${asError(reason).message}`, { cause: reason });
  }
}

const isPlain = (key: string): boolean => key.startsWith(OWN_PREFIX) && PLAIN_KEYS.has(key);

function checkedKey(key: string): string {
  if (!isKeyLengthAllowed(key)) throw new Error(`The key ${key.slice(0, 80)}… is too long.`);
  return key;
}
