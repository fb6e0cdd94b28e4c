import { refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { floatingAddresses } from './floating-addresses.ts';
import { serverByServerId } from './lookup.ts';
import { addressesOf } from './view-fields.ts';

const route = routesFor<ComputeServices>();
const plainAddresses = addressesOf(false);

/** The addresses of a server. */
export const serverIpRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/ips',
    policy: { rule: 'os_compute_api:ips:index', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request, { reader }) =>
      reply({ addresses: plainAddresses(request.subject, { floatingOf: floatingAddresses(reader) }) }),
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/ips/{id}',
    policy: { rule: 'os_compute_api:ips:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request, { reader }) => {
      const { id: network } = request.params;
      const byNetwork = plainAddresses(request.subject, { floatingOf: floatingAddresses(reader) });
      return Object.hasOwn(byNetwork, network)
        ? reply({ [network]: byNetwork[network] })
        : refuseWith(404, 'Instance is not a member of specified network');
    },
  }),
];
