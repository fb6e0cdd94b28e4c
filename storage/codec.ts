import { crc32 } from 'node:zlib';
import { Packr } from 'msgpackr';
import { DamagedRow } from '../runtime/store.ts';

/**
 * The stored form of a row: a stamp of 10 bytes, then MessagePack. The stamp is the CRC-32 of all that follows it
 * (4 bytes) and the number of the commit that wrote the row (6 bytes), both little endian. LMDB has no checksums of its own, and a disk that
 * lies must be found out before a wrong row is served; the commit number tells a reader whether it has this very
 * version decoded already.
 */
/** The key of the number of the last commit, which every commit writes. */
export const COMMIT_KEY = 'm/commit';

const CHECKSUM_BYTES = 4;
export const STAMP_BYTES = 10;

/** `copyBuffers`: the bytes that a row is decoded from are overwritten by the next read. */
const packr = new Packr({
  useRecords: false,
  mapsAsObjects: true,
  variableMapSize: true,
  int64AsType: 'number',
  copyBuffers: true,
});

/** Encodes a row: plain data, without cycles, at most 4 GiB. */
export function encodeRow(value: unknown, commit: number): Buffer {
  const body = packr.pack(value);
  const row = Buffer.allocUnsafe(STAMP_BYTES + body.length);
  row.writeUIntLE(commit, CHECKSUM_BYTES, STAMP_BYTES - CHECKSUM_BYTES);
  row.set(body, STAMP_BYTES);
  row.writeUInt32LE(crc32(row.subarray(CHECKSUM_BYTES)), 0);
  return row;
}

/** Decodes a row. Throws DamagedRow when it is not what was written. */
export function decodeRow(key: string, row: Buffer): unknown {
  if (row.length <= STAMP_BYTES) throw new DamagedRow(key, `it has ${row.length} bytes`);
  if (crc32(row.subarray(CHECKSUM_BYTES)) !== row.readUInt32LE(0)) {
    throw new DamagedRow(key, 'its checksum does not match');
  }
  try {
    return packr.unpack(row.subarray(STAMP_BYTES));
  } catch (error) {
    throw new DamagedRow(key, error instanceof Error ? error.message : 'it cannot be decoded');
  }
}

/** What tells one version of a row from another: equal stamps mean the same bytes. */
export const stampOf = (row: Buffer): string => row.toString('latin1', 0, STAMP_BYTES);
