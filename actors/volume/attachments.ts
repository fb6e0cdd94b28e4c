import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { attachmentsOf, restingStatus, volumeOf, writeAttachment, writeVolume, wrongStatus } from './change.ts';
import type { VolumeChange, VolumeReply } from './protocol.ts';
import { type VolumeAttachmentRow, volumeAttachments, volumes } from './row.ts';

type Of<Type extends VolumeChange['type']> = Extract<VolumeChange, { readonly type: Type }>;

const notFound = (attachmentId: string) => failed({ code: 'VolumeAttachmentNotFound', attachmentId } as const);

/** Shows in a volume's state what its attachments are. States that are none of an attachment's stay. */
export function followAttachments(ctx: Context, volumeId: string): void {
  const row = volumes.read(ctx.rows, volumeId);
  if (!row || !ATTACHMENT_STATUSES.includes(row.status)) return;
  const status = restingStatus(attachmentsOf(ctx, volumeId));
  if (status !== row.status) writeVolume(ctx, row, { status });
}

const ATTACHMENT_STATUSES: readonly string[] = ['available', 'reserved', 'attaching', 'in-use', 'detaching'];

/** Attaches a volume to something that compute does not know of. Errors: VolumeNotFound, InvalidVolume. */
export function createAttachment(ctx: Context, wanted: Of<'createAttachment'>): VolumeReply {
  const found = volumeOf(ctx, wanted.volumeId);
  if (!found.ok) return found;
  const row = found.value;
  // A volume that was reserved in the older way is attached in the newer one.
  const isReserved = row.status === 'attaching' && attachmentsOf(ctx, row.id).length === 0;
  if (row.status !== 'available' && !isReserved) return failed(wrongStatus('available or downloading', row));
  const id = ctx.newId();
  const attachment: VolumeAttachmentRow = {
    id,
    volumeId: row.id,
    projectId: wanted.owner.projectId,
    instanceId: wanted.instanceId,
    status: wanted.connectorJson === null ? 'reserved' : 'attaching',
    host: null,
    device: wanted.device,
    attachMode: wanted.attachMode,
    attachedAtMs: null,
    createdAtMs: ctx.nowMs,
    connectorJson: wanted.connectorJson,
    binding: null,
  };
  ctx.put(volumeAttachments, id, attachment);
  followAttachments(ctx, row.id);
  return ok(id);
}

/** The attachment, if it is none of compute's, whose instance would not hear of a change. */
function free(ctx: Context, id: string): VolumeReply | VolumeAttachmentRow {
  const row = volumeAttachments.read(ctx.rows, id);
  if (!row) return notFound(id);
  return row.binding === null
    ? row
    : failed({
        code: 'InvalidVolume',
        reason: `The volume is attached to server ${row.instanceId ?? ''}; use the Compute API to detach it.`,
      });
}

/** Errors: VolumeAttachmentNotFound, InvalidVolume. */
export function updateAttachment(ctx: Context, wanted: Of<'updateAttachment'>): VolumeReply {
  const row = free(ctx, wanted.id);
  if ('ok' in row) return row;
  const { connectorJson, device, host } = wanted;
  const status = row.status === 'reserved' ? 'attaching' : row.status;
  writeAttachment(ctx, row, { connectorJson, host, device: device ?? row.device, status });
  followAttachments(ctx, row.volumeId);
  return ok(row.id);
}

/** Errors: VolumeAttachmentNotFound, InvalidVolume. */
export function completeAttachment(ctx: Context, { id }: Of<'completeAttachment'>): VolumeReply {
  const row = free(ctx, id);
  if ('ok' in row) return row;
  writeAttachment(ctx, row, { status: 'attached', attachedAtMs: row.attachedAtMs ?? ctx.nowMs });
  followAttachments(ctx, row.volumeId);
  return ok(id);
}

/** Errors: VolumeAttachmentNotFound, InvalidVolume. */
export function deleteAttachment(ctx: Context, { id }: Of<'deleteAttachment'>): VolumeReply {
  const row = free(ctx, id);
  if ('ok' in row) return row;
  ctx.put(volumeAttachments, id, undefined);
  followAttachments(ctx, row.volumeId);
  return ok(id);
}
