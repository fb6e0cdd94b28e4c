import type { Context } from '../../runtime/context.ts';
import type { EffectOutcome } from '../../runtime/message.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { attachmentsOf, restingStatus, volumeOf, writeVolume, wrongStatus } from './change.ts';
import { beingCopied, isBeingCopied } from './copying.ts';
import { ask } from './effects.ts';
import type { BindVolumeError } from './errors.ts';
import type { ReimageVolume } from './protocol.ts';
import type { VolumeRow } from './row.ts';

/**
 * Gives a volume of an instance, whose guest is off, the content of an image. Cinder: the action `os-reimage`. Repeated while
 * it is under way, the later request gets the answer.
 */
export function reimageVolume(ctx: Context, wanted: ReimageVolume): void {
  const begun = begin(ctx, wanted);
  if (!begun.ok) tell(ctx, wanted, begun.error);
}

function begin(ctx: Context, wanted: ReimageVolume): Result<null, BindVolumeError> {
  const { volumeId, instanceId } = wanted;
  const found = volumeOf(ctx, volumeId);
  if (!found.ok) return found;
  const row = found.value;
  const attachments = attachmentsOf(ctx, volumeId);
  const isItsOwn = attachments.length === 1 && attachments[0]?.instanceId === instanceId;
  const isFree = row.status === 'in-use' || row.status === 'downloading';
  if (!isItsOwn || !isFree) return failed(wrongStatus('in-use', row));
  if (isBeingCopied(ctx, volumeId)) return failed(beingCopied(volumeId));
  writeVolume(ctx, row, { status: 'downloading', reimage: wanted });
  ask(ctx, 'reimage', volumeId);
  return ok(null);
}

/** The volume has its new content, or keeps the old one. */
export function reimageEnded(ctx: Context, row: VolumeRow, wanted: ReimageVolume, outcome: EffectOutcome): void {
  const { content, imageMetadataJson } = wanted;
  const status = row.status === 'downloading' ? restingStatus(attachmentsOf(ctx, row.id)) : row.status;
  const changes = outcome.ok ? { content, imageMetadataJson, bootable: true } : {};
  writeVolume(ctx, row, { ...changes, status, reimage: null });
  tell(ctx, wanted, outcome.ok ? null : { code: 'InvalidVolume', reason: outcome.error.reason });
}

function tell(ctx: Context, { answerTo, requestId }: ReimageVolume, error: BindVolumeError | null): void {
  ctx.tell(answerTo, { type: 'volumeReimaged', requestId, outcome: error === null ? ok(null) : failed(error) });
}
