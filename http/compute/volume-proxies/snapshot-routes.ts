import { volumeSnapshots } from '../../../actors/volume/row.ts';
import { emptyReply, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import type { ComputeServices } from '../services.ts';
import { changedVolume } from './change.ts';
import { ownRows, snapshotById, snapshotOr404, TEXT_LENGTH_MAX, tooLong, volumeOr404 } from './find.ts';
import { createSnapshot, listQuery, showQuery } from './requests.ts';
import { snapshotBody } from './views.ts';

const route = routesFor<ComputeServices>();
const UNTIL = '2.35';

const listRoutes = (['/os-snapshots', '/os-snapshots/detail'] as const).map((path) =>
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
    handler: (request, services) => reply({ snapshots: ownRows(volumeSnapshots, request, services).map(snapshotBody) }),
  }),
);

/** Snapshots of volumes as they were shown up to 2.35. */
export const snapshotProxyRoutes = [
  ...listRoutes,
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
      if ([name, description].some((text) => text !== null && text.length > TEXT_LENGTH_MAX)) return tooLong();
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
    subject: snapshotById,
    handler: ({ subject }) => reply({ snapshot: snapshotBody(subject) }),
  }),
  route({
    method: 'DELETE',
    path: '/os-snapshots/{id}',
    until: UNTIL,
    policy: { rule: 'os_compute_api:os-volumes:snapshots:delete', target: 'own' },
    success: 202,
    subject: snapshotById,
    handler: async ({ subject }, services) => {
      return (await changedVolume(services, { type: 'deleteSnapshot', id: subject.id, force: false })) ?? emptyReply();
    },
  }),
];
