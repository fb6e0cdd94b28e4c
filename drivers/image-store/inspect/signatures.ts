import type { ByteSource } from './byte-source.ts';

interface Signature {
  readonly format: string;
  /** Offset of the magic from the start or, when negative, from the end of the file. */
  readonly at: number;
  readonly magic: string;
}

/** Sector 16 of an ISO 9660 file system, where its descriptors start; the next ones follow at once. */
const ISO_DESCRIPTORS_AT = 0x8000;

/**
 * What files of other image formats look like, with magic bytes written as Latin-1. A virtual machine monitor that is
 * left to guess would open a file with one of these as that format, and so follow references in it: the way in of
 * CVE-2024-32498. Sources: QEMU's format probes, docs/interop/qcow2.txt, the VHD, VHDX and VMDK specifications, LUKS on-disk format.
 */
const SIGNATURES: readonly Signature[] = [
  { format: 'qcow2', at: 0, magic: 'QFI\u00fb' },
  { format: 'qed', at: 0, magic: 'QED\u0000' },
  { format: 'vmdk', at: 0, magic: 'KDMV' },
  { format: 'vmdk', at: 0, magic: 'COWD' },
  { format: 'vmdk', at: 0, magic: '# Disk DescriptorFile' },
  { format: 'vhd', at: 0, magic: 'conectix' },
  { format: 'vhd', at: -512, magic: 'conectix' },
  { format: 'vhdx', at: 0, magic: 'vhdxfile' },
  { format: 'vdi', at: 0x40, magic: '\u007f\u0010\u00da\u00be' },
  { format: 'luks', at: 0, magic: 'LUKS\u00ba\u00be' },
  { format: 'ploop', at: 0, magic: 'WithoutFreeSpace' },
  { format: 'ploop', at: 0, magic: 'WithouFreSpacExt' },
  { format: 'bochs', at: 0, magic: 'Bochs Virtual HD Image' },
  { format: 'cloop', at: 0, magic: '#!/bin/sh\n#V2.0 Format\n' },
  { format: 'dmg', at: -512, magic: 'koly' },
  { format: 'iso', at: ISO_DESCRIPTORS_AT + 1, magic: 'CD001' },
  { format: 'iso', at: ISO_DESCRIPTORS_AT + 1, magic: 'BEA01' },
];

/** The name of the format that the bytes have by their signature; `raw` when they have none. */
export async function formatOf(source: ByteSource): Promise<string> {
  const head = await source.read(0, 512);
  const tail = await source.read(Math.max(0, source.sizeBytes - 512), 512);
  const iso = await source.read(ISO_DESCRIPTORS_AT, 8);
  for (const { format, at, magic } of SIGNATURES) {
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
