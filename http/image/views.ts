import type { ImageMemberRow, ImageRow } from '../../actors/image/row.ts';

const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** An image as clients see it: custom properties stand beside the attributes. Glance: image entity of v2. */
export function imageView(row: ImageRow): Readonly<Record<string, unknown>> {
  return {
    ...row.properties,
    id: row.id,
    name: row.name,
    status: row.status,
    visibility: row.visibility,
    protected: row.isProtected,
    os_hidden: row.isHidden,
    owner: row.owner,
    disk_format: row.diskFormat,
    container_format: row.containerFormat,
    size: row.content?.sizeBytes ?? null,
    virtual_size: row.content?.virtualSizeBytes ?? null,
    checksum: row.content?.checksum ?? null,
    os_hash_algo: row.content === null ? null : 'sha512',
    os_hash_value: row.content?.contentId ?? null,
    min_disk: row.minDiskGib,
    min_ram: row.minRamMib,
    tags: row.tags,
    created_at: timeText(row.createdAtMs),
    updated_at: timeText(row.updatedAtMs),
    self: `/v2/images/${row.id}`,
    file: `/v2/images/${row.id}/file`,
    schema: '/v2/schemas/image',
  };
}

/** A membership as clients see it. */
export const memberView = (row: ImageMemberRow): Readonly<Record<string, unknown>> => ({
  image_id: row.imageId,
  member_id: row.projectId,
  status: row.status,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  schema: '/v2/schemas/member',
});
