import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import { canSee, type ImageRow, images, owns, type Requester } from '../row.ts';

/** The message of one kind. */
export type Of<Message, Type> = Extract<Message, { readonly type: Type }>;

/** An image that the requester may see. Errors: ImageNotFound. */
export function visibleImage(ctx: Context, by: Requester, imageId: string): Result<ImageRow, ImageError> {
  const row = images.read(ctx.rows, imageId);
  return row && canSee(ctx.rows, by, row) ? ok(row) : failed({ code: 'ImageNotFound', imageId });
}

/** An image that the requester may change. Errors: ImageNotFound, ImageForbidden. */
export function ownImage(ctx: Context, by: Requester, imageId: string): Result<ImageRow, ImageError> {
  const found = visibleImage(ctx, by, imageId);
  if (!found.ok || by.isAdmin) return found;
  if (!owns(by, found.value)) return forbidden('The image belongs to another project.');
  return by.mayWrite ? found : forbidden('Changing an image needs the role member.');
}

/** Stores a changed row. */
export function write(ctx: Context, row: ImageRow, changes: Partial<ImageRow>): Result<ImageRow, ImageError> {
  const next: ImageRow = { ...row, ...changes, updatedAtMs: ctx.nowMs };
  ctx.put(images, row.id, next);
  return ok(next);
}

/** Refuses what the requester's roles or project do not allow. */
export const forbidden = (reason: string): Result<never, ImageError> => failed({ code: 'ImageForbidden', reason });

/** Refuses what the state of an image does not allow. */
export const invalidState = (row: ImageRow, action: string): Result<never, ImageError> =>
  failed({ code: 'ImageInvalidState', imageId: row.id, status: row.status, action });
