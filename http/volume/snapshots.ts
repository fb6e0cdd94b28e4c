import * as v from 'valibot';
import { changeVolumes, VOLUME_LIMITS } from '../../actors/volume/client.ts';
import { SNAPSHOT_STATUSES, type VolumeSnapshotRow, volumeSnapshots } from '../../actors/volume/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { VolumeFault } from './faults.ts';
import { checked, describedAnew, describedBy, describing, flag, metadata, uuid } from './fields.ts';
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
import { snapshotSummary, snapshotView } from './views.ts';
import { volumeOf } from './volumes.ts';

const createBody = v.object({
  snapshot: v.object({
    volume_id: uuid,
    ...describing,
    force: v.nullish(flag),
    metadata: v.nullish(metadata(VOLUME_LIMITS.metadataItemsMax)),
  }),
});

const updateBody = v.object({
  snapshot: v.object({
    ...describing,
  }),
});

const listed: Listed<VolumeSnapshotRow> = {
  path: 'snapshots',
  isCounted: true,
  table: volumeSnapshots,
  fields: {
    id: (row) => row.id,
    name: (row) => row.name,
    display_name: (row) => row.name,
    status: (row) => row.status,
    volume_id: (row) => row.volumeId,
    project_id: (row) => row.projectId,
    user_id: (row) => row.userId,
  },
};

/** The snapshot of a path that the caller may see. */
export function snapshotOf(request: VolumeRequest): Result<VolumeSnapshotRow, VolumeFault> {
  const snapshotId = request.param('id');
  const row = volumeSnapshots.read(request.reader, snapshotId);
  return row && owns(request, row.projectId) ? ok(row) : refused({ code: 'VolumeSnapshotNotFound', snapshotId });
}

/** Up to 3.65 a volume in use needs `force`; from 3.66 on it does not, and false is refused. */
const FORCE_GONE = 66;

async function create(request: VolumeRequest): Promise<VolumeAnswer> {
  const body = checked(createBody, request.body);
  if (!body.ok) return body;
  const { snapshot: wanted } = body.value;
  if (request.minor >= FORCE_GONE && wanted.force === false) {
    return fault(400, "Invalid input received: force=False is invalid: since 3.66 a volume's state does not matter.");
  }
  const found = volumeOf({ ...request, param: () => wanted.volume_id });
  if (!found.ok) return found;
  const snapshotId = request.random.uuid();
  const outcome = await changeVolumes(request.system, {
    type: 'createSnapshot',
    owner: { projectId: found.value.projectId, userId: request.caller.userId },
    snapshotId,
    volumeId: found.value.id,
    ...describedBy(wanted),
    metadataJson: JSON.stringify(wanted.metadata ?? {}),
    force: request.minor >= FORCE_GONE || wanted.force === true,
  });
  if (!outcome.ok) return refused(outcome.error);
  const row = volumeSnapshots.read(request.reader, snapshotId);
  return row ? reply({ snapshot: snapshotSummary(row) }, 202) : refused({ code: 'VolumeSnapshotNotFound', snapshotId });
}

async function update(request: VolumeRequest): Promise<VolumeAnswer> {
  const found = snapshotOf(request);
  if (!found.ok) return found;
  const body = checked(updateBody, request.body);
  if (!body.ok) return body;
  const { snapshot: wanted } = body.value;
  const outcome = await changeVolumes(request.system, {
    type: 'updateSnapshot',
    id: found.value.id,
    changes: {
      ...describedAnew(wanted),
    },
  });
  if (!outcome.ok) return refused(outcome.error);
  const row = snapshotOf(request);
  return row.ok ? reply({ snapshot: snapshotSummary(row.value) }) : row;
}

const resetBody = v.strictObject({
  'os-reset_status': v.strictObject({ status: v.picklist(SNAPSHOT_STATUSES, 'it is no status') }),
});

async function act(request: VolumeRequest): Promise<VolumeAnswer> {
  const { body, caller } = request;
  const [name] = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  if (name !== 'os-reset_status' && name !== 'os-force_delete') {
    return fault(400, `There is no such action: ${(name ?? '').slice(0, 100)}`);
  }
  if (!caller.isAdmin) {
    return fault(403, `Policy doesn't allow volume_extension:snapshot_actions:${name} to be performed.`);
  }
  const found = snapshotOf(request);
  if (!found.ok) return found;
  const { id } = found.value;
  const reset = name === 'os-reset_status' ? checked(resetBody, body) : null;
  if (reset?.ok === false) return reset;
  const outcome = await changeVolumes(
    request.system,
    reset === null
      ? { type: 'deleteSnapshot', id, force: true }
      : { type: 'setSnapshotStatus', id, status: reset.value['os-reset_status'].status },
  );
  return outcome.ok ? emptyReply(202) : refused(outcome.error);
}

/** Snapshots of volumes. Cinder API v3: `/snapshots`. */
export const snapshotRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/snapshots',
    rule: 'volume:get_all_snapshots',
    handle: (request) => listAnswer(request, listed, snapshotSummary),
  },
  {
    method: 'GET',
    path: '/snapshots/detail',
    rule: 'volume:get_all_snapshots',
    handle: (request) => listAnswer(request, listed, (row) => snapshotView(request, row)),
  },
  { method: 'POST', path: '/snapshots', rule: 'volume:create_snapshot', handle: create },
  {
    method: 'GET',
    path: '/snapshots/:id',
    rule: 'volume:get_snapshot',
    handle: (request) => {
      const found = snapshotOf(request);
      return found.ok ? reply({ snapshot: snapshotView(request, found.value) }) : found;
    },
  },
  { method: 'PUT', path: '/snapshots/:id', rule: 'volume:update_snapshot', handle: update },
  {
    method: 'DELETE',
    path: '/snapshots/:id',
    rule: 'volume:delete_snapshot',
    handle: async (request) => {
      const found = snapshotOf(request);
      if (!found.ok) return found;
      const outcome = await changeVolumes(request.system, { type: 'deleteSnapshot', id: found.value.id, force: false });
      return outcome.ok ? emptyReply(202) : refused(outcome.error);
    },
  },
  { method: 'POST', path: '/snapshots/:id/action', rule: 'volume_extension:snapshot_actions', handle: act },
];
