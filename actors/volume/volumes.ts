import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { attachmentsOf, restingStatus, volumeOf, writeVolume, wrongStatus } from './change.ts';
import { areBeingCopied, beingCopied, isBeingCopied } from './copying.ts';
import { ask, cancel } from './effects.ts';
import type { NewVolume, VolumeChange, VolumeChanges, VolumeOwner, VolumeReply } from './protocol.ts';
import { VOLUME_ZONE, type VolumeRow, volumeAttachments, volumeSnapshots, volumes } from './row.ts';
import { removeSnapshot } from './snapshots.ts';
import { uploadLost } from './uploads.ts';
import { withinQuota } from './usage.ts';

type Of<Type extends VolumeChange['type']> = Extract<VolumeChange, { readonly type: Type }>;

/** Makes a volume, and has its bytes made. Errors: VolumeQuotaExceeded. */
export function createVolume(ctx: Context, owner: VolumeOwner, wanted: NewVolume): VolumeReply {
  if (volumes.read(ctx.rows, wanted.id)) return ok(wanted.id);
  const allowed = withinQuota(ctx.rows, owner.projectId, { volumes: 1, gigabytes: wanted.sizeGib });
  if (!allowed.ok) return allowed;
  const row: VolumeRow = {
    id: wanted.id,
    projectId: owner.projectId,
    userId: owner.userId,
    name: wanted.name,
    description: wanted.description,
    sizeGib: wanted.sizeGib,
    status: 'creating',
    availabilityZone: VOLUME_ZONE,
    bootable: wanted.bootable,
    readOnly: false,
    metadataJson: wanted.metadataJson,
    imageMetadataJson: wanted.imageMetadataJson,
    content: wanted.content,
    ...(wanted.multiattach === true ? { multiattach: true } : {}),
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    launchedAtMs: null,
  };
  ctx.put(volumes, row.id, row);
  ask(ctx, 'create', row.id);
  return ok(row.id);
}

/** The fields that are given, without those that are not. */
const given = (changes: VolumeChanges): Partial<VolumeRow> => ({
  ...(changes.name === undefined ? {} : { name: changes.name }),
  ...(changes.description === undefined ? {} : { description: changes.description }),
  ...(changes.metadataJson === undefined ? {} : { metadataJson: changes.metadataJson }),
  ...(changes.bootable === undefined ? {} : { bootable: changes.bootable }),
  ...(changes.readOnly === undefined ? {} : { readOnly: changes.readOnly }),
});

/** Errors: VolumeNotFound, InvalidVolume. */
export function updateVolume(ctx: Context, { id, changes }: Of<'updateVolume'>): VolumeReply {
  const found = volumeOf(ctx, id);
  if (!found.ok) return found;
  const row = found.value;
  if (changes.readOnly !== undefined && row.status !== 'available') return failed(wrongStatus('available', row));
  writeVolume(ctx, row, given(changes));
  return ok(id);
}

/** States of a volume that can be deleted. Cinder: `Volume.delete` of volume/api.py. */
const DELETABLE: readonly string[] = ['available', 'error', 'error_deleting', 'error_extending'];

/** Errors: VolumeNotFound, InvalidVolume. */
export function deleteVolume(ctx: Context, { id, cascade, force }: Of<'deleteVolume'>): VolumeReply {
  const found = volumeOf(ctx, id);
  if (!found.ok) return found;
  const row = found.value;
  if (row.status === 'deleting') return ok(id);
  const snapshots = [...volumeSnapshots.ids(ctx.rows, 'byVolume', [id])];
  const isUsed = attachmentsOf(ctx, id).length > 0;
  if (isUsed || (!force && !DELETABLE.includes(row.status)) || (snapshots.length > 0 && !cascade)) {
    return failed({
      code: 'InvalidVolume',
      reason:
        'Volume status must be available or error or error_restoring or error_extending or error_managing and must ' +
        'not be migrating, attached, belong to a group, have snapshots or be disassociated from snapshots after ' +
        'volume transfer.',
    });
  }
  if (!force && (isBeingCopied(ctx, id) || areBeingCopied(ctx, snapshots))) return failed(beingCopied(id));
  for (const snapshotId of snapshots) removeSnapshot(ctx, snapshotId);
  removeVolume(ctx, row);
  return ok(id);
}

