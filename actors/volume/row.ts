import type { VolumeContent } from '../../drivers/volumes.ts';
import type { Address } from '../../runtime/address.ts';
import { timeKeyPart } from '../../runtime/key.ts';
import { table } from '../../runtime/table.ts';
import type { ReimageVolume, VolumesBound } from './protocol.ts';

/** What a volume is doing. Cinder: `VolumeStatus` of objects/fields.py, as far as this service has them. */
export const VOLUME_STATUSES = [
  'creating',
  'downloading',
  'available',
  'reserved',
  'attaching',
  'in-use',
  'detaching',
  'extending',
  'uploading',
  'maintenance',
  'deleting',
  'error',
  'error_deleting',
  'error_extending',
] as const;
export type VolumeStatus = (typeof VOLUME_STATUSES)[number];

/** A volume. What users name is JSON text: it would use up the store's shapes. */
export interface VolumeRow {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly sizeGib: number;
  readonly status: VolumeStatus;
  readonly availabilityZone: string;
  readonly bootable: boolean;
  readonly readOnly: boolean;
  /** Names and values, both text. */
  readonly metadataJson: string;
  /** What is kept of the image that it was made of: names and values, both text; null: of none. */
  readonly imageMetadataJson: string | null;
  readonly content: VolumeContent;
  /** The upload that is under way; null or absent: none. */
  readonly upload?: { readonly imageId: string; readonly uploadId: string } | null;
  /** Whether several instances may have it at once. Absent: one at a time. */
  readonly multiattach?: boolean;
  /** How far its migration to another volume is, in Cinder's words; null or absent: there is none. */
  readonly migrationStatus?: string | null;
  /** The new content that an instance waits for; null or absent: none. */
  readonly reimage?: ReimageVolume | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly launchedAtMs: number | null;
}

/** What a snapshot of a volume is doing. */
export const SNAPSHOT_STATUSES = ['creating', 'available', 'deleting', 'error', 'error_deleting'] as const;
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number];

/** A copy of a volume as it was at one moment. */
export interface VolumeSnapshotRow {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly volumeId: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly sizeGib: number;
  readonly status: SnapshotStatus;
  readonly metadataJson: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** How far an attachment is. */
export type AttachmentStatus = 'reserved' | 'attaching' | 'attached' | 'detaching';

/** That something has a volume, or is about to. */
export interface VolumeAttachmentRow {
  readonly id: string;
  readonly volumeId: string;
  readonly projectId: string;
  /** The instance that has it; null: something outside of this cloud. */
  readonly instanceId: string | null;
  readonly status: AttachmentStatus;
  readonly host: string | null;
  /** As the guest sees it, such as `/dev/vdb`; null: not known. */
  readonly device: string | null;
  readonly attachMode: 'rw' | 'ro';
  readonly attachedAtMs: number | null;
  readonly createdAtMs: number;
  /** What its user says of the way to it, as JSON text; null: nothing. */
  readonly connectorJson: string | null;
  /** How compute has it; null: compute does not. */
  readonly binding: {
    /** Its place among the disks that its instance was created with; null: attached later. */
    readonly order: number | null;
    /** The id under which compute's API shows the disk. */
    readonly deviceId: string;
    /** Whether the volume goes with the instance. */
    readonly deleteOnTermination: boolean;
  } | null;
}

/** An instance that waits for its volumes to be made. By the instance's id. */
export interface VolumeBindingRow {
  readonly requestId: string;
  readonly instanceId: string;
  /** In the order in which they were asked for. */
  readonly attachmentIds: readonly string[];
  readonly answerTo: Address<VolumesBound>;
}

export const volumes = table<VolumeRow, 'byProject' | 'all'>({
  name: 'volume',
  indexes: {
    byProject: (row) => [row.projectId, timeKeyPart(row.createdAtMs)],
    all: (row) => [timeKeyPart(row.createdAtMs)],
  },
});

export const volumeSnapshots = table<VolumeSnapshotRow, 'byProject' | 'byVolume' | 'all'>({
  name: 'volume-snapshot',
  indexes: {
    byProject: (row) => [row.projectId, timeKeyPart(row.createdAtMs)],
    byVolume: (row) => [row.volumeId],
    all: (row) => [timeKeyPart(row.createdAtMs)],
  },
});

export const volumeAttachments = table<VolumeAttachmentRow, 'byProject' | 'byVolume' | 'byInstance' | 'all'>({
  name: 'volume-attachment',
  indexes: {
    byProject: (row) => [row.projectId, timeKeyPart(row.createdAtMs)],
    byVolume: (row) => [row.volumeId],
    byInstance: (row) => (row.instanceId === null ? null : [row.instanceId]),
    all: (row) => [timeKeyPart(row.createdAtMs)],
  },
});

/** By the instance's id. */
export const volumeBindings = table<VolumeBindingRow>({ name: 'volume-binding' });

/** The types of volumes, with the same ids in every cloud. What has none of them by name has the first. */
export const VOLUME_TYPES = [
  {
    id: '5a8c3a1e-7d0f-4b5e-9a64-2f1c0de5b001',
    name: 'default',
    description: 'Volumes of this cloud',
    multiattach: false,
  },
  {
    id: '5a8c3a1e-7d0f-4b5e-9a64-2f1c0de5b002',
    name: 'multiattach',
    description: 'Volumes that several servers may have at once',
    multiattach: true,
  },
] as const;
export type VolumeType = (typeof VOLUME_TYPES)[number];

/** The type of a name or an id; empty: the default one. Undefined: there is none. */
export const volumeTypeOf = (nameOrId: string): VolumeType | undefined =>
  nameOrId === '' ? VOLUME_TYPES[0] : VOLUME_TYPES.find(({ id, name }) => id === nameOrId || name === nameOrId);

/** The type of a volume that is there. */
export const typeOfVolume = ({ multiattach = false }: Pick<VolumeRow, 'multiattach'>): VolumeType =>
  VOLUME_TYPES[multiattach ? 1 : 0];

/** The only zone of volumes. */
export const VOLUME_ZONE = 'nova';
