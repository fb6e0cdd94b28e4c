import * as v from 'valibot';
import { changeVolumes, VOLUME_LIMITS } from '../../actors/volume/client.ts';
import { VOLUME_ZONE, type VolumeRow, volumes, volumeTypeOf } from '../../actors/volume/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import { contentOf } from './content.ts';
import type { VolumeFault } from './faults.ts';
import {
  checked,
  describedAnew,
  describedBy,
  describing,
  flag,
  flagOfText,
  metadata,
  size,
  textOrNull,
  uuid,
} from './fields.ts';
import { type Listed, listAnswer, listPage } from './listing.ts';
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
import { changedVolumeView, volumeSummary, volumeView } from './views.ts';

const items = metadata(VOLUME_LIMITS.metadataItemsMax);

const createBody = v.object({
  volume: v.object({
    ...describing,
    size: v.nullish(size(VOLUME_LIMITS.sizeGibMax)),
    volume_type: textOrNull(),
    metadata: v.nullish(items),
    snapshot_id: v.nullish(uuid),
    source_volid: v.nullish(uuid),
    imageRef: textOrNull(),
    image_id: textOrNull(),
    availability_zone: textOrNull(),
    multiattach: v.nullish(flag),
    consistencygroup_id: v.nullish(uuid),
    backup_id: v.nullish(uuid),
  }),
});
type Wanted = v.InferOutput<typeof createBody>['volume'];

const updateBody = v.object({
  volume: v.object({
    ...describing,
    metadata: v.nullish(items),
  }),
});

const listed: Listed<VolumeRow> = {
  path: 'volumes',
  isCounted: true,
  table: volumes,
  fields: {
    id: (row) => row.id,
    name: (row) => row.name,
    display_name: (row) => row.name,
    status: (row) => row.status,
    size: (row) => row.sizeGib,
    bootable: (row) => String(row.bootable),
    availability_zone: (row) => row.availabilityZone,
    user_id: (row) => row.userId,
    project_id: (row) => row.projectId,
  },
};

/** The volume of a path that the caller may see. */
export function volumeOf(request: VolumeRequest, name = 'id'): Result<VolumeRow, VolumeFault> {
  const volumeId = request.param(name);
  const row = volumes.read(request.reader, volumeId);
  return row && owns(request, row.projectId) ? ok(row) : refused({ code: 'VolumeNotFound', volumeId });
}

async function create(request: VolumeRequest): Promise<VolumeAnswer> {
  const body = checked(createBody, request.body);
  if (!body.ok) return body;
  const wanted = body.value.volume;
  const problem = unsupported(wanted);
  if (problem !== null) return problem;
  const made = await contentOf(request, {
    sizeGib: wanted.size ?? null,
    snapshotId: wanted.snapshot_id ?? null,
    sourceVolumeId: wanted.source_volid ?? null,
    imageId: wanted.imageRef ?? wanted.image_id ?? null,
  });
  if (!made.ok) return made;
  const id = request.random.uuid();
  const outcome = await changeVolumes(request.system, {
    type: 'createVolume',
    owner: { projectId: request.projectId, userId: request.caller.userId },
    volume: {
      id,
      ...describedBy(wanted),
      metadataJson: JSON.stringify(wanted.metadata ?? {}),
      // The flag is the older way to say it.
      multiattach: wanted.multiattach === true || volumeTypeOf(wanted.volume_type ?? '')?.multiattach === true,
      ...made.value,
    },
  });
  if (!outcome.ok) return refused(outcome.error);
  const row = volumes.read(request.reader, id);
  return row
    ? reply({ volume: changedVolumeView(request, row) }, 202)
    : refused({ code: 'VolumeNotFound', volumeId: id });
}

/** What a request may ask for by its form, but this service does not have. */
function unsupported({ volume_type: type, availability_zone: zone, ...wanted }: Wanted) {
  if (volumeTypeOf(type ?? '') === undefined) return fault(404, `Volume type ${type} could not be found.`);
  if ((zone ?? VOLUME_ZONE) !== VOLUME_ZONE) return fault(400, `Availability zone '${zone}' is invalid.`);
  if (wanted.consistencygroup_id ?? wanted.backup_id) return fault(400, 'Groups and backups are not supported.');
  return null;
}

async function update(request: VolumeRequest): Promise<VolumeAnswer> {
  const found = volumeOf(request);
  if (!found.ok) return found;
  const body = checked(updateBody, request.body);
  if (!body.ok) return body;
  const { volume: wanted } = body.value;
  const outcome = await changeVolumes(request.system, {
    type: 'updateVolume',
    id: found.value.id,
    changes: {
      ...describedAnew(wanted),
      ...(wanted.metadata ? { metadataJson: JSON.stringify(wanted.metadata) } : {}),
    },
  });
  if (!outcome.ok) return refused(outcome.error);
  const row = volumeOf(request);
  return row.ok ? reply({ volume: changedVolumeView(request, row.value) }) : row;
}

async function remove(request: VolumeRequest): Promise<VolumeAnswer> {
  const found = volumeOf(request);
  if (!found.ok) return found;
  const { query, caller, minor } = request;
  const cascade = flagOfText(query.get('cascade') ?? '');
  const force = minor >= 23 && flagOfText(query.get('force') ?? '');
  if (force && !caller.isAdmin) return fault(403, "Policy doesn't allow volume:force_delete to be performed.");
  const change = { type: 'deleteVolume', id: found.value.id, cascade, force } as const;
  const outcome = await changeVolumes(request.system, change);
  return outcome.ok ? emptyReply(202) : refused(outcome.error);
}

function summary(request: VolumeRequest): VolumeAnswer {
  const page = listPage(request, listed);
  if (!page.ok) return page;
  const { rows, count } = page.value;
  const total = rows.reduce((sum, { sizeGib }) => sum + sizeGib, 0);
  return reply({
    'volume-summary': { total_size: total, total_count: count, ...(request.minor >= 36 ? { metadata: {} } : {}) },
  });
}

/** Volumes. Cinder API v3: `/volumes`. */
export const volumeRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/volumes',
    rule: 'volume:get_all',
    handle: (request) => listAnswer(request, listed, (row) => volumeSummary(request, row)),
  },
  {
    method: 'GET',
    path: '/volumes/detail',
    rule: 'volume:get_all',
    handle: (request) => listAnswer(request, listed, (row) => volumeView(request, row)),
  },
  { method: 'GET', path: '/volumes/summary', from: 12, rule: 'volume:get_all', handle: summary },
  { method: 'POST', path: '/volumes', rule: 'volume:create', handle: create },
  {
    method: 'GET',
    path: '/volumes/:id',
    rule: 'volume:get',
    handle: (request) => {
      const found = volumeOf(request);
      return found.ok ? reply({ volume: volumeView(request, found.value) }) : found;
    },
  },
  { method: 'PUT', path: '/volumes/:id', rule: 'volume:update', handle: update },
  { method: 'DELETE', path: '/volumes/:id', rule: 'volume:delete', handle: remove },
  {
    method: 'GET',
    path: '/volumes/:id/encryption',
    rule: 'volume:get_volume_encryption_metadata',
    handle: (request) => {
      const found = volumeOf(request);
      return found.ok ? reply({ encryption_key_id: null }) : found;
    },
  },
];
