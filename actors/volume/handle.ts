import type { Context } from '../../runtime/context.ts';
import { ok, type Result } from '../../runtime/result.ts';
import { completeAttachment, createAttachment, deleteAttachment, updateAttachment } from './attachments.ts';
import { bindVolumes, endMigration, keepVolume, releaseVolumes, volumesAre } from './binding.ts';
import { effectEnded } from './ended.ts';
import type { BindVolumeError } from './errors.ts';
import { changeImageMetadata } from './image-metadata.ts';
import type { VolumeChange, VolumeMessage, VolumeReply } from './protocol.ts';
import { reimageVolume } from './reimage.ts';
import { createSnapshot, deleteSnapshot, setSnapshotStatus, updateSnapshot } from './snapshots.ts';
import { uploadVolume } from './uploads.ts';
import { createVolume, deleteVolume, extendVolume, setVolumeStatus, stepVolume, updateVolume } from './volumes.ts';

/** All that the actor knows stands in its rows. */
export type VolumeState = null;

/** Handles one message of the volume service. */
export function handle(state: VolumeState, message: VolumeMessage, ctx: Context): VolumeState {
  switch (message.type) {
    case 'bindVolumes':
      bindVolumes(ctx, message);
      return state;
    case 'volumesAre':
      volumesAre(ctx, message);
      return state;
    case 'keepVolume':
      keepVolume(ctx, message);
      return state;
    case 'releaseVolumes':
      releaseVolumes(ctx, message);
      return state;
    case 'snapshotVolumes':
      snapshotVolumes(ctx, message);
      return state;
    case 'migrationEnded':
      endMigration(ctx, message);
      return state;
    case 'reimageVolume':
      reimageVolume(ctx, message);
      return state;
    case 'effectEnded':
      effectEnded(ctx, message);
      return state;
    default:
      ctx.reply(answer(message, ctx));
      return state;
  }
}

function answer(message: VolumeChange, ctx: Context): VolumeReply {
  switch (message.type) {
    case 'createVolume':
      return createVolume(ctx, message.owner, message.volume);
    case 'updateVolume':
      return updateVolume(ctx, message);
    case 'changeImageMetadata':
      return changeImageMetadata(ctx, message);
    case 'deleteVolume':
      return deleteVolume(ctx, message);
    case 'extendVolume':
      return extendVolume(ctx, message);
    case 'setVolumeStatus':
      return setVolumeStatus(ctx, message);
    case 'stepVolume':
      return stepVolume(ctx, message);
    case 'uploadVolume':
      return uploadVolume(ctx, message);
    case 'createSnapshot':
      return createSnapshot(ctx, message);
    case 'updateSnapshot':
      return updateSnapshot(ctx, message);
    case 'deleteSnapshot':
      return deleteSnapshot(ctx, message);
    case 'setSnapshotStatus':
      return setSnapshotStatus(ctx, message);
    case 'createAttachment':
      return createAttachment(ctx, message);
    case 'updateAttachment':
      return updateAttachment(ctx, message);
    case 'completeAttachment':
      return completeAttachment(ctx, message);
    case 'deleteAttachment':
      return deleteAttachment(ctx, message);
  }
}

/** Makes snapshots of volumes of an instance. It is told when they are begun, as Nova goes on from there. */
function snapshotVolumes(ctx: Context, message: Extract<VolumeMessage, { readonly type: 'snapshotVolumes' }>): void {
  const { requestId, owner, name, answerTo } = message;
  let outcome: Result<null, BindVolumeError> = ok(null);
  for (const { snapshotId, volumeId } of message.snapshots) {
    const request = { owner, snapshotId, volumeId, name, description: '', metadataJson: '{}', force: true } as const;
    const made = createSnapshot(ctx, { type: 'createSnapshot', ...request }, message.quiescing);
    if (made.ok) continue;
    const { error } = made;
    const reason = 'reason' in error ? error.reason : `Volume ${volumeId}: ${error.code}.`;
    outcome = { ok: false, error: { code: 'InvalidVolume', reason } };
  }
  ctx.tell(answerTo, { type: 'volumesSnapshotted', requestId, outcome });
}
