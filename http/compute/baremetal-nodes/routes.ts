import { refuse, refuseWith } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

const useIronic = (command: string) => () =>
  refuseWith(400, `Command Not supported. Please use Ironic command ${command} to perform this action.`);

/** Nodes of Ironic up to 2.35. There is none of it, so reading is not supported; changing them never was. */
export const baremetalNodeRoutes = [
  route({
    method: 'GET',
    path: '/os-baremetal-nodes',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-baremetal-nodes:list', target: 'none' },
    success: 200,
    handler: () => refuse({ code: 'NotSupported' }),
  }),
  route({
    method: 'GET',
    path: '/os-baremetal-nodes/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-baremetal-nodes:show', target: 'none' },
    success: 200,
    handler: () => refuse({ code: 'NotSupported' }),
  }),
  route({
    method: 'POST',
    path: '/os-baremetal-nodes',
    until: '2.35',
    policy: null,
    success: 200,
    handler: useIronic('node-create'),
  }),
  route({
    method: 'DELETE',
    path: '/os-baremetal-nodes/{id}',
    until: '2.35',
    policy: null,
    success: 200,
    handler: useIronic('node-delete'),
  }),
  route({
    method: 'POST',
    path: '/os-baremetal-nodes/{id}/action',
    action: 'add_interface',
    until: '2.35',
    policy: null,
    success: 200,
    handler: useIronic('port-create'),
  }),
  route({
    method: 'POST',
    path: '/os-baremetal-nodes/{id}/action',
    action: 'remove_interface',
    until: '2.35',
    policy: null,
    success: 200,
    handler: useIronic('port-delete'),
  }),
];
