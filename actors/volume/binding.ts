import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { followAttachments } from './attachments.ts';
import { attachmentsOf, attachmentsOfInstance, volumeOf, writeAttachment, writeVolume, wrongStatus } from './change.ts';
import { beingCopied, isBeingCopied } from './copying.ts';
import type { BindVolumeError } from './errors.ts';
import type { BindVolumes, BoundVolume, VolumeMessage, VolumeRequest } from './protocol.ts';
import {
  type VolumeAttachmentRow,
  type VolumeBindingRow,
  volumeAttachments,
  volumeBindings,
  volumeSnapshots,
  volumes,
} from './row.ts';
import { createVolume, removeVolume } from './volumes.ts';

type Of<Type extends VolumeMessage['type']> = Extract<VolumeMessage, { readonly type: Type }>;

/** Gives an instance its volumes, all or none. It is told when they are all there. */
export function bindVolumes(ctx: Context, wanted: BindVolumes): void {
  const { requestId, instanceId, answerTo } = wanted;
  const known = attachmentsOfInstance(ctx, instanceId);
  const attachmentIds: string[] = [];
  for (const [order, request] of wanted.requests.entries()) {
    const bound = boundBefore(known, wanted, request, order) ?? bindOne(ctx, wanted, request, order);
    if (typeof bound !== 'string') {
      releaseBound(ctx, known, attachmentIds);
      ctx.tell(answerTo, { type: 'volumesBound', requestId, outcome: bound });
      return;
    }
    attachmentIds.push(bound);
  }
  answerWhenThere(ctx, { requestId, instanceId, attachmentIds, answerTo });
}

/** What an earlier try of the same request has got. */
function boundBefore(
  known: readonly VolumeAttachmentRow[],
  { what }: BindVolumes,
  { content }: VolumeRequest,
  order: number,
): string | null {
  const isIt = ({ binding, volumeId, status }: VolumeAttachmentRow): boolean =>
    what === 'created'
      ? binding?.order === order
      : content.kind === 'existing' && content.volumeId === volumeId && status === 'reserved';
  return known.find(isIt)?.id ?? null;
}

/** Takes a volume, or makes it. The id of its attachment, or why not. */
function bindOne(
  ctx: Context,
  { instanceId, owner, what }: BindVolumes,
  request: VolumeRequest,
  order: number,
): string | { readonly ok: false; readonly error: BindVolumeError } {
  const taken =
    request.content.kind === 'existing'
      ? takable(ctx, instanceId, request.content.volumeId)
      : made(ctx, owner, request);
  if (!taken.ok) return taken;
  const volumeId = taken.value;
  const id = ctx.newId();
  const attachment: VolumeAttachmentRow = {
    id,
    volumeId,
    projectId: owner.projectId,
    instanceId,
    status: 'reserved',
    host: null,
    device: request.device,
    attachMode: 'rw',
    attachedAtMs: null,
    createdAtMs: ctx.nowMs,
    connectorJson: null,
    binding: {
      order: what === 'created' ? order : null,
      deviceId: ctx.newId(),
      deleteOnTermination: request.deleteOnTermination,
    },
  };
  ctx.put(volumeAttachments, id, attachment);
  followAttachments(ctx, volumeId);
  return id;
}

/** States of a volume that another instance may have, too. */
const SHARED_STATUSES: readonly string[] = ['reserved', 'attaching', 'in-use', 'detaching'];

/** A volume that is there, if it is free; or if it may be shared, and the instance does not have it. */
function takable(ctx: Context, instanceId: string, volumeId: string): Result<string, BindVolumeError> {
  const found = volumeOf(ctx, volumeId);
  if (!found.ok) return found;
  const { multiattach, status } = found.value;
  if (multiattach === true && SHARED_STATUSES.includes(status)) {
    const others = attachmentsOf(ctx, volumeId).every((one) => one.binding !== null && one.instanceId !== instanceId);
    return others ? ok(volumeId) : failed({ code: 'InvalidVolume', reason: `volume ${volumeId} already attached` });
  }
  if (found.value.status !== 'available') return failed(wrongStatus('available', found.value));
  return isBeingCopied(ctx, volumeId) ? failed(beingCopied(volumeId)) : ok(volumeId);
}

/** A new volume of what is asked for. */
function made(
  ctx: Context,
  owner: BindVolumes['owner'],
  { content, sizeGib, imageMetadataJson, multiattach = false }: VolumeRequest,
): Result<string, BindVolumeError> {
  if (content.kind === 'existing') return ok(content.volumeId);
  const snapshot = content.kind === 'snapshot' ? volumeSnapshots.read(ctx.rows, content.snapshotId) : undefined;
  if (content.kind === 'snapshot' && snapshot?.status !== 'available') {
    return failed({ code: 'VolumeSnapshotNotFound', snapshotId: content.snapshotId });
  }
  const source = snapshot && volumes.read(ctx.rows, snapshot.volumeId);
  const created = createVolume(ctx, owner, {
    id: ctx.newId(),
    name: '',
    description: '',
    sizeGib: Math.max(sizeGib ?? 0, snapshot?.sizeGib ?? 1),
    content,
    metadataJson: '{}',
    imageMetadataJson: imageMetadataJson ?? source?.imageMetadataJson ?? null,
    bootable: content.kind === 'image' || source?.bootable === true,
    multiattach,
  });
  if (created.ok) return created;
  const { error } = created;
  return error.code === 'VolumeQuotaExceeded'
    ? failed(error)
    : failed({ code: 'InvalidVolume', reason: `The volume could not be made: ${error.code}.` });
}

