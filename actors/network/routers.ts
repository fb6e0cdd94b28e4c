import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { overlap } from './addresses.ts';
import type { NetworkError } from './errors.ts';
import { routerCarriesFloatingIps } from './floating-ips.ts';
import { NETWORK_LIMITS } from './limits.ts';
import type { Changes, NetworkReply, NewGateway, NewRouter } from './protocol.ts';
import { type PortRow, portTable, type RouterGateway, type RouterRow, routerTable } from './row.ts';
import { makeServicePort, removeServicePort } from './service-ports.ts';
import { addInterface, type NetworkServiceState, ROUTER_GATEWAY, ROUTER_INTERFACE } from './state.ts';
import type { SubnetState } from './subnet-state.ts';

const notFound = (routerId: string): { readonly ok: false; readonly error: NetworkError } =>
  failed({ code: 'RouterNotFound', routerId });

/** The ports by which a router is connected with subnets. */
const interfacesOf = (routerId: string, ctx: Context): readonly PortRow[] =>
  [...portTable.ids(ctx.rows, 'device', [routerId])].flatMap((id) => {
    const row = portTable.read(ctx.rows, id);
    return row?.deviceOwner === ROUTER_INTERFACE ? [row] : [];
  });

/** The way out that is wanted; `old` is kept where it is the same, and removed where it is not. */
function changeGateway(
  state: NetworkServiceState,
  routerId: string,
  old: RouterGateway | null,
  wanted: NewGateway | null,
  ctx: Context,
): Result<RouterGateway | null, NetworkError> {
  const enableSnat = wanted?.enableSnat ?? true;
  if (old && wanted?.networkId === old.networkId && !wanted.fixedIps) return ok({ ...old, enableSnat });
  if (old && wanted?.networkId !== old.networkId && routerCarriesFloatingIps(routerId, null, ctx)) {
    return failed({ code: 'RouterGatewayInUse', routerId, networkId: old.networkId });
  }
  if (!wanted) {
    if (old) removeServicePort(state, old.portId, ctx);
    return ok(null);
  }
  const network = state.networks.get(wanted.networkId);
  if (!network) return failed({ code: 'NetworkNotFound', networkId: wanted.networkId });
  if (network.row.external !== true) {
    const reason = `Network ${wanted.networkId} is not an external network`;
    return failed({ code: 'RouterSubnetInvalid', reason });
  }
  const port = makeServicePort(
    state,
    network,
    { projectId: '', deviceId: routerId, deviceOwner: ROUTER_GATEWAY, addresses: wanted.fixedIps },
    ctx,
  );
  if (!port.ok) return port;
  if (old) removeServicePort(state, old.portId, ctx);
  return ok({ networkId: wanted.networkId, portId: port.value.id, enableSnat });
}

export function createRouter(state: NetworkServiceState, wanted: NewRouter, ctx: Context): NetworkReply {
  const limit = NETWORK_LIMITS.routersPerProjectMax;
  if ([...routerTable.ids(ctx.rows, 'project', [wanted.projectId], { limit })].length >= limit) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'router' });
  }
  const id = ctx.newId();
  const gateway = changeGateway(state, id, null, wanted.gateway, ctx);
  if (!gateway.ok) return gateway;
  const row: RouterRow = {
    ...wanted,
    id,
    gateway: gateway.value,
    tags: [],
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  ctx.put(routerTable, id, row);
  return ok(id);
}

export function updateRouter(
  state: NetworkServiceState,
  id: string,
  changes: Changes<Omit<NewRouter, 'projectId'>>,
  ctx: Context,
): NetworkReply {
  const row = routerTable.read(ctx.rows, id);
  if (!row) return notFound(id);
  const gateway =
    changes.gateway === undefined ? ok(row.gateway) : changeGateway(state, id, row.gateway, changes.gateway, ctx);
  if (!gateway.ok) return gateway;
  ctx.put(routerTable, id, {
    ...row,
    name: changes.name ?? row.name,
    description: changes.description ?? row.description,
    adminStateUp: changes.adminStateUp ?? row.adminStateUp,
    gateway: gateway.value,
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  });
  return ok(id);
}