/** Begins the removal of a volume that nothing has, or will have. */
export function removeVolume(ctx: Context, row: VolumeRow): void {
  cancel(ctx, 'create', row.id);
  cancel(ctx, 'extend', row.id);
  cancel(ctx, 'upload', row.id);
  cancel(ctx, 'reimage', row.id);
  uploadLost(ctx, row);
  writeVolume(ctx, row, { status: 'deleting', ...(row.upload ? { upload: null } : {}) });
  ask(ctx, 'delete', row.id);
}

/**
 * Grows a volume. When somebody has it, the bytes are grown by who has them open, and each instance is told afterwards.
 * Errors: VolumeNotFound, InvalidVolume, InvalidInput, VolumeQuotaExceeded.
 */
export function extendVolume(ctx: Context, { id, sizeGib, attachedToo }: Of<'extendVolume'>): VolumeReply {
  const found = volumeOf(ctx, id);
  if (!found.ok) return found;
  const row = found.value;
  if (row.status !== 'available' && !(row.status === 'in-use' && attachedToo))
    return failed(wrongStatus(attachedToo ? 'available or in-use' : 'available', row));
  if (isBeingCopied(ctx, id)) return failed(beingCopied(id));
  // What something has that compute does not know of could not be told.
  if (attachmentsOf(ctx, id).some(({ binding }) => binding === null))
    return failed({ code: 'InvalidVolume', reason: 'The volume is attached to something that is no server.' });
  if (sizeGib <= row.sizeGib) {
    const reason = `New size for extend must be greater than current size. (current: ${row.sizeGib}, extended: ${sizeGib}).`;
    return failed({ code: 'InvalidInput', reason });
  }
  const allowed = withinQuota(ctx.rows, row.projectId, { gigabytes: sizeGib - row.sizeGib });
  if (!allowed.ok) return allowed;
  writeVolume(ctx, row, { status: 'extending' });
  ask(ctx, 'extend', id, { sizeGib });
  return ok(id);
}

/** Errors: VolumeNotFound. */
export function setVolumeStatus(ctx: Context, wanted: Of<'setVolumeStatus'>): VolumeReply {
  const { id, status, detached, migrationStatus } = wanted;
  const found = volumeOf(ctx, id);
  if (!found.ok) return found;
  if (detached) {
    // What compute has stays compute's: its instance would not hear of it.
    for (const { id: attachmentId, binding } of attachmentsOf(ctx, id)) {
      if (binding === null) ctx.put(volumeAttachments, attachmentId, undefined);
    }
  }
  if (status !== null || migrationStatus !== undefined) {
    writeVolume(ctx, found.value, {
      ...(status === null ? {} : { status }),
      ...(migrationStatus === undefined ? {} : { migrationStatus }),
    });
  }
  return ok(id);
}

const STEPS = {
  reserve: { from: 'available', to: 'attaching' },
  unreserve: { from: 'attaching', to: null },
  beginDetaching: { from: 'in-use', to: 'detaching' },
  rollDetaching: { from: 'detaching', to: 'in-use' },
} as const;

/** Errors: VolumeNotFound, InvalidVolume. */
export function stepVolume(ctx: Context, { id, step }: Of<'stepVolume'>): VolumeReply {
  const found = volumeOf(ctx, id);
  if (!found.ok) return found;
  const { from, to } = STEPS[step];
  const row = found.value;
  if (row.status !== from) {
    // Cinder lets these two pass in other states, and changes nothing.
    return step === 'unreserve' || step === 'rollDetaching' ? ok(id) : failed(wrongStatus(from, row));
  }
  writeVolume(ctx, row, { status: to ?? restingStatus(attachmentsOf(ctx, id)) });
  return ok(id);
}
