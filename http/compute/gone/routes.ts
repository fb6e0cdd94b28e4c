import { refuseWith } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

/** What Nova had once and answers 410 for at every microversion, whoever asks. Nova: `wsgi.removed` on the handlers. */
const GONE: readonly (readonly [path: string, methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[]])[] = [
  ['/os-agents', ['GET', 'POST']],
  ['/os-agents/{id}', ['PUT', 'DELETE']],
  ['/os-cells', ['POST', 'GET']],
  ['/os-cells/capacities', ['GET']],
  ['/os-cells/detail', ['GET']],
  ['/os-cells/info', ['GET']],
  ['/os-cells/sync_instances', ['POST']],
  ['/os-cells/{id}', ['GET', 'PUT', 'DELETE']],
  ['/os-cells/{id}/capacities', ['GET']],
  ['/os-certificates', ['POST']],
  ['/os-certificates/{id}', ['GET']],
  ['/os-cloudpipe', ['GET', 'POST']],
  ['/os-cloudpipe/{id}', ['PUT']],
  ['/os-fixed-ips/{id}', ['GET']],
  ['/os-floating-ip-dns', ['GET']],
  ['/os-floating-ip-dns/{id}', ['PUT', 'DELETE']],
  ['/os-floating-ip-dns/{domain_id}/entries/{id}', ['GET', 'PUT', 'DELETE']],
  ['/os-floating-ips-bulk', ['GET', 'POST']],
  ['/os-floating-ips-bulk/{id}', ['GET', 'PUT']],
  ['/os-fping', ['GET']],
  ['/os-fping/{id}', ['GET']],
  ['/os-networks', ['POST']],
  ['/os-networks/add', ['POST']],
  ['/os-networks/{id}', ['DELETE']],
  ['/os-security-group-default-rules', ['GET', 'POST']],
  ['/os-security-group-default-rules/{id}', ['GET', 'DELETE']],
  ['/os-tenant-networks', ['POST']],
  ['/os-tenant-networks/{id}', ['DELETE']],
  ['/servers/{server_id}/consoles', ['GET', 'POST']],
  ['/servers/{server_id}/consoles/{id}', ['GET', 'DELETE']],
  ['/servers/{server_id}/os-virtual-interfaces', ['GET']],
];

/** Actions that are gone, by path. */
const GONE_ACTIONS: readonly (readonly [path: string, actions: readonly string[]])[] = [
  ['/os-fixed-ips/{id}/action', ['reserve', 'unreserve']],
  ['/os-networks/{id}/action', ['disassociate', 'disassociate_host', 'disassociate_project', 'associate_host']],
  ['/servers/{id}/action', ['resetNetwork']],
];

const gone = { policy: null, success: 410, handler: () => refuseWith(410) } as const;

/** Routes of APIs that are gone for good: nova-network, cells v1, agents and the like. */
export const goneRoutes = [
  ...GONE.flatMap(([path, methods]) => methods.map((method) => route({ method, path, ...gone }))),
  ...GONE_ACTIONS.flatMap(([path, actions]) =>
    actions.map((action) => route({ method: 'POST', path, action, ...gone })),
  ),
];
