import { VOLUME_LIMITS } from '../../../actors/volume/client.ts';
import { volumes } from '../../../actors/volume/row.ts';
import { emptyReply, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { contentOf } from '../../volume/content.ts';
import type { ComputeServices } from '../services.ts';
import { changedVolume } from './change.ts';
import { ownRows, snapshotOr404, TEXT_LENGTH_MAX, tooLong, volumeById, volumeOr404 } from './find.ts';
import { createVolume, listQuery, showQuery } from './requests.ts';
import { snapshotProxyRoutes } from './snapshot-routes.ts';
import { volumeBody } from './views.ts';

const route = routesFor<ComputeServices>();
const UNTIL = '2.35';

const listRoutes = (['/os-volumes', '/os-volumes/detail'] as const).map((path) =>
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
        volumes: ownRows(volumes, request, services).map((row) => volumeBody(services.reader, row)),
      }),
  }),
);

/** Volumes and their snapshots as they were shown up to 2.35: the volume service's, in Nova's words. */
export const volumeProxyRoutes = [
  ...listRoutes,
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
      if (texts.some((text) => text.length > TEXT_LENGTH_MAX) || metadata.length > VOLUME_LIMITS.metadataItemsMax)
        return tooLong();
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
    subject: volumeById,
    handler: ({ subject }, { reader }) => reply({ volume: volumeBody(reader, subject) }),
  }),
  route({
    method: 'DELETE',
    path: '/os-volumes/{id}',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:delete', target: 'own' },
    success: 202,
    subject: volumeById,
    handler: async ({ subject }, services) => {
      const change = { type: 'deleteVolume', id: subject.id, cascade: false, force: false } as const;
      return (await changedVolume(services, change)) ?? emptyReply();
    },
  }),
  ...snapshotProxyRoutes,
];
