import { reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

/** Host aggregates. None can be made yet; the list is there because clients read it on the way (`openstack hypervisor show`). */
export const aggregateRoutes = [
  route({
    method: 'GET',
    path: '/os-aggregates',
    policy: { rule: 'os_compute_api:os-aggregates:index', target: 'none' },
    query: noQuery,
    success: 200,
    handler: () => reply({ aggregates: [] }),
  }),
];
