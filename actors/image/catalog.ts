import type { Image, ImageCatalog } from '../../drivers/images.ts';
import type { Reader } from '../../runtime/store.ts';
import { canSee, type ImageRow, images, requesterOf } from './row.ts';

/** The embedded image service's records for compute, from committed rows. */
export const createImageCatalog = (reader: Reader): ImageCatalog => ({
  find(imageId, caller) {
    const row = images.read(reader, imageId);
    return row && canSee(reader, requesterOf(caller), row) ? imageOf(row) : null;
  },
});

function imageOf(row: ImageRow): Image {
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    status: row.status,
    visibility: row.visibility,
    sizeBytes: row.content?.sizeBytes ?? null,
    virtualSizeBytes: row.content?.virtualSizeBytes ?? null,
    contentId: row.content?.contentId ?? null,
    checksum: row.content?.checksum ?? null,
    diskFormat: row.diskFormat,
    containerFormat: row.containerFormat,
    minDiskGib: row.minDiskGib,
    minRamMib: row.minRamMib,
    properties: row.properties,
    tags: row.tags,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}
