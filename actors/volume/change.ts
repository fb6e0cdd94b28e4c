import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { BindVolumeError } from './errors.ts';
import { type VolumeAttachmentRow, type VolumeRow, type VolumeStatus, volumeAttachments, volumes } from './row.ts';

/** Stores a volume with changes. */
export function writeVolume(ctx: Context, row: VolumeRow, changes: Partial<VolumeRow>): VolumeRow {
  const next = { ...row, ...changes, updatedAtMs: ctx.nowMs };
  ctx.put(volumes, row.id, next);
  return next;
}

/** Stores an attachment with changes. */
export function writeAttachment(ctx: Context, row: VolumeAttachmentRow, changes: Partial<VolumeAttachmentRow>): void {
  ctx.put(volumeAttachments, row.id, { ...row, ...changes });
}

/** The volume of an id. Errors: VolumeNotFound. */
export function volumeOf(ctx: Context, volumeId: string): Result<VolumeRow, BindVolumeError> {
  const row = volumes.read(ctx.rows, volumeId);
  return row ? ok(row) : failed({ code: 'VolumeNotFound', volumeId });
}

/** The attachments of a volume. */
export function attachmentsOf(ctx: Context, volumeId: string): readonly VolumeAttachmentRow[] {
  const rows: VolumeAttachmentRow[] = [];
  for (const id of volumeAttachments.ids(ctx.rows, 'byVolume', [volumeId])) {
    const row = volumeAttachments.read(ctx.rows, id);
    if (row) rows.push(row);
  }
  return rows;
}

/** The attachments of an instance's disks. */
export function attachmentsOfInstance(ctx: Context, instanceId: string): readonly VolumeAttachmentRow[] {
  const rows: VolumeAttachmentRow[] = [];
  for (const id of volumeAttachments.ids(ctx.rows, 'byInstance', [instanceId])) {
    const row = volumeAttachments.read(ctx.rows, id);
    if (row?.binding) rows.push(row);
  }
  return rows;
}

/**
 * What a volume is by its attachments. Of one that several instances share the status says that one of them lets go of it, as Cinder's
 * `os-begin_detaching` has it: who waits for the end of that would else not see it begin.
 */
export const restingStatus = (attachments: readonly VolumeAttachmentRow[]): VolumeStatus => {
  if (attachments.some(({ status }) => status === 'detaching')) return 'detaching';
  if (attachments.some(({ status }) => status === 'attached')) return 'in-use';
  if (attachments.some(({ status }) => status === 'attaching')) return 'attaching';
  return attachments.length > 0 ? 'reserved' : 'available';
};

/** Cinder's words for a volume that is not in a state which an order needs. */
export const wrongStatus = (wanted: string, { status }: VolumeRow): BindVolumeError => ({
  code: 'InvalidVolume',
  reason: `Volume status must be ${wanted}, but current status is: ${status}.`,
});
