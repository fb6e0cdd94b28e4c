import {
  typeOfVolume,
  type VolumeAttachmentRow,
  type VolumeRow,
  type VolumeSnapshotRow,
  volumeAttachments,
} from '../../actors/volume/row.ts';
import type { Reader } from '../../runtime/store.ts';
import type { VolumeRequest } from './route.ts';

/** The host that Cinder would name: service, backend and pool. */
export const VOLUME_HOST = 'novella@embedded#default';

/** A moment as Cinder shows it: UTC, six digits of a second, no zone. */
export const timeText = (ms: number | null): string | null =>
  ms === null ? null : `${new Date(ms).toISOString().slice(0, 23)}000`;

/** What stands in a row as JSON text. */
export const itemsOf = (json: string | null): Readonly<Record<string, string>> => {
  const items: unknown = JSON.parse(json ?? '{}');
  return typeof items === 'object' && items !== null
    ? Object.fromEntries(Object.entries(items).map(([name, value]) => [name, String(value)]))
    : {};
};

/** The attachments of a volume. */
export function* attachmentsOf(reader: Reader, volumeId: string): Iterable<VolumeAttachmentRow> {
  for (const id of volumeAttachments.ids(reader, 'byVolume', [volumeId])) {
    const row = volumeAttachments.read(reader, id);
    if (row) yield row;
  }
}

const links = (endpoint: string, path: string): object[] => [
  { rel: 'self', href: `${endpoint}/${path}` },
  { rel: 'bookmark', href: `${endpoint.replace('/v3', '')}/${path}` },
];

/** A volume in a list without details. */
export const volumeSummary = ({ endpoint }: VolumeRequest, { id, name }: VolumeRow): object => ({
  id,
  name,
  links: links(endpoint, `volumes/${id}`),
});

/** A volume with all that the caller may see of it, as its microversion shows it. */
export function volumeView(request: VolumeRequest, row: VolumeRow): object {
  const { caller } = request;
  return {
    ...changedVolumeView(request, row),
    'os-vol-tenant-attr:tenant_id': row.projectId,
    ...(caller.isAdmin
      ? {
          'os-vol-host-attr:host': VOLUME_HOST,
          'os-vol-mig-status-attr:migstat': row.migrationStatus ?? null,
          'os-vol-mig-status-attr:name_id': null,
        }
      : {}),
    ...(row.imageMetadataJson === null ? {} : { volume_image_metadata: itemsOf(row.imageMetadataJson) }),
  };
}

/** A volume as the answer to its creation or change shows it: without what came to Cinder as extensions of a look at one. */
export function changedVolumeView(request: VolumeRequest, row: VolumeRow): object {
  const { reader, endpoint, caller, minor } = request;
  const attachments = [...attachmentsOf(reader, row.id)].filter(({ status }) => status === 'attached');
  const { content } = row;
  return {
    id: row.id,
    status: row.status,
    size: row.sizeGib,
    availability_zone: row.availabilityZone,
    created_at: timeText(row.createdAtMs),
    updated_at: timeText(row.updatedAtMs),
    name: row.name,
    description: row.description,
    volume_type: typeOfVolume(row).name,
    snapshot_id: content.kind === 'snapshot' ? content.snapshotId : null,
    source_volid: content.kind === 'volume' ? content.volumeId : null,
    metadata: { ...itemsOf(row.metadataJson), ...(row.readOnly ? { readonly: 'True' } : {}) },
    links: links(endpoint, `volumes/${row.id}`),
    user_id: row.userId,
    bootable: String(row.bootable),
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: row.multiattach === true,
    attachments: attachments.map((one) => ({
      id: row.id,
      attachment_id: one.id,
      volume_id: row.id,
      server_id: one.instanceId,
      host_name: caller.isAdmin ? one.host : null,
      device: one.device,
      attached_at: timeText(one.attachedAtMs),
    })),
    ...(caller.isAdmin ? { migration_status: row.migrationStatus ?? null } : {}),
    ...(minor >= 13 ? { group_id: null } : {}),
    ...(minor >= 21 && caller.isAdmin ? { provider_id: null } : {}),
    ...(minor >= 48 ? { service_uuid: null, shared_targets: minor >= 69 ? null : false } : {}),
    ...(minor >= 61 && caller.isAdmin ? { cluster_name: null } : {}),
    ...(minor >= 63 ? { volume_type_id: typeOfVolume(row).id } : {}),
    ...(minor >= 65 ? { consumes_quota: true } : {}),
  };
}

/** A snapshot in a list without details. */
export const snapshotSummary = (row: VolumeSnapshotRow): object => ({
  id: row.id,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  name: row.name,
  description: row.description,
  volume_id: row.volumeId,
  status: row.status,
  size: row.sizeGib,
  metadata: itemsOf(row.metadataJson),
});

/** A snapshot with everything. */
export const snapshotView = ({ minor }: VolumeRequest, row: VolumeSnapshotRow): object => ({
  ...snapshotSummary(row),
  'os-extended-snapshot-attributes:progress': row.status === 'available' ? '100%' : '0%',
  'os-extended-snapshot-attributes:project_id': row.projectId,
  ...(minor >= 14 ? { group_snapshot_id: null } : {}),
  ...(minor >= 41 ? { user_id: row.userId } : {}),
  ...(minor >= 65 ? { consumes_quota: true } : {}),
});

/** An attachment in a list without details. */
export const attachmentSummary = ({ id, status, instanceId, volumeId }: VolumeAttachmentRow): object => ({
  id,
  status,
  instance: instanceId,
  volume_id: volumeId,
});

/** An attachment with everything. How to reach the volume is compute's own affair. */
export const attachmentView = (row: VolumeAttachmentRow): object => ({
  ...attachmentSummary(row),
  attached_at: timeText(row.attachedAtMs) ?? '',
  detached_at: '',
  attach_mode: row.attachMode,
  connection_info:
    row.connectorJson === null
      ? {}
      : { driver_volume_type: 'local', attachment_id: row.id, volume_id: row.volumeId, encrypted: false },
});
