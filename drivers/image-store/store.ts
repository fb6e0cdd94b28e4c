import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ByteRange, ContentResult, DiskFormat, ImageStore, StoredContent, UploadOrder } from '../images.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { fileFailure, isAbsent, refused } from './failures.ts';
import type { HashPool } from './hash-pool.ts';
import { fileSource } from './inspect/byte-source.ts';
import { inspectContent } from './inspect/inspect.ts';
import { isContentId, type StoreLayout, syncDirectory } from './layout.ts';
import { type ReceiveLimits, receive } from './receive.ts';
import { isUnchanged, writeStamp } from './stamp.ts';

/**
 * Image bytes in a directory, each content once, in a read-only file under the SHA-512 of its bytes. A file gets its
 * name only when it is complete, synced and inspected, so whatever has such a name can be used.
 */
export class DirectoryImageStore implements ImageStore {
  readonly #layout: StoreLayout;
  readonly #limits: ReceiveLimits;
  readonly #hashes: HashPool;
  /** Contents that uploads have just put and no row may refer to yet: id to number of holds. */
  readonly #held = new Map<string, number>();
  /** Checks under way, so that ten guests of one image hash it once. */
  readonly #checks = new Map<string, Promise<DriverResult<string>>>();

  constructor(layout: StoreLayout, limits: ReceiveLimits, hashes: HashPool) {
    this.#layout = layout;
    this.#limits = limits;
    this.#hashes = hashes;
  }

  get imageBytesMax(): number {
    return this.#limits.imageBytesMax;
  }

  async put(bytes: AsyncIterable<Uint8Array>, order: UploadOrder): Promise<ContentResult<StoredContent>> {
    const staged = this.#layout.stagingPath(randomUUID());
    try {
      const received = await receive(staged, bytes, order, this.#limits);
      if (!received.ok) return received;
      const virtualSize = await inspectFile(staged, received.value, order.diskFormat);
      if (!virtualSize.ok) return virtualSize;
      const { sha512, md5 } = await this.#hashes.hash(staged, received.value, order.signal);
      this.#hold(sha512);
      try {
        await this.#keep(staged, sha512);
      } catch (error) {
        this.release(sha512);
        return fileFailure(error);
      }
      const content = { contentId: sha512, checksum: md5, sizeBytes: received.value };
      return { ok: true, value: { ...content, virtualSizeBytes: virtualSize.value } };
    } catch (error) {
      if (order.signal.aborted) return refused({ code: 'UploadInterrupted', reason: 'The upload was given up.' });
      return fileFailure(error);
    } finally {
      await rm(staged, { force: true });
    }
  }

  release(contentId: string): void {
    const holds = (this.#held.get(contentId) ?? 0) - 1;
    if (holds > 0) this.#held.set(contentId, holds);
    else this.#held.delete(contentId);
  }

  async read(contentId: string, range: ByteRange | null): Promise<ContentResult<ReadableStream<Uint8Array>>> {
    if (!isContentId(contentId)) return refused({ code: 'ContentNotFound', contentId });
    try {
      const file = await open(this.#layout.contentPath(contentId), 'r');
      return { ok: true, value: Readable.toWeb(file.createReadStream(range ?? {})) };
    } catch (error) {
      return isAbsent(error) ? refused({ code: 'ContentNotFound', contentId }) : fileFailure(error);
    }
  }

  async listContent(): Promise<readonly string[]> {
    return (await readdir(this.#layout.content)).filter(isContentId);
  }

  removeContent(contentId: string): boolean {
    if (!isContentId(contentId) || this.#held.has(contentId)) return false;
    const path = this.#layout.contentPath(contentId);
    if (!existsSync(path)) return false;
    // Taking the name away is quick and cannot interleave with an upload of the same bytes; freeing the blocks is slow.
    const removed = this.#layout.stagingPath(randomUUID());
    renameSync(path, removed);
    rmSync(this.#layout.stampPath(contentId), { force: true });
    void rm(removed, { force: true }).catch(() => undefined); // Else the next start removes it.
    return true;
  }

  async ensureLocal(contentId: string, signal: AbortSignal): Promise<DriverResult<string>> {
    if (!isContentId(contentId)) return unusable('it has no content');
    const path = this.#layout.contentPath(contentId);
    if (await isUnchanged(this.#layout, contentId)) return driverOk(path);
    if (signal.aborted) return overtaken();
    let check = this.#checks.get(contentId);
    if (!check) {
      check = this.#check(contentId).finally(() => this.#checks.delete(contentId));
      this.#checks.set(contentId, check);
    }
    return orAborted(check, signal);
  }

  async close(): Promise<void> {
    await this.#hashes.close();
  }

  #hold(contentId: string): void {
    this.#held.set(contentId, (this.#held.get(contentId) ?? 0) + 1);
  }

  /** Gives staged bytes their name, unless they are there already, undamaged and perhaps in use by guests. */
  async #keep(staged: string, contentId: string): Promise<void> {
    if (await isUnchanged(this.#layout, contentId)) return;
    await rename(staged, this.#layout.contentPath(contentId));
    await syncDirectory(this.#layout.content);
    await writeStamp(this.#layout, contentId);
  }

  /** Hashes a content whose file is not known to be unchanged. */
  async #check(contentId: string): Promise<DriverResult<string>> {
    const path = this.#layout.contentPath(contentId);
    try {
      const { size } = await stat(path);
      const { sha512 } = await this.#hashes.hash(path, size, null);
      if (sha512 !== contentId) return unusable('its content is damaged on disk');
      await writeStamp(this.#layout, contentId);
      return driverOk(path);
    } catch (error) {
      if (isAbsent(error)) return unusable('its content is not in the store');
      return unusable(`its content cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function inspectFile(path: string, sizeBytes: number, format: DiskFormat): Promise<ContentResult<number>> {
  const file = await open(path, 'r');
  try {
    return await inspectContent(fileSource(file, sizeBytes), format);
  } finally {
    await file.close();
  }
}

const unusable = (what: string) =>
  driverFailed({ code: 'ImageUnusable', reason: `The image cannot be used: ${what}.` });

const overtaken = () => driverFailed({ code: 'TimedOut', reason: 'The order for an image was given up.' });

/** The outcome, or TimedOut as soon as the signal is aborted; the work itself goes on for whoever else waits. */
async function orAborted<T>(work: Promise<DriverResult<T>>, signal: AbortSignal): Promise<DriverResult<T>> {
  let give = (): void => undefined;
  const aborted = new Promise<DriverResult<T>>((resolve) => {
    give = () => resolve(overtaken());
    signal.addEventListener('abort', give);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}
