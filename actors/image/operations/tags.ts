import type { Context } from '../../../runtime/context.ts';
import { failed, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import type { ImageMessage } from '../protocol.ts';
import type { ImageRow } from '../row.ts';
import { type Of, ownImage, write } from './change.ts';
import { checkedImage } from './rules.ts';

/** Adds a tag; one that is there already is a success. Glance: PUT /v2/images/{id}/tags/{tag}. */
export function addTag({ by, imageId, tag }: Of<ImageMessage, 'addTag'>, ctx: Context): Result<ImageRow, ImageError> {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok || found.value.tags.includes(tag)) return found;
  const checked = checkedImage({ ...found.value, tags: [...found.value.tags, tag] });
  return checked.ok ? write(ctx, found.value, checked.value) : checked;
}

/** Removes a tag. Glance: DELETE /v2/images/{id}/tags/{tag}. */
export function removeTag(
  { by, imageId, tag }: Of<ImageMessage, 'removeTag'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  const found = ownImage(ctx, by, imageId);
  if (!found.ok) return found;
  if (!found.value.tags.includes(tag)) return failed({ code: 'TagNotFound', imageId, tag });
  return write(ctx, found.value, { tags: found.value.tags.filter((other) => other !== tag) });
}
