import * as v from 'valibot';
import { text } from '../../parameter.ts';
import { refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { query, shape } from '../../shape.ts';
import { always } from '../../stepped.ts';
import * as types from '../parameter-types.ts';
import { serverByServerId } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();
const noQuery = query({});

/** Body of POST /servers/{server_id}/shares. */
export const attachShare = shape('share', {
  share_id: always(types.uuid),
  tag: always(v.optional(text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-]*$' }))),
});

const notFound = (id: string) => refuseWith(404, `Share ${id.slice(0, 255)} could not be found.`);
const path = '/servers/{server_id}/shares/{id}';

/** Shares of a server (Manila). There are none, and no host can attach one. */
export const serverShareRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/shares',
    from: '2.97',
    policy: { rule: 'os_compute_api:os-server-shares:index', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: () => reply({ shares: [] }),
  }),
  route({
    method: 'POST',
    path: '/servers/{server_id}/shares',
    from: '2.97',
    policy: { rule: 'os_compute_api:os-server-shares:create', target: 'subject' },
    body: attachShare,
    success: 201,
    subject: serverByServerId,
    handler: () => refuseWith(403, 'Feature not supported until computes have been upgraded.'),
  }),
  route({
    method: 'GET',
    path,
    from: '2.97',
    policy: { rule: 'os_compute_api:os-server-shares:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: ({ params }) => notFound(params.id),
  }),
  route({
    method: 'DELETE',
    path,
    from: '2.97',
    policy: { rule: 'os_compute_api:os-server-shares:delete', target: 'subject' },
    success: 200,
    subject: serverByServerId,
    handler: ({ params }) => notFound(params.id),
  }),
];
