import { refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { serverByServerId } from './lookup.ts';

const route = routesFor<ComputeServices>();

/** What users have noted with a server. */
export const serverMetadataRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/metadata',
    policy: { rule: 'os_compute_api:server-metadata:index', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request) => reply({ metadata: request.subject.metadata }),
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/metadata/{id}',
    policy: { rule: 'os_compute_api:server-metadata:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request) => {
      const { id: key } = request.params;
      const { metadata } = request.subject;
      return Object.hasOwn(metadata, key)
        ? reply({ meta: { [key]: metadata[key] } })
        : refuseWith(404, 'Metadata item was not found');
    },
  }),
];
