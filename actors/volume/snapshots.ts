import type { Quiescing } from '../../drivers/hypervisor.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { volumeOf, wrongStatus } from './change.ts';
import { areBeingCopied } from './copying.ts';
import { ask, cancel } from './effects.ts';
import type { VolumeChange, VolumeReply } from './protocol.ts';
import { type VolumeSnapshotRow, volumeSnapshots } from './row.ts';
import { withinQuota } from './usage.ts';

type Of<Type extends VolumeChange['type']> = Extract<VolumeChange, { readonly type: Type }>;

/** Makes a snapshot, and has its bytes made; `quiescing`: after the guest has written everything. Errors: VolumeNotFound, InvalidVolume, VolumeQuotaExceeded. */
export function createSnapshot(ctx: Context, wanted: Of<'createSnapshot'>, quiescing: Quiescing = 'no'): VolumeReply {
  const { snapshotId: id, volumeId, owner } = wanted;
  if (volumeSnapshots.read(ctx.rows, id)) return ok(id);
  const found = volumeOf(ctx, volumeId);
  if (!found.ok) return found;
  const { status, sizeGib } = found.value;
  if (status !== 'available' && !(wanted.force && status === 'in-use')) {
    return failed(wrongStatus(wanted.force ? 'available or in-use' : 'available', found.value));
  }
  const allowed = withinQuota(ctx.rows, owner.projectId, { snapshots: 1, gigabytes: sizeGib });
  if (!allowed.ok) return allowed;
  ctx.put(volumeSnapshots, id, {
    id,
    projectId: owner.projectId,
    userId: owner.userId,
    volumeId,
    name: wanted.name,
    description: wanted.description,
    sizeGib,
    status: 'creating',
    metadataJson: wanted.metadataJson,
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
  });
  ask(ctx, 'snapshot', id, { volumeId, ...(quiescing === 'no' ? {} : { quiescing }) });
  return ok(id);
}

/** Stores a snapshot with changes. */
export function writeSnapshot(ctx: Context, row: VolumeSnapshotRow, changes: Partial<VolumeSnapshotRow>): void {
  ctx.put(volumeSnapshots, row.id, { ...row, ...changes, updatedAtMs: ctx.nowMs });
}

/** Errors: VolumeSnapshotNotFound. */
export function updateSnapshot(ctx: Context, { id, changes }: Of<'updateSnapshot'>): VolumeReply {
  const row = volumeSnapshots.read(ctx.rows, id);
  if (!row) return failed({ code: 'VolumeSnapshotNotFound', snapshotId: id });
  const { name = row.name, description = row.description, metadataJson = row.metadataJson } = changes;
  writeSnapshot(ctx, row, { name, description, metadataJson });
  return ok(id);
}

/** States of a snapshot that can be deleted. Cinder: `delete_snapshot` of volume/api.py. */
const DELETABLE: readonly string[] = ['available', 'error', 'error_deleting'];

/** Errors: VolumeSnapshotNotFound, InvalidSnapshot. */
export function deleteSnapshot(ctx: Context, { id, force }: Of<'deleteSnapshot'>): VolumeReply {
  const row = volumeSnapshots.read(ctx.rows, id);
  if (!row) return failed({ code: 'VolumeSnapshotNotFound', snapshotId: id });
  if (row.status === 'deleting') return ok(id);
  if (!force && !DELETABLE.includes(row.status)) {
    return failed({ code: 'InvalidSnapshot', reason: 'Snapshot status must be available or error' });
  }
  if (areBeingCopied(ctx, [id])) {
    return failed({ code: 'InvalidSnapshot', reason: 'A volume is being made of the snapshot' });
  }
  removeSnapshot(ctx, id);
  return ok(id);
}

/** Begins the removal of a snapshot. */
export function removeSnapshot(ctx: Context, id: string): void {
  const row = volumeSnapshots.read(ctx.rows, id);
  if (!row) return;
  cancel(ctx, 'snapshot', id);
  writeSnapshot(ctx, row, { status: 'deleting' });
  ask(ctx, 'unsnapshot', id);
}

/** Errors: VolumeSnapshotNotFound. */
export function setSnapshotStatus(ctx: Context, { id, status }: Of<'setSnapshotStatus'>): VolumeReply {
  const row = volumeSnapshots.read(ctx.rows, id);
  if (!row) return failed({ code: 'VolumeSnapshotNotFound', snapshotId: id });
  writeSnapshot(ctx, row, { status });
  return ok(id);
}
