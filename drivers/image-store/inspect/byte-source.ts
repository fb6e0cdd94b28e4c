import type { FileHandle } from 'node:fs/promises';

/** Bytes that can be read at any place: a file, or in tests a buffer. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** The bytes from `offset`; fewer than `length` at the end, none beyond it. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** An open file as a source. */
export const fileSource = (file: FileHandle, sizeBytes: number): ByteSource => ({
  sizeBytes,
  async read(offset, length) {
    const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
    const buffer = Buffer.alloc(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await file.read(buffer, filled, wanted - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  },
});

/** A buffer as a source. */
export const bufferSource = (bytes: Buffer): ByteSource => ({
  sizeBytes: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});
