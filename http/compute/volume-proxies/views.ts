import {
  typeOfVolume,
  type VolumeAttachmentRow,
  type VolumeRow,
  type VolumeSnapshotRow,
} from '../../../actors/volume/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { attachmentsOf, itemsOf } from '../../volume/views.ts';
import { isoMicroseconds } from '../times.ts';

const attachmentBody = ({ volumeId, instanceId, device }: VolumeAttachmentRow): object => ({
  id: volumeId,
  volumeId,
  serverId: instanceId,
  ...(device === null ? {} : { device }),
});

/** A volume as Nova shows it. One that nothing has shows an empty attachment. */
export function volumeBody(reader: Reader, row: VolumeRow): object {
  const [attachment] = [...attachmentsOf(reader, row.id)].filter(({ status }) => status === 'attached');
  return {
    id: row.id,
    status: row.status,
    size: row.sizeGib,
    availabilityZone: row.availabilityZone,
    createdAt: isoMicroseconds(row.createdAtMs),
    attachments: [attachment === undefined ? {} : attachmentBody(attachment)],
    displayName: row.name,
    displayDescription: row.description,
    volumeType: typeOfVolume(row).name,
    snapshotId: row.content.kind === 'snapshot' ? row.content.snapshotId : null,
    metadata: itemsOf(row.metadataJson),
  };
}

/** A snapshot as Nova shows it. */
export const snapshotBody = (row: VolumeSnapshotRow): object => ({
  id: row.id,
  volumeId: row.volumeId,
  status: row.status,
  size: row.sizeGib,
  createdAt: isoMicroseconds(row.createdAtMs),
  displayName: row.name,
  displayDescription: row.description,
});
