import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Hashes of a file, in lower-case hex. */
export interface FileHashes {
  readonly sha512: string;
  readonly md5: string;
}

const BUFFER_BYTES = 1024 * 1024;

/** Reads a file once and hashes it. Rejects when it cannot be read. */
export async function hashFile(path: string): Promise<FileHashes> {
  const sha512 = createHash('sha512');
  const md5 = createHash('md5');
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, BUFFER_BYTES, null);
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      sha512.update(bytes);
      md5.update(bytes);
    }
  } finally {
    await file.close();
  }
  return { sha512: sha512.digest('hex'), md5: md5.digest('hex') };
}
