import { crc32 } from 'node:zlib';

/** Up to so many bytes a loop is quicker than a call of zlib with a view of the bytes (measured: 30 ns for 20 bytes, against 300). */
const BY_LOOP_MAX = 160;
const ASCII_MAX = 0x7f;
const POLYNOMIAL = 0xedb88320;

/** What a byte adds to a CRC-32. */
const STEPS = Int32Array.from({ length: 256 }, (_, byte) => {
  let step = byte;
  for (let bit = 0; bit < 8; bit++) step = step & 1 ? (step >>> 1) ^ POLYNOMIAL : step >>> 1;
  return step;
});

/** The CRC-32 of a text in UTF-8 and, behind it, of the bytes from `start` to before `end`. */
export function checksumOf(text: string, bytes: Buffer, start: number, end: number): number {
  if (end - start > BY_LOOP_MAX) return crc32(bytes.subarray(start, end), crc32(text));
  let crc = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > ASCII_MAX) return crc32(bytes.subarray(start, end), crc32(text));
    crc = (STEPS[(crc ^ code) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  for (let i = start; i < end; i++) crc = (STEPS[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}
