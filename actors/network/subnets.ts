import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { addressText, type Cidr, isHostOffset, overlap, parseAddress, parseCidr } from './addresses.ts';
import type { NetworkError } from './errors.ts';
import { layoutChanged } from './layout.ts';
import { NETWORK_LIMITS } from './limits.ts';
import { chosenPools, defaultPools } from './pools.ts';
import type { Changes, NetworkReply, NewSubnet } from './protocol.ts';
import { portTable, type SubnetRow, subnetTable } from './row.ts';
import { type NetworkServiceState, setSubnet } from './state.ts';
import { offsetIn, subnetState } from './subnet-state.ts';

const invalid = (field: string, reason: string): { readonly ok: false; readonly error: NetworkError } =>
  failed({ code: 'InvalidInput', reason: `Invalid input for ${field}. Reason: ${reason}` });

/** The gateway in its usual form. Of IPv6 it may be link-local, outside of the range. */
function gatewayOf(range: Cidr, wanted: string | null | undefined): Result<string | null, NetworkError> {
  if (wanted === null) return ok(null);
  if (wanted === undefined) {
    const first = range.base + (range.size > 1n && (range.version === 6 || range.prefixLength < 31) ? 1n : 0n);
    return ok(addressText(range.version, first));
  }
  const address = parseAddress(wanted);
  if (!address || address.version !== range.version) {
    return invalid('gateway_ip', `'${wanted}' is not a valid IPv${range.version} address.`);
  }
  const isLinkLocal = address.version === 6 && address.value >> 118n === 0xfe80n >> 6n;
  if (!isLinkLocal && !isHostOffset(range, address.value - range.base)) {
    return invalid('gateway_ip', `'${wanted}' is not an address of a station in ${range.text}.`);
  }
  return ok(addressText(address.version, address.value));
}

/** Checks what a subnet says of servers and routes; addresses of either version are taken, as by Neutron. */
function routesProblem({ dnsServers, hostRoutes }: Pick<NewSubnet, 'dnsServers' | 'hostRoutes'>): string | null {
  for (const server of dnsServers) {
    if (!parseAddress(server))
      return `Invalid input for dns_nameservers. Reason: '${server}' is not a valid nameserver.`;
  }
  for (const { destination, nexthop } of hostRoutes) {
    const [range, hop] = [parseCidr(destination), parseAddress(nexthop)];
    if (!range) return `Invalid input for host_routes. Reason: '${destination}' is not a valid IP subnet.`;
    if (!hop || hop.version !== range.version) {
      return `Invalid input for host_routes. Reason: '${nexthop}' is not a valid next hop for ${destination}.`;
    }
  }
  return null;
}

/** Checks the IPv6 modes: Neutron's rules in db_base_plugin_v2 (_validate_ipv6_attributes). */
function modesProblem(subnet: NewSubnet, range: Cidr): string | null {
  const { ipv6AddressMode: address, ipv6RaMode: announced } = subnet;
  if (address === null && announced === null) return null;
  if (range.version === 4) return 'ipv6_ra_mode and ipv6_address_mode are for subnets of IPv6 only.';
  if (!subnet.dhcpEnabled) return 'ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False.';
  if (address !== null && announced !== null && address !== announced) {
    return `ipv6_ra_mode set to '${announced}' with ipv6_address_mode set to '${address}' is not valid.`;
  }
  const automatic = [address, announced].some((mode) => mode === 'slaac' || mode === 'dhcpv6-stateless');
  return automatic && range.prefixLength !== 64
    ? 'A subnet with automatic addresses must have a prefix length of 64.'
    : null;
}

/** A subnet of IPv4 of which nothing but the range is chosen. */
export const plainSubnet = (projectId: string, networkId: string, name: string, cidr: string): NewSubnet => ({
  ...{ projectId, networkId, name, description: '', version: 4, cidr, dhcpEnabled: true },
  gateway: undefined,
  pools: undefined,
  dnsServers: [],
  hostRoutes: [],
  ipv6AddressMode: null,
  ipv6RaMode: null,
});

