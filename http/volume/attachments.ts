import * as v from 'valibot';
import { changeVolumes } from '../../actors/volume/client.ts';
import type { VolumeChange } from '../../actors/volume/protocol.ts';
import { type VolumeAttachmentRow, volumeAttachments } from '../../actors/volume/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { VolumeFault } from './faults.ts';
import { checked, text, uuid } from './fields.ts';
import { type Listed, listAnswer } from './listing.ts';
import {
  emptyReply,
  fault,
  owns,
  refused,
  reply,
  type VolumeAnswer,
  type VolumeRequest,
  type VolumeRoute,
} from './route.ts';
import { attachmentSummary, attachmentsOf, attachmentView } from './views.ts';
import { volumeOf } from './volumes.ts';

/** First microversion of attachments: 3.27. */
const FROM = 27;
/** Longest connector, as JSON text. */
const CONNECTOR_LENGTH_MAX = 16_384;

const connector = v.pipe(
  v.record(text(), v.unknown(), 'an object is expected'),
  v.check((value) => JSON.stringify(value).length <= CONNECTOR_LENGTH_MAX, 'it is too long'),
);

const createBody = v.object({
  attachment: v.object({
    volume_uuid: uuid,
    instance_uuid: v.nullish(uuid),
    connector: v.nullish(connector),
    mode: v.nullish(v.picklist(['rw', 'ro'], 'it must be rw or ro')),
  }),
});
const updateBody = v.object({ attachment: v.object({ connector }) });

const listed: Listed<VolumeAttachmentRow> = {
  path: 'attachments',
  isCounted: false,
  table: volumeAttachments,
  fields: {
    id: (row) => row.id,
    status: (row) => row.status,
    volume_id: (row) => row.volumeId,
    instance_id: (row) => row.instanceId,
    instance_uuid: (row) => row.instanceId,
    project_id: (row) => row.projectId,
    attach_status: (row) => row.status,
  },
};

function attachmentOf(request: VolumeRequest): Result<VolumeAttachmentRow, VolumeFault> {
  const attachmentId = request.param('id');
  const row = volumeAttachments.read(request.reader, attachmentId);
  return row && owns(request, row.projectId) ? ok(row) : refused({ code: 'VolumeAttachmentNotFound', attachmentId });
}

const shown = (request: VolumeRequest, id: string): VolumeAnswer => {
  const row = volumeAttachments.read(request.reader, id);
  return row
    ? reply({ attachment: attachmentView(row) })
    : refused({ code: 'VolumeAttachmentNotFound', attachmentId: id });
};

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 255) : null);

async function create(request: VolumeRequest): Promise<VolumeAnswer> {
  const body = checked(createBody, request.body);
  if (!body.ok) return body;
  const { attachment: wanted } = body.value;
  const found = volumeOf({ ...request, param: () => wanted.volume_uuid });
  if (!found.ok) return found;
  const outcome = await changeVolumes(request.system, {
    type: 'createAttachment',
    owner: { projectId: found.value.projectId, userId: request.caller.userId },
    volumeId: found.value.id,
    instanceId: wanted.instance_uuid ?? null,
    connectorJson: wanted.connector ? JSON.stringify(wanted.connector) : null,
    device: textOf(wanted.connector?.['mountpoint']),
    attachMode: wanted.mode ?? 'rw',
  });
  return outcome.ok ? shown(request, outcome.value) : refused(outcome.error);
}

/** Asks for a change of the attachment of the path, if the caller may see it. */
async function change(
  request: VolumeRequest,
  changeOf: (row: VolumeAttachmentRow) => VolumeChange,
  answer: (row: VolumeAttachmentRow) => VolumeAnswer,
): Promise<VolumeAnswer> {
  const found = attachmentOf(request);
  if (!found.ok) return found;
  const outcome = await changeVolumes(request.system, changeOf(found.value));
  return outcome.ok ? answer(found.value) : refused(outcome.error);
}

function update(request: VolumeRequest): VolumeAnswer | Promise<VolumeAnswer> {
  const body = checked(updateBody, request.body);
  if (!body.ok) return body;
  const wanted = body.value.attachment.connector;
  return change(
    request,
    ({ id }) => ({
      type: 'updateAttachment',
      id,
      connectorJson: JSON.stringify(wanted),
      device: textOf(wanted['mountpoint']),
      host: textOf(wanted['host']),
    }),
    ({ id }) => shown(request, id),
  );
}

/** What is left of a volume's attachments, as Cinder answers a deletion. */
const remaining = (request: VolumeRequest, { volumeId }: VolumeAttachmentRow): VolumeAnswer =>
  reply({ attachments: [...attachmentsOf(request.reader, volumeId)].map(attachmentSummary) });

function act(request: VolumeRequest): VolumeAnswer | Promise<VolumeAnswer> {
  const { body } = request;
  const isComplete = typeof body === 'object' && body !== null && 'os-complete' in body;
  if (!isComplete) return fault(400, 'There is no such action: ');
  return change(
    request,
    ({ id }) => ({ type: 'completeAttachment', id }),
    () => emptyReply(204),
  );
}

/** Attachments of volumes. Cinder API v3: `/attachments`. */
export const attachmentRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/attachments',
    from: FROM,
    rule: 'volume:attachment_list',
    handle: (request) => listAnswer(request, listed, attachmentSummary),
  },
  {
    method: 'GET',
    path: '/attachments/detail',
    from: FROM,
    rule: 'volume:attachment_list',
    handle: (request) => listAnswer(request, listed, attachmentView),
  },
  { method: 'POST', path: '/attachments', from: FROM, rule: 'volume:attachment_create', handle: create },
  {
    method: 'GET',
    path: '/attachments/:id',
    from: FROM,
    rule: 'volume:attachment_show',
    handle: (request) => {
      const found = attachmentOf(request);
      return found.ok ? reply({ attachment: attachmentView(found.value) }) : found;
    },
  },
  { method: 'PUT', path: '/attachments/:id', from: FROM, rule: 'volume:attachment_update', handle: update },
  {
    method: 'DELETE',
    path: '/attachments/:id',
    from: FROM,
    rule: 'volume:attachment_delete',
    handle: (request) =>
      change(
        request,
        ({ id }) => ({ type: 'deleteAttachment', id }),
        (row) => remaining(request, row),
      ),
  },
  { method: 'POST', path: '/attachments/:id/action', from: 44, rule: 'volume:attachment_complete', handle: act },
];
