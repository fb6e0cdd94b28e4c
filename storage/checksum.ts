import { crc32 } from 'node:zlib';

/** Up to so many bytes a loop is quicker than a call of zlib with a view of the bytes (measured: 30 ns for 20 bytes, against 170). */
const BY_LOOP_MAX = 400;
const ASCII_MAX = 0x7f;
const POLYNOMIAL = 0xedb88320;

/** What a byte adds to a CRC-32. */
const STEPS = Int32Array.from({ length: 256 }, (_, byte) => {
  let step = byte;
  for (let bit = 0; bit < 8; bit++) step = step & 1 ? (step >>> 1) ^ POLYNOMIAL : step >>> 1;
  return step;
});

/** What a byte adds when one more comes behind it in the same step. Several bytes a step do not wait for one another. */
const behind = (steps: Int32Array): Int32Array => steps.map((step) => (STEPS[step & 0xff] ?? 0) ^ (step >>> 8));
const STEPS_1 = behind(STEPS);
const STEPS_2 = behind(STEPS_1);
const STEPS_3 = behind(STEPS_2);
const STEPS_4 = behind(STEPS_3);
const STEPS_5 = behind(STEPS_4);
const STEPS_6 = behind(STEPS_5);
const STEPS_7 = behind(STEPS_6);

/** The CRC-32 of a text in UTF-8 and, behind it, of the bytes from `start` to before `end`, as a number with a sign. */
export function checksumOf(text: string, bytes: Buffer, start: number, end: number): number {
  if (end - start > BY_LOOP_MAX) return crc32(bytes.subarray(start, end), crc32(text)) | 0;
  const { length } = text;
  let crc = -1;
  let t = 0;
  for (; t + 3 < length; t += 4) {
    const [a, b, c, d] = [text.charCodeAt(t), text.charCodeAt(t + 1), text.charCodeAt(t + 2), text.charCodeAt(t + 3)];
    if ((a | b | c | d) > ASCII_MAX) return crc32(bytes.subarray(start, end), crc32(text)) | 0;
    crc ^= a | (b << 8) | (c << 16) | (d << 24);
    crc =
      (STEPS_3[crc & 0xff] ?? 0) ^
      (STEPS_2[(crc >>> 8) & 0xff] ?? 0) ^
      (STEPS_1[(crc >>> 16) & 0xff] ?? 0) ^
      (STEPS[crc >>> 24] ?? 0);
  }
  for (; t < length; t++) {
    const code = text.charCodeAt(t);
    if (code > ASCII_MAX) return crc32(bytes.subarray(start, end), crc32(text)) | 0;
    crc = (STEPS[(crc ^ code) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  let i = start;
  for (; i + 7 < end; i += 8) {
    crc ^= (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24);
    crc =
      (STEPS_7[crc & 0xff] ?? 0) ^
      (STEPS_6[(crc >>> 8) & 0xff] ?? 0) ^
      (STEPS_5[(crc >>> 16) & 0xff] ?? 0) ^
      (STEPS_4[crc >>> 24] ?? 0) ^
      (STEPS_3[bytes[i + 4] ?? 0] ?? 0) ^
      (STEPS_2[bytes[i + 5] ?? 0] ?? 0) ^
      (STEPS_1[bytes[i + 6] ?? 0] ?? 0) ^
      (STEPS[bytes[i + 7] ?? 0] ?? 0);
  }
  for (; i < end; i++) crc = (STEPS[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc;
}