export function deleteRouter(state: NetworkServiceState, id: string, ctx: Context): NetworkReply {
  const row = routerTable.read(ctx.rows, id);
  if (!row) return notFound(id);
  if (interfacesOf(id, ctx).length > 0) return failed({ code: 'RouterInUse', routerId: id });
  if (row.gateway) removeServicePort(state, row.gateway.portId, ctx);
  ctx.put(routerTable, id, undefined);
  return ok(id);
}

/** Why a router cannot be on a subnet: it is already, or on one with the same addresses. Neutron: _check_for_dup_router_subnets. */
function subnetProblem(
  state: NetworkServiceState,
  routerId: string,
  subnet: SubnetState,
  ctx: Context,
): NetworkError | null {
  for (const { fixedIps } of interfacesOf(routerId, ctx)) {
    for (const { subnetId } of fixedIps) {
      if (subnetId === subnet.row.id) {
        return { code: 'RouterSubnetInvalid', reason: `Router already has a port on subnet ${subnetId}` };
      }
      const other = state.subnets.get(subnetId);
      if (!other || !overlap(other.range, subnet.range)) continue;
      const reason = `Cidr ${subnet.row.cidr} of subnet ${subnet.row.id} overlaps with cidr ${other.row.cidr} of subnet ${subnetId}`;
      return { code: 'RouterSubnetInvalid', reason };
    }
  }
  return null;
}

export function addRouterInterface(
  state: NetworkServiceState,
  routerId: string,
  to: { readonly subnetId: string } | { readonly portId: string },
  ctx: Context,
): NetworkReply {
  const router = routerTable.read(ctx.rows, routerId);
  if (!router) return notFound(routerId);
  if ('portId' in to) return connectPort(state, routerId, to.portId, ctx);
  const subnet = state.subnets.get(to.subnetId);
  const network = subnet && state.networks.get(subnet.row.networkId);
  if (!subnet || !network) return failed({ code: 'SubnetNotFound', subnetId: to.subnetId });
  const problem = subnetProblem(state, routerId, subnet, ctx);
  if (problem) return failed(problem);
  const owner = { projectId: router.projectId, deviceId: routerId, deviceOwner: ROUTER_INTERFACE };
  const port = makeServicePort(state, network, { ...owner, addresses: { gatewayOf: subnet } }, ctx);
  return port.ok ? ok(port.value.id) : port;
}

/** Has a router take a port that a user made. */
function connectPort(state: NetworkServiceState, routerId: string, portId: string, ctx: Context): NetworkReply {
  const row = portTable.read(ctx.rows, portId);
  if (!row) return failed({ code: 'PortNotFound', portId });
  if (row.deviceId !== '') return failed({ code: 'PortInUse', portId });
  if (row.fixedIps.length === 0) {
    return failed({ code: 'RouterSubnetInvalid', reason: 'Router port must have at least one fixed IP' });
  }
  for (const { subnetId } of row.fixedIps) {
    const subnet = state.subnets.get(subnetId);
    const problem = subnet ? subnetProblem(state, routerId, subnet, ctx) : null;
    if (problem) return failed(problem);
  }
  const taken: PortRow = {
    ...row,
    deviceId: routerId,
    deviceOwner: ROUTER_INTERFACE,
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  };
  ctx.put(portTable, portId, taken);
  addInterface(state, taken);
  return ok(portId);
}

export function removeRouterInterface(
  state: NetworkServiceState,
  routerId: string,
  portId: string,
  ctx: Context,
): NetworkReply {
  if (!routerTable.read(ctx.rows, routerId)) return notFound(routerId);
  const port = portTable.read(ctx.rows, portId);
  if (port?.deviceId !== routerId || port.deviceOwner !== ROUTER_INTERFACE) {
    return failed({ code: 'RouterInterfaceNotFound', routerId, portId });
  }
  const subnetIds = port.fixedIps.map(({ subnetId }) => subnetId);
  if (routerCarriesFloatingIps(routerId, subnetIds, ctx)) {
    return failed({ code: 'RouterInterfaceInUse', routerId, subnetId: subnetIds[0] ?? '' });
  }
  removeServicePort(state, portId, ctx);
  return ok(portId);
}
