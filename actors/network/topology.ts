import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { createNetwork, DEFAULT_MTU, deleteNetwork } from './networks.ts';
import type { NetworkReply } from './protocol.ts';
import { addRouterInterface, createRouter, deleteRouter, removeRouterInterface } from './routers.ts';
import { autoTopologyTable, portTable, routerTable } from './row.ts';
import { type NetworkServiceState, ROUTER_INTERFACE } from './state.ts';
import { createSubnet, plainSubnet } from './subnets.ts';

/** Range of the networks that are made by themselves. Each is behind a router of its own, so all may have the same. */
const AUTO_CIDR = '10.128.0.0/24';

/** The network that such routers have their gateway on: the external one that has been there longest. */
function externalNetwork(state: NetworkServiceState): string | null {
  let oldest: { readonly id: string; readonly createdAtMs: number } | null = null;
  for (const { row, subnets } of state.networks.values()) {
    if (row.external !== true || subnets.length === 0) continue;
    if (oldest === null || row.createdAtMs < oldest.createdAtMs) oldest = row;
  }
  return oldest?.id ?? null;
}

/** Makes a network for a project that has none, once. Neutron: auto-allocated-topology. */
export function ensureTopology(state: NetworkServiceState, projectId: string, ctx: Context): NetworkReply {
  const known = autoTopologyTable.read(ctx.rows, projectId);
  if (known && state.networks.has(known.networkId)) return ok(known.networkId);
  const externalId = externalNetwork(state);
  if (externalId === null) {
    return failed({ code: 'TopologyImpossible', reason: 'No default router:external network' });
  }
  const own = { projectId, description: '', adminStateUp: true };
  // The router first: it is what may fail, by want of an address.
  const gateway = { networkId: externalId, enableSnat: true, fixedIps: undefined };
  const router = createRouter(state, { ...own, name: 'auto_allocated_router', gateway }, ctx);
  if (!router.ok) return router;
  const wanted = { ...own, name: 'auto_allocated_network', shared: false, mtu: DEFAULT_MTU };
  const network = createNetwork(state, wanted, ctx);
  if (!network.ok) {
    deleteRouter(state, router.value, ctx);
    return network;
  }
  const subnet = createSubnet(state, plainSubnet(projectId, network.value, 'auto_allocated_subnet_v4', AUTO_CIDR), ctx);
  if (!subnet.ok) return subnet;
  const connected = addRouterInterface(state, router.value, { subnetId: subnet.value }, ctx);
  if (!connected.ok) return connected;
  ctx.put(autoTopologyTable, projectId, { networkId: network.value, routerId: router.value });
  return network;
}

/** Removes what was made for a project, unless its ports are still in use. */
export function deleteTopology(state: NetworkServiceState, projectId: string, ctx: Context): NetworkReply {
  const known = autoTopologyTable.read(ctx.rows, projectId);
  if (!known) return ok(projectId);
  const { networkId, routerId } = known;
  const router = routerTable.read(ctx.rows, routerId);
  const interfaces = [...portTable.ids(ctx.rows, 'device', [routerId])].filter(
    (id) => portTable.read(ctx.rows, id)?.deviceOwner === ROUTER_INTERFACE,
  );
  const ownPorts = interfaces.filter((id) => portTable.read(ctx.rows, id)?.networkId === networkId).length;
  const ports = state.networks.get(networkId)?.macs.size ?? 0;
  if (ports > ownPorts) return failed({ code: 'NetworkInUse', networkId });
  for (const portId of interfaces) {
    const removed = removeRouterInterface(state, routerId, portId, ctx);
    if (!removed.ok) return removed;
  }
  if (router) deleteRouter(state, routerId, ctx);
  if (state.networks.has(networkId)) deleteNetwork(state, networkId, ctx);
  ctx.put(autoTopologyTable, projectId, undefined);
  return ok(projectId);
}
