import { IMAGE_SIGNATURES, ISO_DESCRIPTORS_AT } from '../../image-signatures.ts';
import type { ByteSource } from './byte-source.ts';

/** The name of the format that the bytes have by their signature; `raw` when they have none. */
export async function formatOf(source: ByteSource): Promise<string> {
  const head = await source.read(0, 512);
  const tail = await source.read(Math.max(0, source.sizeBytes - 512), 512);
  const iso = await source.read(ISO_DESCRIPTORS_AT, 8);
  for (const { format, at, magic } of IMAGE_SIGNATURES) {
    if (at < 0 && source.sizeBytes < -at) continue;
    const [bytes, start] = at < 0 ? [tail, 0] : at < ISO_DESCRIPTORS_AT ? [head, at] : [iso, at - ISO_DESCRIPTORS_AT];
    if (bytes.toString('latin1', start, start + magic.length) !== magic) continue;
    // A hybrid ISO has a partition table too, so that it boots as a disk: it is a raw disk image as well.
    if (format === 'iso' && hasPartitions(head)) continue;
    return format;
  }
  return 'raw';
}

/** Whether a first sector is a master boot record with at least one partition. */
function hasPartitions(sector: Buffer): boolean {
  if (sector.length < 512 || sector.readUInt16LE(510) !== 0xaa55) return false;
  return [0, 1, 2, 3].some((entry) => sector.readUInt8(446 + entry * 16 + 4) !== 0);
}
