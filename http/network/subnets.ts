import * as v from 'valibot';
import { type SubnetRow, subnetTable } from '../../actors/network/row.ts';
import { badRequest, faultOf, forbidden } from './faults.ts';
import { checkBody, clearableList, flag, id, list, text } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { findNetwork, visibleNetworkIds } from './networks.ts';
import { changeRefusal, ownerFields, ownerOf } from './ownership.ts';
import { mayWrite, type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, rowsOf, timeText, type Wanted } from './resource.ts';

/** Longest text that can be an address or a range. */
const ADDRESS_LENGTH_MAX = 64;
/** Neutron: max_dns_nameservers and max_subnet_host_routes. */
const DNS_SERVERS_MAX = 5;
const HOST_ROUTES_MAX = 20;
const POOLS_MAX = 64;

const address = text(ADDRESS_LENGTH_MAX);
const mode = v.optional(v.nullable(v.picklist(['slaac', 'dhcpv6-stateful', 'dhcpv6-stateless'])));
const changeable = {
  name: v.optional(text()),
  description: v.optional(text()),
  gateway_ip: v.optional(v.nullable(address)),
  allocation_pools: v.optional(list(v.strictObject({ start: address, end: address }), POOLS_MAX)),
  dns_nameservers: v.optional(clearableList(address, DNS_SERVERS_MAX)),
  host_routes: v.optional(clearableList(v.strictObject({ destination: address, nexthop: address }), HOST_ROUTES_MAX)),
  enable_dhcp: v.optional(flag),
};
const createSchema = v.strictObject(
  {
    ...changeable,
    ...ownerFields,
    network_id: id,
    ip_version: v.picklist([4, 6, '4', '6'], 'it must be 4 or 6'),
    cidr: address,
    ipv6_address_mode: mode,
    ipv6_ra_mode: mode,
    subnetpool_id: v.optional(v.null('this host has no subnet pools')),
  },
  'an object is expected',
);
const updateSchema = v.strictObject(changeable, 'an object is expected');

const view = (row: SubnetRow): View => ({
  id: row.id,
  name: row.name,
  tenant_id: row.projectId,
  project_id: row.projectId,
  network_id: row.networkId,
  ip_version: row.version,
  cidr: row.cidr,
  gateway_ip: row.gateway,
  allocation_pools: row.pools,
  dns_nameservers: row.dnsServers,
  host_routes: row.hostRoutes,
  enable_dhcp: row.dhcpEnabled,
  ipv6_address_mode: row.ipv6AddressMode,
  ipv6_ra_mode: row.ipv6RaMode,
  subnetpool_id: null,
  service_types: [],
  description: row.description,
  tags: row.tags,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  revision_number: row.revision,
});

/** A subnet is seen by whoever may use its network. */
export function findSubnet(request: NetworkRequest, subnetId: string): SubnetRow | undefined {
  const row = subnetTable.read(request.reader, subnetId);
  return row && (owns(request, row.projectId) || findNetwork(request, row.networkId)) ? row : undefined;
}

function* idsOn(request: NetworkRequest, networkIds: Iterable<string>): Iterable<string> {
  for (const networkId of networkIds) yield* subnetTable.ids(request.reader, 'network', [networkId]);
}

function rows(request: NetworkRequest, walk: Walk): Iterable<SubnetRow> {
  const { reader, caller, query } = request;
  const networkIds = query.getAll('network_id');
  if (networkIds.length > 0) return rowsOf(subnetTable, reader, idsOn(request, networkIds), walk);
  if (caller.isAdmin) return allRows(subnetTable, reader, walk);
  return rowsOf(subnetTable, reader, idsOn(request, visibleNetworkIds(request)), walk);
}

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('subnet', createSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const owner = ownerOf(request, value, 'create_subnet');
  if ('answer' in owner) return owner;
  const network = findNetwork(request, value.network_id);
  if (!network) return { answer: faultOf({ code: 'NetworkNotFound', networkId: value.network_id }) };
  if (!mayWrite(request) || !owns(request, network.projectId)) return { answer: forbidden('create_subnet') };
  const subnet = {
    projectId: owner.projectId,
    networkId: value.network_id,
    name: value.name ?? '',
    description: value.description ?? '',
    version: Number(value.ip_version) === 4 ? (4 as const) : (6 as const),
    cidr: value.cidr,
    gateway: value.gateway_ip,
    pools: value.allocation_pools,
    dnsServers: value.dns_nameservers ?? [],
    hostRoutes: value.host_routes ?? [],
    dhcpEnabled: value.enable_dhcp ?? true,
    ipv6AddressMode: value.ipv6_address_mode ?? null,
    ipv6RaMode: value.ipv6_ra_mode ?? null,
  };
  return { type: 'createSubnet', subnet };
}

function update(request: NetworkRequest, subnetId: string, body: unknown): Wanted {
  const row = findSubnet(request, subnetId);
  if (!row) return { answer: faultOf({ code: 'SubnetNotFound', subnetId }) };
  const checked = checkBody('subnet', updateSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const refusal = changeRefusal(request, row.projectId, 'update_subnet');
  if (refusal) return { answer: refusal };
  if (value.allocation_pools?.length === 0) {
    return { answer: badRequest('Invalid input for allocation_pools. Reason: at least one range is needed.') };
  }
  const changes = {
    name: value.name,
    description: value.description,
    gateway: value.gateway_ip,
    pools: value.allocation_pools,
    dnsServers: value.dns_nameservers,
    hostRoutes: value.host_routes,
    dhcpEnabled: value.enable_dhcp,
  };
  return { type: 'updateSubnet', id: subnetId, changes };
}

function remove(request: NetworkRequest, subnetId: string): Wanted {
  const row = findSubnet(request, subnetId);
  if (!row) return { answer: faultOf({ code: 'SubnetNotFound', subnetId }) };
  const refusal = changeRefusal(request, row.projectId, 'delete_subnet');
  return refusal ? { answer: refusal } : { type: 'deleteSubnet', id: subnetId };
}

/** Subnets of IPv4 and IPv6. Neutron API v2: /v2.0/subnets. */
export const subnets: NetworkResource = {
  singular: 'subnet',
  plural: 'subnets',
  path: 'subnets',
  tagged: 'subnet',
  attributes: [
    ...['id', 'name', 'tenant_id', 'project_id', 'network_id', 'ip_version', 'cidr', 'gateway_ip', 'enable_dhcp'],
    ...['ipv6_address_mode', 'ipv6_ra_mode', 'subnetpool_id', 'description', 'tags', 'created_at', 'updated_at'],
    ...['dns_nameservers', 'revision_number'],
  ],
  *views(request, walk) {
    for (const row of rows(request, walk)) if (findSubnet(request, row.id)) yield view(row);
  },
  find(request, subnetId) {
    const row = findSubnet(request, subnetId);
    return row && view(row);
  },
  notFound: (subnetId) => ({ code: 'SubnetNotFound', subnetId }),
  create,
  update,
  remove,
};
