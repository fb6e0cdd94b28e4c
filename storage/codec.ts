import { Packr } from 'msgpackr';
import { DamagedRow } from '../runtime/store.ts';
import { checksumOf } from './checksum.ts';
import { type PackedBuffer, packBehind } from './packed.ts';
import { type Shape, ShapeDecoder, ShapeEncoder } from './shapes.ts';

/**
 * The stored form of a row: a stamp, then MessagePack. All numbers are little endian.
 *
 * | bytes | what |
 * | ----- | ---- |
 * | 0-3   | CRC-32 of the row's key and all that follows |
 * | 4-8   | number of the commit that wrote the row, modulo 2^40 |
 * | 9     | form: 0 (schema version 1: the body begins at byte 10) or 1 |
 * | 10-11 | how many shapes its reader must know (shapes.ts); with 0 it is plain MessagePack |
 *
 * LMDB has no checksums of its own, and a disk that lies must be found out before a wrong row is served; the commit
 * number tells a reader whether it has this very version decoded already. The number of shapes is what makes a missing
 * shape an error: msgpackr alone would read its number as a value.
 */
const STAMP_BYTES = 12;

/** The key of the number of the last commit, which every commit writes. */
export const COMMIT_KEY = 'm/commit';
/** The key of the shapes of a store's rows, in the order of their numbers. */
export const SHAPES_KEY = 'm/shapes';

const CHECKSUM_BYTES = 4;
const COMMIT_BYTES = 5;
const FORM_AT = CHECKSUM_BYTES + COMMIT_BYTES;
const SHAPES_AT = FORM_AT + 1;
/** What tells versions of a row apart; rows of both forms have it. */
const VERSION_BYTES = SHAPES_AT;
const FORM = 1;
const OLD_FORM = 0;

/** `copyBuffers`: the bytes that a row is decoded from are overwritten by the next read. */
const plain = new Packr({
  useRecords: false,
  mapsAsObjects: true,
  variableMapSize: true,
  int64AsType: 'number',
  copyBuffers: true,
});

/** Writes the stamp of the row whose body has just been packed behind it. Byte by byte: a call of Buffer's costs more than the row's checksum. */
function stamp(key: string, buffer: PackedBuffer, commit: number, shapes: number): PackedBuffer {
  const { start, end } = buffer;
  putUint32(buffer, start + CHECKSUM_BYTES, commit | 0);
  buffer[start + FORM_AT - 1] = commit / 2 ** 32;
  buffer[start + FORM_AT] = FORM;
  buffer[start + SHAPES_AT] = shapes;
  buffer[start + SHAPES_AT + 1] = shapes >>> 8;
  // The key belongs to it: a row under another's key is as wrong as a row with other bytes.
  putUint32(buffer, start, checksumOf(key, buffer, start + CHECKSUM_BYTES, end));
  return buffer;
}

function putUint32(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value;
  buffer[at + 1] = value >>> 8;
  buffer[at + 2] = value >>> 16;
  buffer[at + 3] = value >>> 24;
}

/** Encodes a row that can be read by itself: plain data, without cycles, at most 4 GiB. The row is what `start` and `end` say until the next one is encoded. */
export const encodePlain = (key: string, value: unknown, commit: number): PackedBuffer =>
  stamp(key, packBehind(plain, value, STAMP_BYTES), commit, 0);

/** The bytes of the row that has just been encoded, by themselves. */
export const bytesOf = (buffer: PackedBuffer): Buffer => Buffer.from(buffer.subarray(buffer.start, buffer.end));

/** As `encodePlain`, its bytes by themselves. */
export const encodeRow = (key: string, value: unknown, commit: number): Buffer =>
  bytesOf(encodePlain(key, value, commit));

/** Encodes the rows of one store. The shapes that it learns must be stored with or before the rows that have them. */
export class RowEncoder {
  readonly #encoder: ShapeEncoder;

  constructor(shapes: readonly Shape[]) {
    this.#encoder = new ShapeEncoder(shapes);
  }

