import type { ByteSource } from './byte-source.ts';

const END = 0;
const EXTERNAL_DATA_FILE_NAME = 0x44415441;
const FULL_DISK_ENCRYPTION = 0x0537be77;
const BACKING_FORMAT = 0xe2792aca;
/** More than any writer makes; each takes at least 8 bytes of the first cluster. */
const EXTENSIONS_MAX = 64;

/**
 * What is wrong with the header extensions of a qcow2 image; null when nothing is. They lie in the first cluster, after
 * the header. An extension that names another file is refused even when the bit that would make it count is not set.
 */
export async function qcow2ExtensionProblem(
  source: ByteSource,
  headerBytes: number,
  clusterBytes: number,
): Promise<string | null> {
  const cluster = await source.read(0, clusterBytes);
  let at = headerBytes;
  for (let count = 0; at + 8 <= cluster.length; count++) {
    if (count === EXTENSIONS_MAX) return 'it has too many header extensions';
    const type = cluster.readUInt32BE(at);
    if (type === END) return null;
    const length = cluster.readUInt32BE(at + 4);
    if (length > cluster.length - at - 8) return 'a header extension does not fit into the first cluster';
    if (type === EXTERNAL_DATA_FILE_NAME) return 'it names an external data file';
    if (type === FULL_DISK_ENCRYPTION) return 'it is encrypted';
    if (type === BACKING_FORMAT && length > 0) return 'it names the format of a backing file';
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return null;
}
