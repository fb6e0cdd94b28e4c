import type { StoredContent } from '../../drivers/images.ts';
import type { Context } from '../../runtime/context.ts';
import type { EffectOutcome } from '../../runtime/message.ts';
import { failed, ok } from '../../runtime/result.ts';
import { IMAGE_ACTOR_ID, imageRegistry } from '../image/protocol.ts';
import { attachmentsOf, restingStatus, volumeOf, writeVolume, wrongStatus } from './change.ts';
import { beingCopied, isBeingCopied } from './copying.ts';
import { ask } from './effects.ts';
import type { VolumeChange, VolumeReply } from './protocol.ts';
import type { VolumeRow } from './row.ts';

type Of<Type extends VolumeChange['type']> = Extract<VolumeChange, { readonly type: Type }>;

/** Has the bytes of a volume taken for an image. Errors: VolumeNotFound, InvalidVolume. */
export function uploadVolume(ctx: Context, { id, imageId, uploadId, format }: Of<'uploadVolume'>): VolumeReply {
  const found = volumeOf(ctx, id);
  if (!found.ok) return found;
  const row = found.value;
  if (row.status !== 'available') return failed(wrongStatus('available', row));
  if (isBeingCopied(ctx, id)) return failed(beingCopied(id));
  uploadLost(ctx, row);
  writeVolume(ctx, row, { status: 'uploading', upload: { imageId, uploadId } });
  ask(ctx, 'upload', id, { format });
  return ok(id);
}

const isContent = (value: unknown): value is StoredContent =>
  typeof value === 'object' && value !== null && 'contentId' in value && 'sizeBytes' in value;

/** A volume goes while its bytes are taken, or they are taken for another image: nobody else would tell the one that waits. */
export function uploadLost(ctx: Context, { upload }: VolumeRow): void {
  if (upload) ctx.tell(imageRegistry.at(IMAGE_ACTOR_ID), { type: 'failUpload', ...upload });
}

/** The bytes are stored, or will not be. The image hears of it. */
export function uploadEnded(ctx: Context, row: VolumeRow, outcome: EffectOutcome): void {
  const { upload } = row;
  const status = row.status === 'uploading' ? restingStatus(attachmentsOf(ctx, row.id)) : row.status;
  writeVolume(ctx, row, { status, upload: null });
  if (!upload) return;
  const images = imageRegistry.at(IMAGE_ACTOR_ID);
  if (outcome.ok && isContent(outcome.value)) {
    const { contentId, checksum, sizeBytes, virtualSizeBytes } = outcome.value;
    const content = { contentId, checksum, sizeBytes, virtualSizeBytes };
    ctx.tell(images, { type: 'endUpload', ...upload, content });
  } else ctx.tell(images, { type: 'failUpload', ...upload });
}
