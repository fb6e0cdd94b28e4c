import * as v from 'valibot';
import { choice, text } from '../../parameter.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { lastOf, object, query, shape } from '../../shape.ts';
import { always, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

const name = text({ minLength: 1 });

/** Body of POST /os-assisted-volume-snapshots. */
const createAssisted = shape('snapshot', {
  volume_id: always(name),
  create_info: object({
    snapshot_id: always(name),
    type: always(choice(['qcow2'])),
    new_file: always(name),
    id: always(v.optional(name)),
  }),
});

/** Query of DELETE /os-assisted-volume-snapshots/{id}. */
const deleteAssisted = query(
  { delete_info: always(lastOf(types.anyText)) },
  { unknown: stepped('drop', ['2.75', 'refuse']) },
);

/** Volumes here are whole files, which no snapshot of the host's making fits: none is of the kind that this is for. */
const unsupported = (volumeId: string): Refusal =>
  refuse({ code: 'InvalidVolume', reason: `volume ${volumeId.slice(0, 255)} cannot be snapshotted by its host` });

const volumeIn = (info: string): string | null => {
  try {
    const parsed: unknown = JSON.parse(info);
    const isNamed = typeof parsed === 'object' && parsed !== null && 'volume_id' in parsed;
    return isNamed && typeof parsed.volume_id === 'string' ? parsed.volume_id : null;
  } catch {
    return null;
  }
};

/** Snapshots that a volume service of another kind has the host of a server take. */
export const assistedVolumeSnapshotRoutes = [
  route({
    method: 'POST',
    path: '/os-assisted-volume-snapshots',
    policy: { rule: 'os_compute_api:os-assisted-volume-snapshots:create', target: 'none' },
    body: createAssisted,
    success: 200,
    handler: ({ body }) => unsupported(body.snapshot.volume_id),
  }),
  route({
    method: 'DELETE',
    path: '/os-assisted-volume-snapshots/{id}',
    policy: { rule: 'os_compute_api:os-assisted-volume-snapshots:delete', target: 'none' },
    query: deleteAssisted,
    success: 204,
    handler: ({ query: asked }) => {
      const volumeId = volumeIn(asked.delete_info ?? '');
      return volumeId === null
        ? refuseWith(400, 'The delete_info parameter does not name a volume.')
        : unsupported(volumeId);
    },
  }),
];
