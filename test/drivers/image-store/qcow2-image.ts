const CLUSTER = 65_536;

/** The places of a qcow2 header (QEMU docs/interop/qcow2.txt) that tests change. */
export const AT = {
  version: 4,
  backingOffset: 8,
  backingSize: 16,
  clusterBits: 20,
  size: 24,
  crypt: 32,
  l1Size: 36,
  l1Offset: 40,
  refcountOffset: 48,
  refcountClusters: 56,
  snapshots: 60,
  snapshotsOffset: 64,
  incompatible: 72,
  refcountOrder: 96,
  headerLength: 100,
  extensions: 104,
  /** The first L1 entry. */
  l1: 2 * CLUSTER,
} as const;

/** A sound, empty qcow2 image: header, refcount table, L1 table and one L2 table, a cluster each. 10 GiB unless told. */
export function qcow2Image(version: 2 | 3 = 3, virtualBytes = 10n * 1024n ** 3n): Buffer {
  const image = Buffer.alloc(4 * CLUSTER);
  image.write('QFI\u00fb', 0, 'latin1');
  image.writeUInt32BE(version, AT.version);
  image.writeUInt32BE(16, AT.clusterBits);
  image.writeBigUInt64BE(virtualBytes, AT.size);
  image.writeUInt32BE(Number((virtualBytes + 2n ** 29n - 1n) / 2n ** 29n), AT.l1Size);
  image.writeBigUInt64BE(BigInt(AT.l1), AT.l1Offset);
  image.writeBigUInt64BE(BigInt(CLUSTER), AT.refcountOffset);
  image.writeUInt32BE(1, AT.refcountClusters);
  if (version === 3) {
    image.writeUInt32BE(4, AT.refcountOrder);
    image.writeUInt32BE(104, AT.headerLength);
  }
  image.writeBigUInt64BE(BigInt(3 * CLUSTER) | (1n << 63n), AT.l1);
  return image;
}

/** Writes a header extension. */
export function extension(image: Buffer, type: number, data: string, length = data.length): void {
  image.writeUInt32BE(type, AT.extensions);
  image.writeUInt32BE(length, AT.extensions + 4);
  image.write(data, AT.extensions + 8, 'latin1');
}