export function createSubnet(state: NetworkServiceState, wanted: NewSubnet, ctx: Context): NetworkReply {
  const network = state.networks.get(wanted.networkId);
  if (!network) return failed({ code: 'NetworkNotFound', networkId: wanted.networkId });
  const range = parseCidr(wanted.cidr);
  if (!range) return invalid('cidr', `'${wanted.cidr}' is not a valid IP subnet.`);
  if (range.text !== wanted.cidr.toLowerCase() && parseAddress(wanted.cidr.split('/')[0] ?? '')?.value !== range.base) {
    return invalid('cidr', `'${wanted.cidr}' isn't a recognized IP subnet cidr, '${range.text}' is recommended.`);
  }
  if (range.version !== wanted.version)
    return invalid('cidr', `'${wanted.cidr}' does not match ip_version '${wanted.version}'.`);
  if (range.prefixLength === 0) return invalid('cidr', 'a prefix length of 0 is not permitted.');
  const problem = routesProblem(wanted) ?? modesProblem(wanted, range);
  if (problem !== null) return failed({ code: 'InvalidInput', reason: problem });
  for (const other of network.subnets) {
    if (!overlap(other.range, range)) continue;
    const [cidr, networkId] = [range.text, wanted.networkId];
    return failed({ code: 'SubnetOverlap', cidr, networkId, otherSubnetId: other.row.id });
  }
  if (network.subnets.length >= NETWORK_LIMITS.subnetsPerNetworkMax) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'subnet' });
  }
  const gateway = gatewayOf(range, wanted.gateway);
  if (!gateway.ok) return gateway;
  const pools = wanted.pools ? chosenPools(range, wanted.pools, gateway.value) : ok(defaultPools(range, gateway.value));
  if (!pools.ok) return pools;
  const row: SubnetRow = {
    ...wanted,
    id: ctx.newId(),
    cidr: range.text,
    gateway: gateway.value,
    pools: pools.value,
    tags: [],
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  ctx.put(subnetTable, row.id, row);
  layoutChanged(ctx);
  setSubnet(state, subnetState(row));
  return ok(row.id);
}

/** Whether a router has its interface at the gateway address; any other port there may stay when the gateway goes. */
const hasRouterAtGateway = (state: NetworkServiceState, { id, gateway }: SubnetRow, ctx: Context): boolean =>
  [...(state.interfaces.get(id)?.keys() ?? [])].some((portId) =>
    portTable.read(ctx.rows, portId)?.fixedIps.some((one) => one.subnetId === id && one.address === gateway),
  );

export function updateSubnet(
  state: NetworkServiceState,
  id: string,
  changes: Changes<
    Pick<NewSubnet, 'name' | 'description' | 'gateway' | 'pools' | 'dnsServers' | 'hostRoutes' | 'dhcpEnabled'>
  >,
  ctx: Context,
): NetworkReply {
  const subnet = state.subnets.get(id);
  if (!subnet) return failed({ code: 'SubnetNotFound', subnetId: id });
  const { row, range, allocator } = subnet;
  const gateway = changes.gateway === undefined ? ok(row.gateway) : gatewayOf(range, changes.gateway);
  if (!gateway.ok) return gateway;
  if (gateway.value !== row.gateway && hasRouterAtGateway(state, row, ctx)) {
    return failed({ code: 'GatewayInUse', gateway: row.gateway ?? '', subnetId: id });
  }
  const pools =
    changes.pools || gateway.value !== row.gateway
      ? chosenPools(range, changes.pools ?? row.pools, gateway.value)
      : ok(row.pools);
  if (!pools.ok) return pools;
  const changed: SubnetRow = {
    ...row,
    name: changes.name ?? row.name,
    description: changes.description ?? row.description,
    gateway: gateway.value,
    pools: pools.value,
    dnsServers: changes.dnsServers ?? row.dnsServers,
    hostRoutes: changes.hostRoutes ?? row.hostRoutes,
    dhcpEnabled: changes.dhcpEnabled ?? row.dhcpEnabled,
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  };
  const problem = routesProblem(changed) ?? modesProblem(changed, range);
  if (problem !== null) return failed({ code: 'InvalidInput', reason: problem });
  const offset = changed.gateway === null ? null : offsetIn(range, changed.gateway);
  if (changed.gateway !== null && changed.gateway !== row.gateway && offset !== null && allocator.taken.has(offset)) {
    return failed({ code: 'FixedIpInUse', address: changed.gateway });
  }
  ctx.put(subnetTable, id, changed);
  const samePools = changed.pools === row.pools && changed.gateway === row.gateway;
  setSubnet(state, samePools ? { ...subnet, row: changed } : subnetState(changed, allocator.taken));
  return ok(id);
}

export function deleteSubnet(state: NetworkServiceState, id: string, ctx: Context): NetworkReply {
  const subnet = state.subnets.get(id);
  if (!subnet) return failed({ code: 'SubnetNotFound', subnetId: id });
  if (subnet.allocator.taken.size > 0) return failed({ code: 'SubnetInUse', subnetId: id });
  ctx.put(subnetTable, id, undefined);
  layoutChanged(ctx);
  state.subnets.delete(id);
  const subnets = state.networks.get(subnet.row.networkId)?.subnets ?? [];
  subnets.splice(subnets.indexOf(subnet), 1);
  return ok(id);
}
