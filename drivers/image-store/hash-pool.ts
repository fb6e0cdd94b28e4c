import type { Piscina } from 'piscina';
import { type FileHashes, hashFile } from './hash-file.ts';

/** Up to this size a file is hashed at once (a few milliseconds): a thread would cost more than it saves. */
const INLINE_BYTES_MAX = 1024 * 1024;
/** How long a thread waits for more work before it ends and gives its memory back. */
const IDLE_MS = 5_000;

/** Run from source the task is a .ts file beside this one, from the package a .js file. */
const TASK_URL = import.meta.url.endsWith('.ts')
  ? new URL('./hash-task.ts', import.meta.url)
  : new URL('./hash-task.js', import.meta.url);

/** Hashes files without stalling the thread that asks: in threads that exist only while there is work. */
export class HashPool {
  readonly #threadsMax: number;
  #pool: Promise<Piscina<string, FileHashes>> | null = null;

  constructor(threadsMax: number) {
    this.#threadsMax = threadsMax;
  }

  /** Hashes a file. Rejects when it cannot be read, or with an AbortError. */
  async hash(path: string, sizeBytes: number, signal: AbortSignal | null): Promise<FileHashes> {
    if (sizeBytes <= INLINE_BYTES_MAX) return hashFile(path);
    this.#pool ??= this.#start();
    const pool = await this.#pool;
    return pool.run(path, { signal });
  }

  async close(): Promise<void> {
    const pool = await this.#pool;
    this.#pool = null;
    await pool?.destroy();
  }

  async #start(): Promise<Piscina<string, FileHashes>> {
    const { Piscina } = await import('piscina');
    return new Piscina({ filename: TASK_URL.href, minThreads: 0, maxThreads: this.#threadsMax, idleTimeout: IDLE_MS });
  }
}
