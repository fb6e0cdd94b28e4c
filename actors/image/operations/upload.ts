import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import { IMAGE_LIMITS } from '../limits.ts';
import type { ImageMessage } from '../protocol.ts';
import { type ImageRow, images } from '../row.ts';
import { invalidState, type Of, ownImage, write } from './change.ts';

/** The name of the timer that ends an upload which nobody ends. */
export const uploadTimer = (imageId: string): string => `upload/${imageId}`;

/** Bytes are about to arrive. Glance: PUT /v2/images/{id}/file. */
export function beginUpload(
  { by, imageId }: Of<ImageMessage, 'beginUpload'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok) return found;
  const row = found.value;
  if (row.status !== 'queued') return invalidState(row, 'upload data');
  for (const [field, value] of [
    ['disk_format', row.diskFormat],
    ['container_format', row.containerFormat],
  ] as const) {
    if (value === null) return failed({ code: 'ImageInvalid', field, reason: 'must be set before data is uploaded' });
  }
  const uploadId = ctx.newId();
  const overdue: ImageMessage = { type: 'failUpload', imageId, uploadId };
  ctx.setTimer(uploadTimer(imageId), IMAGE_LIMITS.uploadMsMax, overdue);
  return write(ctx, row, { status: 'saving', uploadId });
}

/** The bytes are stored. */
export function endUpload(
  { imageId, uploadId, content }: Of<ImageMessage, 'endUpload'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  const row = images.read(ctx.rows, imageId);
  if (!row) return failed({ code: 'ImageNotFound', imageId });
  if (row.status !== 'saving' || row.uploadId !== uploadId) return invalidState(row, 'end an upload');
  ctx.cancelTimer(uploadTimer(imageId));
  return write(ctx, row, { status: 'active', uploadId: null, content });
}

/** The upload failed, or took too long. */
export function failUpload(
  { imageId, uploadId }: Of<ImageMessage, 'failUpload'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  const row = images.read(ctx.rows, imageId);
  if (!row) return failed({ code: 'ImageNotFound', imageId });
  return row.status === 'saving' && row.uploadId === uploadId ? queueAgain(ctx, row) : ok(row);
}

/** Nobody ends the uploads of a process that is gone. The reply is the last image that was one of them, if any. */
export function recoverUploads(ctx: Context): Result<ImageRow | null, ImageError> {
  let last: ImageRow | null = null;
  for (const imageId of [...images.ids(ctx.rows, 'saving', [])]) {
    const row = images.read(ctx.rows, imageId);
    if (!row) continue;
    queueAgain(ctx, row);
    last = row;
  }
  return ok(last);
}

function queueAgain(ctx: Context, row: ImageRow): Result<ImageRow, ImageError> {
  ctx.cancelTimer(uploadTimer(row.id));
  return write(ctx, row, { status: 'queued', uploadId: null });
}
