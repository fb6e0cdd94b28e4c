import { VOLUME_LIMITS } from '../../../actors/volume/client.ts';
import { type VolumeRow, type VolumeSnapshotRow, volumeSnapshots, volumes } from '../../../actors/volume/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { PAGE_LENGTH_MAX } from '../../paging.ts';
import { emptyReply, type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { contentOf } from '../../volume/content.ts';
import type { ComputeServices } from '../services.ts';
import { volumeVisible } from '../volume-attachments/attach.ts';
import { changedVolume } from './change.ts';
import { createSnapshot, createVolume, listQuery, showQuery } from './requests.ts';
import { snapshotBody, volumeBody } from './views.ts';

const route = routesFor<ComputeServices>();
const UNTIL = '2.35';
/** Longest part of an unknown id that an answer repeats. */
const SHOWN_LENGTH_MAX = 255;

interface Paged {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** The caller's own rows of a page. The oldest come first, as Nova gets them. */
function ownRows<Row>(
  table: {
    ids(reader: Reader, index: 'byProject', parts: readonly string[]): Iterable<string>;
    read(reader: Reader, id: string): Row | undefined;
  },
  { caller }: RequestContext,
  { reader }: ComputeServices,
  { limit, offset = 0 }: Paged,
): readonly Row[] {
  const rows = [...table.ids(reader, 'byProject', [caller.projectId ?? ''])].flatMap(
    (id) => table.read(reader, id) ?? [],
  );
  // Zero is no limit here.
  return rows.slice(offset, offset + Math.min(limit || PAGE_LENGTH_MAX, PAGE_LENGTH_MAX));
}

const volumeOr404 = (id: string, request: RequestContext, services: ComputeServices): VolumeRow | Refusal =>
  volumeVisible(id, request, services) ?? refuse({ code: 'VolumeNotFound', volumeId: id.slice(0, SHOWN_LENGTH_MAX) });

const snapshotOr404 = (
  id: string,
  { caller }: RequestContext,
  { reader }: ComputeServices,
): VolumeSnapshotRow | Refusal => {
  const row = id.length > SHOWN_LENGTH_MAX ? undefined : volumeSnapshots.read(reader, id);
  return row !== undefined && (caller.isAdmin || row.projectId === caller.projectId)
    ? row
    : refuse({ code: 'VolumeSnapshotNotFound', snapshotId: id.slice(0, SHOWN_LENGTH_MAX) });
};

const volumeRoutes = (['/os-volumes', '/os-volumes/detail'] as const).map((path) =>
  route({
    method: 'GET',
    path,
    until: UNTIL,
    policy: {
      rule: path === '/os-volumes' ? 'os_compute_api:os-volumes:list' : 'os_compute_api:os-volumes:detail',
      target: 'own',
    },
    query: listQuery,
    success: 200,
    handler: (request, services) =>
      reply({
        volumes: ownRows(volumes, request, services, request.query).map((row) => volumeBody(services.reader, row)),
      }),
  }),
);

const snapshotRoutes = (['/os-snapshots', '/os-snapshots/detail'] as const).map((path) =>
  route({
    method: 'GET',
    path,
    until: UNTIL,
    policy: {
      rule:
        path === '/os-snapshots'
          ? 'os_compute_api:os-volumes:snapshots:list'
          : 'os_compute_api:os-volumes:snapshots:detail',
      target: 'own',
    },
    query: listQuery,
    success: 200,
    handler: (request, services) =>
      reply({ snapshots: ownRows(volumeSnapshots, request, services, request.query).map(snapshotBody) }),
  }),
);

/** Volumes and their snapshots as they were shown up to 2.35: the volume service's, in Nova's words. */
export const volumeProxyRoutes = [
  ...volumeRoutes,
  route({
    method: 'POST',
    path: '/os-volumes',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:create', target: 'own' },
    body: createVolume,
    success: 200,
    handler: async (request, services) => {
      const { volume: asked } = request.body;
      const { caller } = request;
      if (asked.size > VOLUME_LIMITS.sizeGibMax) return refuseWith(400, 'The size of the volume is missing.');
      const metadata = Object.entries(asked.metadata ?? {});
      const texts = [asked.display_name ?? '', asked.display_description ?? '', ...metadata.flat().map(String)];
      if (texts.some((text) => text.length > SHOWN_LENGTH_MAX) || metadata.length > VOLUME_LIMITS.metadataItemsMax)
        return refuse({ code: 'InvalidInput', reason: 'a name, a description or the metadata is too long' });
      const snapshotId = asked.snapshot_id ?? null;
      if (snapshotId !== null) {
        const snapshot = snapshotOr404(snapshotId, request, services);
        if ('kind' in snapshot) return snapshot;
      }
      const wanted = { sizeGib: asked.size, snapshotId, sourceVolumeId: null, imageId: null };
      const made = await contentOf({ ...services, caller }, wanted);
      if (!made.ok) return refuseWith(made.error.status, made.error.message);
      const id = services.random.uuid();
      const refused = await changedVolume(services, {
        type: 'createVolume',
        owner: { projectId: caller.projectId ?? '', userId: caller.userId },
        volume: {
          id,
          name: asked.display_name ?? null,
          description: asked.display_description ?? null,
          metadataJson: JSON.stringify(Object.fromEntries(metadata.map(([name, value]) => [name, String(value)]))),
          ...made.value,
        },
      });
      const row = refused ?? volumeOr404(id, request, services);
      return 'kind' in row ? row : reply({ volume: volumeBody(services.reader, row) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-volumes/{id}',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:show', target: 'own' },
    query: showQuery,
    success: 200,
    handler: (request, services) => {
      const row = volumeOr404(request.params.id, request, services);
      return 'kind' in row ? row : reply({ volume: volumeBody(services.reader, row) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-volumes/{id}',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:delete', target: 'own' },
    success: 202,
    handler: async (request, services) => {
      const row = volumeOr404(request.params.id, request, services);
      if ('kind' in row) return row;
      const change = { type: 'deleteVolume', id: row.id, cascade: false, force: false } as const;
      return (await changedVolume(services, change)) ?? emptyReply();
    },
  }),
  ...snapshotRoutes,
  route({
    method: 'POST',
    path: '/os-snapshots',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:snapshots:create', target: 'own' },
    body: createSnapshot,
    success: 200,
    handler: async (request, services) => {
      const { snapshot: asked } = request.body;
      const { display_name: name = null, display_description: description = null } = asked;
      if ([name, description].some((text) => text !== null && text.length > SHOWN_LENGTH_MAX))
        return refuse({ code: 'InvalidInput', reason: 'a name, a description or the metadata is too long' });
      const volume = volumeOr404(asked.volume_id, request, services);
      if ('kind' in volume) return volume;
      const snapshotId = services.random.uuid();
      const refused = await changedVolume(services, {
        type: 'createSnapshot',
        owner: { projectId: volume.projectId, userId: request.caller.userId },
        snapshotId,
        volumeId: volume.id,
        name,
        description,
        metadataJson: '{}',
        force: asked.force ?? false,
      });
      const row = refused ?? snapshotOr404(snapshotId, request, services);
      return 'kind' in row ? row : reply({ snapshot: snapshotBody(row) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-snapshots/{id}',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:snapshots:show', target: 'own' },
    query: showQuery,
    success: 200,
    handler: (request, services) => {
      const row = snapshotOr404(request.params.id, request, services);
      return 'kind' in row ? row : reply({ snapshot: snapshotBody(row) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-snapshots/{id}',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:snapshots:delete', target: 'own' },
    success: 202,
    handler: async (request, services) => {
      const row = snapshotOr404(request.params.id, request, services);
      if ('kind' in row) return row;
      return (await changedVolume(services, { type: 'deleteSnapshot', id: row.id, force: false })) ?? emptyReply();
    },
  }),
];
