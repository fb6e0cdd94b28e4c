import type { NetworkRecord } from '../../../drivers/networks.ts';
import { refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

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

/** Networks as they were shown up to 2.35. */
export const networkProxyRoutes = [
  route({
    method: 'GET',
    path: '/os-networks',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-networks:list', target: 'own' },
    success: 200,
    handler: async ({ caller }, { networks }) => {
      const visible = await networks.visibleNetworks(caller);
      return reply({ networks: visible.map((network) => networkBody(network, caller.isAdmin)) });
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
      reply({ networks: (await networks.visibleNetworks(caller)).map(tenantNetworkBody) }),
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
];