  get shapeCount(): number {
    return this.#encoder.count;
  }

  shapes(): readonly Shape[] {
    return this.#encoder.shapes();
  }

  /** Encodes a row: plain data, without cycles. The row is what `start` and `end` say until the next one is encoded. */
  encode(key: string, value: unknown, commit: number): PackedBuffer {
    const buffer = this.#encoder.encode(value, STAMP_BYTES);
    return stamp(key, buffer, commit, this.#encoder.count);
  }
}

/** Decodes rows of one store; `load` reads its shapes when a row needs more of them than are known. */
export class RowDecoder {
  readonly #load: () => readonly Shape[];
  #decoder = new ShapeDecoder([]);

  constructor(load: () => readonly Shape[]) {
    this.#load = load;
  }

  /** Decodes a row. Throws DamagedRow when it is not what was written, or its shapes are not there. */
  decode(key: string, row: Buffer): unknown {
    const shapes = verifiedShapes(key, row);
    if (shapes === 0) return decodeBody(key, () => plain.unpack(bodyOf(row)));
    let bytes = row;
    if (shapes > this.#decoder.count) {
      // Loading reads another row, into the very bytes of this one.
      bytes = Buffer.from(row);
      this.#decoder = new ShapeDecoder(this.#load());
      if (shapes > this.#decoder.count) {
        throw new DamagedRow(key, `it needs ${shapes} shapes, and the store has ${this.#decoder.count}`);
      }
    }
    return decodeBody(key, () => this.#decoder.decode(bodyOf(bytes)));
  }
}

/** Decodes a row that can be read by itself. Throws DamagedRow when it is not what was written. */
export function decodeRow(key: string, row: Buffer): unknown {
  const shapes = verifiedShapes(key, row);
  if (shapes > 0) throw new DamagedRow(key, `it needs ${shapes} shapes, and none are known`);
  return decodeBody(key, () => plain.unpack(bodyOf(row)));
}

/** Checks a row's checksum and form; returns how many shapes it needs. */
function verifiedShapes(key: string, row: Buffer): number {
  if (row.length <= VERSION_BYTES) throw new DamagedRow(key, `it has ${row.length} bytes`);
  const form = row.readUInt8(FORM_AT);
  const expected = checksumOf(form === OLD_FORM ? '' : key, row, CHECKSUM_BYTES, row.length);
  if (expected !== row.readInt32LE(0)) throw new DamagedRow(key, 'its checksum does not match');
  if (form === OLD_FORM) return 0;
  if (form !== FORM || row.length <= STAMP_BYTES) throw new DamagedRow(key, `its form is ${form}`);
  return row.readUInt16LE(SHAPES_AT);
}

const bodyOf = (row: Buffer): Buffer => row.subarray(row.readUInt8(FORM_AT) === OLD_FORM ? VERSION_BYTES : STAMP_BYTES);

function decodeBody(key: string, decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    throw new DamagedRow(key, error instanceof Error ? error.message : 'it cannot be decoded');
  }
}

/** Whether a decoded value is a list of shapes. */
function isShapes(value: unknown): value is readonly Shape[] {
  return (
    Array.isArray(value) && value.every((names) => Array.isArray(names) && names.every((n) => typeof n === 'string'))
  );
}

/** The shapes in the row under `SHAPES_KEY`; none when there is no row. Throws DamagedRow. */
export function decodeShapes(row: Buffer | undefined): readonly Shape[] {
  if (row === undefined) return [];
  const value = decodeRow(SHAPES_KEY, row);
  if (isShapes(value)) return value;
  throw new DamagedRow(SHAPES_KEY, 'it holds no shapes');
}

/** What tells one version of a row from another: equal stamps mean the same bytes. */
export const stampOf = (row: Buffer): string => row.toString('latin1', 0, VERSION_BYTES);

/** As `stampOf`, of a row that begins at `start`. */
export const stampAt = (buffer: Buffer, start: number): string =>
  buffer.toString('latin1', start, start + VERSION_BYTES);
