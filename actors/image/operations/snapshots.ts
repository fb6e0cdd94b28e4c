import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import type { ImageState } from '../handle.ts';
import type { ImageMessage } from '../protocol.ts';
import { type ImageRow, images, owns } from '../row.ts';
import { type Of, write } from './change.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';

/** Whose snapshot an image is, among its properties. Nova: the same names. */
const INSTANCE = 'instance_uuid';

const snapshotOf = (ctx: Context, imageId: string, instanceId: string): ImageRow | null => {
  const row = images.read(ctx.rows, imageId);
  return row?.properties[INSTANCE] === instanceId ? row : null;
};

/** The instance is the one that asks, on behalf of its user, who may have made it. */
const asOwner = (projectId: string | null) => ({ projectId, isAdmin: false, mayWrite: true });

/** Makes the image of a snapshot, without bytes. */
export function createSnapshot(state: ImageState, message: Of<ImageMessage, 'createSnapshot'>, ctx: Context): void {
  const { snapshot, requestId, answerTo } = message;
  const { imageId, instanceId, name, owner, minDiskGib, minRamMib } = snapshot;
  const made: Result<ImageRow | null, ImageError> =
    snapshotOf(ctx, imageId, instanceId) === null
      ? create(
          state,
          {
            type: 'create',
            by: asOwner(owner),
            imageId,
            attributes: {
              name,
              owner,
              visibility: 'private',
              isProtected: false,
              isHidden: false,
              minDiskGib,
              minRamMib,
              diskFormat: 'qcow2',
              containerFormat: 'bare',
              tags: [],
            },
            properties: { ...snapshot.properties, [INSTANCE]: instanceId },
          },
          ctx,
        )
      : ok(null);
  ctx.tell(answerTo, { type: 'snapshotAnswered', requestId, outcome: made.ok ? ok(null) : made });
}

/** The bytes are on their way. Shown only: a restart of the controller takes it back, and the snapshot goes on. */
export function beginSnapshot({ imageId, instanceId }: Of<ImageMessage, 'beginSnapshot'>, ctx: Context): void {
  const row = snapshotOf(ctx, imageId, instanceId);
  if (row?.status === 'queued') write(ctx, row, { status: 'saving' });
}

/** The bytes are stored. */
export function finishSnapshot(message: Of<ImageMessage, 'finishSnapshot'>, ctx: Context): void {
  const { imageId, instanceId, content, diskFormat, requestId, answerTo } = message;
  const row = snapshotOf(ctx, imageId, instanceId);
  // Somebody has deleted it meanwhile.
  const outcome: Result<null, ImageError> = row === null ? failed({ code: 'ImageNotFound', imageId }) : ok(null);
  if (row !== null && row.content === null) write(ctx, row, { status: 'active', uploadId: null, content, diskFormat });
  ctx.tell(answerTo, { type: 'snapshotAnswered', requestId, outcome });
}

/** There will be no bytes. */
export function discardSnapshot(
  state: ImageState,
  { imageId, instanceId }: Of<ImageMessage, 'discardSnapshot'>,
  ctx: Context,
): void {
  const row = snapshotOf(ctx, imageId, instanceId);
  if (row === null || row.content !== null) return;
  const by = { ...asOwner(row.owner), isAdmin: true };
  // A protected one cannot be deleted by anybody; it has no bytes, so what remains is a name.
  remove(state, { type: 'delete', by, imageId }, ctx);
}

/** Deletes the older ones of an instance's backups of a type. Nova: `_rotate_backups` of the compute manager. */
export function rotateBackups(
  state: ImageState,
  { instanceId, backupType, keep, by }: Of<ImageMessage, 'rotateBackups'>,
  ctx: Context,
): void {
  const backups = [...images.scan(ctx.rows)]
    .filter(({ properties }) => properties[INSTANCE] === instanceId && properties['backup_type'] === backupType)
    .filter((row) => row.properties['image_type'] === 'backup' && row.status === 'active' && owns(by, row))
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
  for (const { id: imageId } of backups.slice(keep)) {
    remove(state, { type: 'delete', by: { ...by, mayWrite: true }, imageId }, ctx);
  }
}