/** Tells an instance of its volumes when they are all there, or that one of them will not be; else it goes on waiting. */
function answerWhenThere(ctx: Context, binding: VolumeBindingRow): void {
  const { requestId, instanceId, attachmentIds, answerTo } = binding;
  const bound: BoundVolume[] = [];
  let outcome: Result<readonly BoundVolume[], BindVolumeError> | null = null;
  for (const attachmentId of attachmentIds) {
    const attachment = volumeAttachments.read(ctx.rows, attachmentId);
    const row = attachment && volumes.read(ctx.rows, attachment.volumeId);
    if (!row || !attachment.binding || row.status === 'error' || row.status === 'deleting') {
      const volumeId = attachment?.volumeId ?? '';
      const reason = `Volume ${volumeId} did not finish being created. Its status is ${row?.status ?? 'deleted'}.`;
      outcome = failed({ code: 'InvalidVolume', reason });
      break;
    }
    if (row.status === 'creating') {
      ctx.put(volumeBindings, instanceId, binding);
      return;
    }
    const { sizeGib, readOnly, imageMetadataJson, multiattach = false } = row;
    const { deviceId } = attachment.binding;
    bound.push({ volumeId: row.id, attachmentId, deviceId, sizeGib, readOnly, imageMetadataJson, multiattach });
  }
  ctx.put(volumeBindings, instanceId, undefined);
  ctx.tell(answerTo, { type: 'volumesBound', requestId, outcome: outcome ?? ok(bound) });
}

/** A volume that was being made has come out: whoever waits for it goes on, or learns that it will not come. */
export function volumeSettled(ctx: Context, volumeId: string): void {
  for (const { instanceId, binding } of attachmentsOf(ctx, volumeId)) {
    const waits = binding === null || instanceId === null ? undefined : volumeBindings.read(ctx.rows, instanceId);
    if (waits) answerWhenThere(ctx, waits);
  }
}

/** Of a request that cannot be met as a whole, nothing stays. */
function releaseBound(ctx: Context, known: readonly VolumeAttachmentRow[], attachmentIds: readonly string[]): void {
  for (const id of attachmentIds) {
    const row = volumeAttachments.read(ctx.rows, id);
    if (row && !known.some((one) => one.id === id)) letGo(ctx, row, true);
  }
}

/** Ends an attachment. What goes with the instance, and nobody else needs, is deleted. */
function letGo(ctx: Context, { id, volumeId, binding }: VolumeAttachmentRow, ended: boolean): void {
  ctx.put(volumeAttachments, id, undefined);
  followAttachments(ctx, volumeId);
  const row = volumes.read(ctx.rows, volumeId);
  if (!row || !ended || binding?.deleteOnTermination !== true) return;
  const [snapshot] = volumeSnapshots.ids(ctx.rows, 'byVolume', [volumeId]);
  if (snapshot === undefined && attachmentsOf(ctx, volumeId).length === 0) removeVolume(ctx, row);
}

/** An instance lets go of volumes. */
export function releaseVolumes(ctx: Context, { instanceId, volumeIds, ended }: Of<'releaseVolumes'>): void {
  if (volumeIds === null) ctx.put(volumeBindings, instanceId, undefined);
  for (const row of attachmentsOfInstance(ctx, instanceId)) {
    if (volumeIds === null || volumeIds.includes(row.volumeId)) letGo(ctx, row, ended);
  }
}

/** An instance tells how far its volumes are. */
export function volumesAre(ctx: Context, message: Of<'volumesAre'>): void {
  const { instanceId, volumeIds, status, host, devices } = message;
  for (const row of attachmentsOfInstance(ctx, instanceId)) {
    if (volumeIds !== null && !volumeIds.includes(row.volumeId)) continue;
    const attachedAtMs = status === 'attached' ? (row.attachedAtMs ?? ctx.nowMs) : row.attachedAtMs;
    const device = devices[row.volumeId] ?? row.device;
    writeAttachment(ctx, row, { status, host, device, attachedAtMs });
    followAttachments(ctx, row.volumeId);
  }
}

/** Whether a volume goes with its instance. */
export function keepVolume(ctx: Context, { instanceId, volumeId, deleteOnTermination }: Of<'keepVolume'>): void {
  const row = attachmentsOfInstance(ctx, instanceId).find((one) => one.volumeId === volumeId);
  if (row?.binding) writeAttachment(ctx, row, { binding: { ...row.binding, deleteOnTermination } });
}

/** Notes how the migration of a volume to another one has ended. Where none was known of there is nothing to note. */
export function endMigration(ctx: Context, { volumeId, failed: hasFailed }: Of<'migrationEnded'>): void {
  const row = volumes.read(ctx.rows, volumeId);
  if (row?.migrationStatus) writeVolume(ctx, row, { migrationStatus: hasFailed ? 'error' : null });
}
