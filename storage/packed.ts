import { type Packr, RESERVE_START_SPACE, REUSE_BUFFER_MODE } from 'msgpackr';

/**
 * A buffer that msgpackr fills with one value after the other, never over one that it holds already. It says in `start`
 * and `end` where the last value is, and lmdb takes these for the part of the buffer that is meant. So no value has a
 * buffer or a view of its own: making one costs as much as encoding a small row.
 */
export interface PackedBuffer extends Buffer {
  start: number;
  end: number;
}

/** Packs a value behind `reserved` bytes (at most 255) of any content. */
export function packBehind(packr: Packr, value: unknown, reserved: number): PackedBuffer {
  const buffer = packr.pack(value, REUSE_BUFFER_MODE | RESERVE_START_SPACE | reserved);
  if (!isPackedBuffer(buffer)) throw new Error('msgpackr did not say where it packed a value.');
  return buffer;
}

/** It must not be a part of another: lmdb counts `start` from where the memory begins. */
function isPackedBuffer(buffer: Buffer): buffer is PackedBuffer {
  return 'start' in buffer && 'end' in buffer && buffer.byteOffset === 0;
}
