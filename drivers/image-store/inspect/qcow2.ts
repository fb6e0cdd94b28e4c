import { QCOW2_EXTERNAL_DATA, QCOW2_MAGIC } from '../../image-signatures.ts';
import type { ByteSource } from './byte-source.ts';
import { qcow2ExtensionProblem } from './qcow2-extensions.ts';

/** What inspecting came to: the size of the disk inside, or what is wrong as the end of a sentence. */
export type Inspection =
  | { readonly ok: true; readonly virtualSizeBytes: number }
  | { readonly ok: false; readonly reason: string };

/** The largest virtual disk that is taken: 64 TiB. A larger one is a mistake or an attack; no host here has it. */
const VIRTUAL_BYTES_MAX = 64n * 1024n ** 4n;
/** QEMU's own bounds (block/qcow2.h): it refuses larger tables. */
const L1_BYTES_MAX = 32n * 1024n ** 2n;
const REFCOUNT_TABLE_BYTES_MAX = 8n * 1024n ** 2n;
const SNAPSHOTS_MAX = 65_536;

/** Incompatible features by bit: dirty, corrupt, external data file (QCOW2_EXTERNAL_DATA), compression type, extended L2 entries. */
const CORRUPT = 1n << 1n;
const EXTENDED_L2 = 1n << 4n;
const KNOWN_FEATURES = (1n << 5n) - 1n;

const CHUNK_BYTES = 1024 * 1024;
/** Bits 9 to 55 of an L1 entry: where its L2 table is. */
const L2_OFFSET_MASK = 0x00ff_ffff_ffff_fe00n;

const wrong = (reason: string): Inspection => ({ ok: false, reason });

/**
 * Inspects a qcow2 image without any of QEMU's code: version 2 or 3, complete in itself (no backing file, no external
 * data file, not encrypted), tables within bounds and within the file. Source: QEMU docs/interop/qcow2.txt.
 */
export async function inspectQcow2(source: ByteSource): Promise<Inspection> {
  const header = await source.read(0, 112);
  if (header.toString('latin1', 0, 4) !== QCOW2_MAGIC) return wrong('it does not start as a qcow2 image does');
  if (header.length < 72) return wrong('its header is cut off');
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) return wrong(`version ${version} of qcow2 is not supported`);
  if (header.readBigUInt64BE(8) !== 0n || header.readUInt32BE(16) !== 0) return wrong('it has a backing file');
  const clusterBits = header.readUInt32BE(20);
  if (clusterBits < 9 || clusterBits > 21) return wrong(`its cluster size of 2^${clusterBits} bytes is out of bounds`);
  const clusterBytes = 1n << BigInt(clusterBits);
  const virtualBytes = header.readBigUInt64BE(24);
  if (virtualBytes === 0n) return wrong('its virtual size is 0');
  if (virtualBytes > VIRTUAL_BYTES_MAX) return wrong(`its virtual size of ${virtualBytes} bytes is out of bounds`);
  if (header.readUInt32BE(32) !== 0) return wrong('it is encrypted');

  const features = version === 3 ? version3Features(header, clusterBytes) : { bits: 0n, headerBytes: 72 };
  if ('reason' in features) return wrong(features.reason);
  const fileBytes = BigInt(source.sizeBytes);
  const within = (offset: bigint, length: bigint): boolean =>
    offset >= clusterBytes && offset % clusterBytes === 0n && offset + length <= fileBytes;

  const l1Bytes = BigInt(header.readUInt32BE(36)) * 8n;
  const l1Offset = header.readBigUInt64BE(40);
  const l2Entries = clusterBytes / ((features.bits & EXTENDED_L2) === 0n ? 8n : 16n);
  const l1Needed = 8n * ((virtualBytes + clusterBytes * l2Entries - 1n) / (clusterBytes * l2Entries));
  if (l1Bytes > L1_BYTES_MAX) return wrong('its L1 table is too large');
  if (l1Bytes < l1Needed) return wrong('its L1 table is too small for its virtual size');
  if (!within(l1Offset, l1Bytes)) return wrong('its L1 table lies outside of the file');

  const refcountBytes = BigInt(header.readUInt32BE(56)) * clusterBytes;
  if (refcountBytes === 0n || refcountBytes > REFCOUNT_TABLE_BYTES_MAX)
    return wrong('the size of its refcount table is out of bounds');
  if (!within(header.readBigUInt64BE(48), refcountBytes)) return wrong('its refcount table lies outside of the file');
  const snapshots = header.readUInt32BE(60);
  if (snapshots > SNAPSHOTS_MAX) return wrong('it has too many internal snapshots');
  if (snapshots > 0 && !within(header.readBigUInt64BE(64), 40n * BigInt(snapshots)))
    return wrong('its snapshot table lies outside of the file');

  const extension = await qcow2ExtensionProblem(source, features.headerBytes, Number(clusterBytes));
  if (extension !== null) return wrong(extension);
  if (!(await l2TablesAreInside(source, Number(l1Offset), Number(l1Bytes), clusterBytes)))
    return wrong('parts that its L1 table refers to lie outside of the file: it is cut off or damaged');
  return { ok: true, virtualSizeBytes: Number(virtualBytes) };
}

/** What version 3 adds to the header: feature bits, and its own length. */
function version3Features(
  header: Buffer,
  clusterBytes: bigint,
): { readonly bits: bigint; readonly headerBytes: number } | { readonly reason: string } {
  if (header.length < 104) return { reason: 'its header is cut off' };
  const bits = header.readBigUInt64BE(72);
  if ((bits & QCOW2_EXTERNAL_DATA) !== 0n) return { reason: 'it has an external data file' };
  if ((bits & CORRUPT) !== 0n) return { reason: 'it is marked as corrupt' };
  if ((bits & ~KNOWN_FEATURES) !== 0n) return { reason: 'it needs features that are not known' };
  if (header.readUInt32BE(96) > 6) return { reason: 'its refcount width is out of bounds' };
  const headerBytes = header.readUInt32BE(100);
  if (headerBytes < 104 || headerBytes % 8 !== 0 || BigInt(headerBytes) > clusterBytes)
    return { reason: 'the length of its header is out of bounds' };
  return { bits, headerBytes };
}

/** Whether every L2 table is in the file. Finds uploads that were cut off before they were sent. */
async function l2TablesAreInside(
  source: ByteSource,
  l1Offset: number,
  l1Bytes: number,
  clusterBytes: bigint,
): Promise<boolean> {
  const fileBytes = BigInt(source.sizeBytes);
  for (let done = 0; done < l1Bytes; done += CHUNK_BYTES) {
    const chunk = await source.read(l1Offset + done, Math.min(CHUNK_BYTES, l1Bytes - done));
    for (let at = 0; at + 8 <= chunk.length; at += 8) {
      const offset = chunk.readBigUInt64BE(at) & L2_OFFSET_MASK;
      if (offset === 0n) continue;
      if (offset % clusterBytes !== 0n || offset + clusterBytes > fileBytes) return false;
    }
  }
  return true;
}
