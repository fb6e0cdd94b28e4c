import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import type { ImageState } from '../handle.ts';
import type { ImageMessage } from '../protocol.ts';
import { defaultImages, deletedImages, type ImageRow, images } from '../row.ts';
import { forbidden, type Of } from './change.ts';
import { count, roomFor } from './owners.ts';
import { checkedImage } from './rules.ts';

/** Makes an image without bytes. Glance: POST /v2/images. */
export function create(
  state: ImageState,
  { by, imageId, attributes, properties }: Of<ImageMessage, 'create'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  if (!by.mayWrite) return forbidden('Creating an image needs the role member.');
  if (!by.isAdmin && attributes.owner !== by.projectId)
    return forbidden('Only an administrator creates images for another project.');
  if (attributes.visibility === 'public' && !by.isAdmin) return forbidden('Only an administrator publishes an image.');
  const room = roomFor(state, attributes.owner);
  if (!room.ok) return room;
  const id = imageId ?? ctx.newId();
  if (images.read(ctx.rows, id) || deletedImages.read(ctx.rows, id))
    return failed({ code: 'ImageExists', imageId: id });
  const times = { createdAtMs: ctx.nowMs, updatedAtMs: ctx.nowMs };
  const row = checkedImage({
    ...attributes,
    id,
    status: 'queued',
    uploadId: null,
    content: null,
    properties,
    ...times,
  });
  if (!row.ok) return row;
  ctx.put(images, id, row.value);
  count(state, attributes.owner, 1);
  return row;
}

/** Makes a public image with its bytes, once. */
export function ensureDefault(
  state: ImageState,
  { name, owner, diskFormat, content }: Of<ImageMessage, 'ensureDefault'>,
  ctx: Context,
): Result<ImageRow, ImageError> {
  const made = defaultImages.read(ctx.rows, name);
  if (made) {
    const row = images.read(ctx.rows, made.imageId);
    return row ? ok(row) : failed({ code: 'ImageNotFound', imageId: made.imageId });
  }
  const id = ctx.newId();
  const row: ImageRow = {
    id,
    name,
    owner,
    status: 'active',
    visibility: 'public',
    isProtected: false,
    isHidden: false,
    minDiskGib: 0,
    minRamMib: 0,
    diskFormat,
    containerFormat: 'bare',
    tags: [],
    uploadId: null,
    content,
    properties: {},
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
  };
  ctx.put(images, id, row);
  ctx.put(defaultImages, name, { imageId: id });
  count(state, owner, 1);
  return ok(row);
}
