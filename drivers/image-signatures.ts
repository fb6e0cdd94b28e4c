/** What tells a file of a format: bytes at a place. */
export interface ImageSignature {
  readonly format: string;
  /** Offset of the magic from the start or, when negative, from the end of the file. */
  readonly at: number;
  /** Written as Latin-1. */
  readonly magic: string;
}

export const QCOW2_MAGIC = 'QFI\u00fb';
/** Of a qcow2 header's incompatible features: the data lies in another file, which could be any file of the host. */
export const QCOW2_EXTERNAL_DATA = 1n << 2n;

/** Sector 16 of an ISO 9660 file system, where its descriptors start; the next ones follow at once. */
export const ISO_DESCRIPTORS_AT = 0x8000;

/**
 * What files of other image formats than raw look like. A virtual machine monitor that is left to guess would open a file
 * with one of these as that format, and so follow references in it: the way in of CVE-2024-32498. Sources: QEMU's format
 * probes, docs/interop/qcow2.txt, the VHD, VHDX and VMDK specifications, LUKS on-disk format.
 */
export const IMAGE_SIGNATURES: readonly ImageSignature[] = [
  { format: 'qcow2', at: 0, magic: QCOW2_MAGIC },
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
