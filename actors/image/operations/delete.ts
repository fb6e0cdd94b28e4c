import type { Context } from '../../../runtime/context.ts';
import type { Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import type { ImageState } from '../handle.ts';
import type { ImageMessage } from '../protocol.ts';
import { deletedImages, type ImageRow, imageMembers, images } from '../row.ts';
import { forbidden, type Of, ownImage } from './change.ts';
import { count } from './owners.ts';
import { uploadTimer } from './upload.ts';

/** Deletes an image in any state, unless it is protected. Glance: DELETE /v2/images/{id}. */
export function remove(
  state: ImageState,
  { by, imageId }: Of<ImageMessage, 'delete'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok) return found;
  if (found.value.isProtected) return forbidden(`Image ${imageId} is protected and cannot be deleted.`);
  for (const member of [...imageMembers.ids(ctx.rows, 'byImage', [imageId])]) ctx.put(imageMembers, member, undefined);
  ctx.cancelTimer(uploadTimer(imageId));
  ctx.put(images, imageId, undefined);
  ctx.put(deletedImages, imageId, { deletedAtMs: ctx.nowMs });
  count(state, found.value.owner, -1);
  return found;
}
