import { reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import { allServices } from '../services/reads.ts';
import type { ComputeServices } from '../services.ts';
import { zoneDetail, zoneList } from './zones.ts';

const route = routesFor<ComputeServices>();

/** Parts of the cloud that servers can be asked into. */
export const availabilityZoneRoutes = [
  route({
    method: 'GET',
    path: '/os-availability-zone',
    policy: { rule: 'os_compute_api:os-availability-zone:list', target: 'none' },
    query: noQuery,
    success: 200,
    handler: (_, { reader, clock }) => reply({ availabilityZoneInfo: zoneList(allServices(reader, clock)) }),
  }),
  route({
    method: 'GET',
    path: '/os-availability-zone/detail',
    policy: { rule: 'os_compute_api:os-availability-zone:detail', target: 'none' },
    query: noQuery,
    success: 200,
    handler: (_, { reader, clock }) => reply({ availabilityZoneInfo: zoneDetail(allServices(reader, clock)) }),
  }),
];
