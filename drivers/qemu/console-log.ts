import { type FileHandle, open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines } from '../console-lines.ts';
import { guestFile, writeWhole } from './guest-files.ts';
import { limits } from './limits.ts';

async function withFile<T>(path: string, absent: T, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return absent;
  }
  try {
    return await use(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

/** The last bytes of a file, at most `bytesMax`; the rest is not read. Empty when there is no such file. */
export const tailOf = (path: string, bytesMax: number): Promise<Buffer> =>
  withFile(path, Buffer.alloc(0), async (file, size) => {
    const buffer = Buffer.alloc(Math.min(size, bytesMax));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.subarray(0, bytesRead);
  });

/** The last lines of a guest's serial console, over the cut of the log, at most `limits.consoleBytesMax`. */
export async function readConsole(directory: string, lines: number | null): Promise<string> {
  const now = await tailOf(join(directory, guestFile.console), limits.consoleBytesMax);
  const before = await tailOf(join(directory, guestFile.consoleBefore), limits.consoleBytesMax - now.length);
  return lastLines(Buffer.concat([before, now]).toString('utf8'), lines);
}

/**
 * Cuts the logs of a guest that have grown beyond the limit, so that a guest cannot fill the host's disk. The end of
 * the console is kept in a second file; where that cannot be, as on a full disk, it is lost, and the caller hears of it. QEMU writes with O_APPEND and goes on at the new beginning; what it writes
 * between our copy and our cut is lost. Nobody cuts while the controller is away: then a log grows until it is back.
 */
export async function cutLogs(directory: string, bytesMax: number = limits.logBytesMax): Promise<void> {
  const console = join(directory, guestFile.console);
  const isLong = (path: string) => withFile(path, false, async (_, size) => size > bytesMax);
  if (await isLong(console)) {
    try {
      await writeWhole(directory, guestFile.consoleBefore, await tailOf(console, limits.consoleBytesMax));
    } finally {
      await truncate(console, 0);
    }
  }
  const log = join(directory, guestFile.log);
  if (await isLong(log)) await truncate(log, 0);
}
