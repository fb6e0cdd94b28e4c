import type { VolumeRow, VolumeSnapshotRow } from '../../../actors/volume/row.ts';

export const VOLUME_ID = '77777777-7777-4777-8777-777777777777';

/** A blank volume of 1 GiB that nobody has. */
export const aVolume = (changes: Partial<VolumeRow> = {}): VolumeRow => ({
  id: VOLUME_ID,
  projectId: 'p1',
  userId: 'u1',
  name: null,
  description: null,
  sizeGib: 1,
  status: 'available',
  availabilityZone: 'nova',
  bootable: false,
  readOnly: false,
  metadataJson: '{}',
  imageMetadataJson: null,
  content: { kind: 'blank' },
  createdAtMs: 1,
  updatedAtMs: 1,
  launchedAtMs: 1,
  ...changes,
});

/** A snapshot of it. */
export const aSnapshot = (changes: Partial<VolumeSnapshotRow> = {}): VolumeSnapshotRow => ({
  id: 's-1',
  projectId: 'p1',
  userId: 'u1',
  volumeId: VOLUME_ID,
  name: null,
  description: null,
  sizeGib: 1,
  status: 'available',
  metadataJson: '{}',
  createdAtMs: 1,
  updatedAtMs: 1,
  ...changes,
});
