import { type FileHandle, open } from 'node:fs/promises';
import type { ContentResult, UploadOrder } from '../images.ts';
import { fileFailure, refused } from './failures.ts';

/** How a body is received. */
export interface ReceiveLimits {
  readonly imageBytesMax: number;
  /** Bytes of the disk that uploads leave free: the cloud's own state lives there too. */
  readonly reserveBytes: number;
  /** Free bytes of the disk. */
  readonly freeBytes: () => Promise<number>;
}

/** How much is written before the free space is looked at again. */
const SPACE_CHECK_BYTES = 64 * 1024 * 1024;

/**
 * Writes a body into a new file, chunk by chunk as it comes, makes it read-only and syncs it. Answers its size.
 * Errors: ContentTooLarge, StoreFull, UploadInterrupted, StoreFailed. The file is the caller's to remove.
 */
export async function receive(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  order: UploadOrder,
  limits: ReceiveLimits,
): Promise<ContentResult<number>> {
  const expected = order.expectedBytes ?? 0;
  if (expected > limits.imageBytesMax) return refused({ code: 'ContentTooLarge', limitBytes: limits.imageBytesMax });
  let file: FileHandle;
  try {
    if ((await limits.freeBytes()) < expected + limits.reserveBytes) return refused({ code: 'StoreFull' });
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    return fileFailure(error);
  }
  try {
    const written = await writeAll(file, bytes, order, limits);
    if (!written.ok) return written;
    await file.chmod(0o444);
    await file.sync();
    return written;
  } catch (error) {
    return fileFailure(error);
  } finally {
    await file.close();
  }
}

async function writeAll(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  { expectedBytes, signal }: UploadOrder,
  limits: ReceiveLimits,
): Promise<ContentResult<number>> {
  let total = 0;
  let checkAt = SPACE_CHECK_BYTES;
  const body = bytes[Symbol.asyncIterator]();
  for (;;) {
    const next = await nextChunk(body);
    if (signal.aborted) return refused({ code: 'UploadInterrupted', reason: 'The upload was given up.' });
    if (next === null) return refused({ code: 'UploadInterrupted', reason: 'The sender of the data is gone.' });
    if (next.done === true) break;
    total += next.value.length;
    if (total > limits.imageBytesMax) {
      await body.return?.();
      return refused({ code: 'ContentTooLarge', limitBytes: limits.imageBytesMax });
    }
    if (total >= checkAt) {
      checkAt += SPACE_CHECK_BYTES;
      if ((await limits.freeBytes()) < limits.reserveBytes) return refused({ code: 'StoreFull' });
    }
    let written = 0;
    while (written < next.value.length) written += (await file.write(next.value, written)).bytesWritten;
  }
  if (expectedBytes !== null && total !== expectedBytes) {
    const reason = `${expectedBytes} bytes were announced, but ${total} came.`;
    return refused({ code: 'UploadInterrupted', reason });
  }
  return { ok: true, value: total };
}

/** The next chunk; null when the body broke off, which is the sender's failure and not the disk's. */
async function nextChunk(body: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array> | null> {
  try {
    return await body.next();
  } catch {
    return null;
  }
}
