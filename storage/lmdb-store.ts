import { isKeyLengthAllowed } from '../runtime/key.ts';
import type { Store, Write } from '../runtime/store.ts';
import { COMMIT_KEY, encodeRow } from './codec.ts';
import type { Environment } from './lmdb-environment.ts';
import { LmdbReader } from './lmdb-reader.ts';

/** Rows that the writer keeps decoded: those of operations under way. Actors hold their state themselves. */
const WRITER_DECODED_MAX = 4_000;

/** A commit that waits for its turn: rows already encoded. */
interface Commit {
  readonly rows: readonly (readonly [key: string, row: Buffer | undefined])[];
  readonly writes: readonly Write[];
  /** Why it cannot be stored at all. */
  readonly error: Error | null;
  readonly done: (error: Error | null) => void;
}

/**
 * The rows of a shard in an LMDB environment. Only one store may write to an environment.
 *
 * A commit is handed to LMDB when the one before it is durable, not earlier: LMDB would keep a later, smaller one after
 * an earlier one did not fit on the disk. Rows are encoded before, so that nothing can fail half-way through a commit.
 */
export class LmdbStore extends LmdbReader implements Store {
  readonly #environment: Environment;
  readonly #waiting: Commit[] = [];
  #isWriting = false;
  #commit: number;
  #failed: Error | null = null;

  constructor(environment: Environment) {
    super(environment, WRITER_DECODED_MAX);
    this.#environment = environment;
    const last = this.get(COMMIT_KEY);
    this.#commit = typeof last === 'number' ? last : 0;
  }

  commit(writes: readonly Write[], done: (error: Error | null) => void): void {
    const commit = ++this.#commit;
    try {
      const rows: [string, Buffer | undefined][] = writes.map(([key, value]) => [
        checkedKey(key),
        encodedRow(key, value, commit),
      ]);
      rows.push([COMMIT_KEY, encodeRow(commit, commit)]);
      this.#waiting.push({ rows, writes, error: null, done });
    } catch (error) {
      this.#waiting.push({ rows: [], writes: [], error: asError(error), done });
    }
    if (!this.#isWriting) this.#writeNext();
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #rememberAll({ writes, rows }: Commit): void {
    writes.forEach(([key, value], index) => {
      const row = rows[index]?.[1];
      if (row !== undefined && typeof value === 'object') this.remember(key, row, value);
    });
  }

  #writeNext(): void {
    const next = this.#waiting.shift();
    this.#isWriting = next !== undefined;
    if (!next) return;
    const ended = (failure: Error | null): void => {
      this.#failed ??= failure;
      this.#writeNext();
      next.done(failure);
    };
    const failed = this.#failed ?? next.error;
    if (failed) {
      queueMicrotask(() => ended(failed));
      return;
    }
    const environment = this.#environment;
    const written = environment.batch(() => {
      let last: Promise<boolean> | null = null;
      for (const [key, row] of next.rows) {
        const one = row === undefined ? environment.remove(key) : environment.put(key, row);
        // Each of these promises (mostly one and the same) is rejected when the whole is, which is told once.
        if (one !== last) one.catch(() => {});
        last = one;
      }
    });
    written.then(
      () => {
        this.#rememberAll(next);
        ended(null);
      },
      async (error: unknown) => ended(await reasonOf(error)),
    );
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

function checkedKey(key: string): string {
  if (!isKeyLengthAllowed(key)) throw new Error(`The key ${key.slice(0, 80)}… is too long.`);
  return key;
}

function encodedRow(key: string, value: unknown, commit: number): Buffer | undefined {
  try {
    return value === undefined ? undefined : encodeRow(value, commit);
  } catch (error) {
    throw new Error(`The row ${key} cannot be encoded.`, { cause: error });
  }
}
