import { emptyReply, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import { serverByServerId } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

/** The password that a guest has encrypted and left with the metadata service. No guest can yet, so there is none. */
export const serverPasswordRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/os-server-password',
    policy: { rule: 'os_compute_api:os-server-password:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: () => reply({ password: '' }),
  }),
  route({
    method: 'DELETE',
    path: '/servers/{server_id}/os-server-password',
    policy: { rule: 'os_compute_api:os-server-password:clear', target: 'subject' },
    success: 204,
    subject: serverByServerId,
    handler: () => emptyReply(),
  }),
];
