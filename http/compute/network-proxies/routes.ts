import * as v from 'valibot';
import type { NetworkRecord } from '../../../drivers/networks.ts';
import { isUuidLike } from '../../formats.ts';
import { type JsonType, typeCheck } from '../../keywords.ts';
import { textOrNull } from '../../parameter.ts';
import { type Refusal, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { object, query, type Shape } from '../../shape.ts';
import { always, mapSteps } from '../../stepped.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

/** Longest part of an unknown id that an answer repeats. */
const SHOWN_LENGTH_MAX = 255;

// The thirty fields of nova-network, of which two are left. Nova: `network_dict` (api/openstack/compute/networks.py).
const EMPTY_FIELDS = 'cidr netmask gateway broadcast dns1 dns2 cidr_v6 gateway_v6 netmask_v6';
const EMPTY_ADMIN_FIELDS =
  'created_at updated_at deleted_at deleted injected bridge vlan vpn_public_address vpn_public_port ' +
  'vpn_private_address dhcp_start project_id host bridge_interface multi_host priority rxtx_base mtu dhcp_server ' +
  'enable_dhcp share_address';

const nulls = (names: string): object => Object.fromEntries(names.split(' ').map((name) => [name, null]));
const userNulls = nulls(EMPTY_FIELDS);
const adminNulls = { ...userNulls, ...nulls(EMPTY_ADMIN_FIELDS) };

const networkBody = ({ id, name }: NetworkRecord, isAdmin: boolean): object => ({
  id,
  label: name,
  ...(isAdmin ? adminNulls : userNulls),
});

const tenantNetworkBody = ({ id, name }: NetworkRecord): object => ({ id, cidr: 'None', label: name });

const objectOrNull: readonly JsonType[] = ['object', 'null'];
const isObjectOrNull = typeCheck(objectOrNull);
const pool = object({ pool: always(v.optional(textOrNull())) }, { unknown: 'drop' });

/** Body of POST /os-floating-ips: may be absent. */
export const createFloatingIp: Shape<{ readonly pool?: string | null | undefined } | null> = mapSteps(pool, (schema) =>
  v.pipe(
    v.unknown(),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? isObjectOrNull(dataset.value) : null;
      if (problem !== null) addIssue({ message: problem });
    }),
    v.union([v.null(), schema]),
  ),
);

/** Query of GET /os-floating-ip-pools. */
export const listPools = query({}, { unknown: 'drop' });

const notFound = (id: string): Refusal =>
  isUuidLike(id)
    ? refuseWith(404, `Floating IP not found for ID ${id}`)
    : refuseWith(400, `Invalid ID received ${id.slice(0, SHOWN_LENGTH_MAX)}.`);

/** Networks and floating IPs as they were shown up to 2.35. The network service has no floating IPs, so there are none. */
export const networkProxyRoutes = [
  route({
    method: 'GET',
    path: '/os-networks',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-networks:list', target: 'own' },
    success: 200,
    handler: async ({ caller }, { networks }) => {
      const available = await networks.availableNetworks(caller);
      return reply({ networks: available.map((network) => networkBody(network, caller.isAdmin)) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-networks/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-networks:show', target: 'own' },
    success: 200,
    handler: async ({ caller, params }, { networks }) => {
      const network = await networks.findNetwork(params.id, caller);
      return network === null
        ? refuseWith(404, 'Network not found')
        : reply({ network: networkBody(network, caller.isAdmin) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-tenant-networks',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-tenant-networks:list', target: 'own' },
    success: 200,
    handler: async ({ caller }, { networks }) =>
      reply({ networks: (await networks.availableNetworks(caller)).map(tenantNetworkBody) }),
  }),
  route({
    method: 'GET',
    path: '/os-tenant-networks/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-tenant-networks:show', target: 'own' },
    success: 200,
    handler: async ({ caller, params }, { networks }) => {
      const network = await networks.findNetwork(params.id, caller);
      return network === null ? refuseWith(404, 'Network not found') : reply({ network: tenantNetworkBody(network) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-floating-ip-pools',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ip-pools', target: 'none' },
    query: listPools,
    success: 200,
    handler: () => reply({ floating_ip_pools: [] }),
  }),
  route({
    method: 'GET',
    path: '/os-floating-ips',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:list', target: 'own' },
    success: 200,
    handler: () => reply({ floating_ips: [] }),
  }),
  route({
    method: 'POST',
    path: '/os-floating-ips',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:create', target: 'own' },
    body: createFloatingIp,
    success: 200,
    handler: ({ body }) =>
      body?.pool === undefined || body.pool === null
        ? refuseWith(404, 'No more floating IPs available.')
        : refuseWith(404, 'Floating IP pool not found.'),
  }),
  route({
    method: 'GET',
    path: '/os-floating-ips/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:show', target: 'own' },
    success: 200,
    handler: ({ params }) => notFound(params.id),
  }),
  route({
    method: 'DELETE',
    path: '/os-floating-ips/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-floating-ips:delete', target: 'own' },
    success: 202,
    handler: ({ params }) => notFound(params.id),
  }),
];
