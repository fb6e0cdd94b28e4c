import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import { createNetwork, DEFAULT_MTU } from './networks.ts';
import type { NetworkReply } from './protocol.ts';
import { addRouterInterface, createRouter } from './routers.ts';
import { networkDefaultsTable } from './row.ts';
import type { NetworkServiceState } from './state.ts';
import { createSubnet, plainSubnet } from './subnets.ts';

/** Where a new cloud has its floating IPs: one of the ranges that mean nothing to anybody (RFC 5737, TEST-NET-3). */
const PUBLIC_CIDR = '203.0.113.0/24';

/**
 * What every new cloud has: a shared network with room for 65,533 instances. Where its hosts are routed also an external
 * one for 252 floating IPs, and a router between the two.
 */
export function ensureDefaults(
  state: NetworkServiceState,
  projectId: string,
  routed: boolean,
  ctx: Context,
): NetworkReply {
  const made = networkDefaultsTable.read(ctx.rows, 'main');
  if (made) return ok(made.networkId);
  const own = { projectId, description: '', adminStateUp: true };
  const network = createNetwork(state, { ...own, name: 'default', shared: true, mtu: DEFAULT_MTU }, ctx);
  if (!network.ok) return network;
  const subnet = createSubnet(state, plainSubnet(projectId, network.value, 'default-v4', '10.0.0.0/16'), ctx);
  if (!subnet.ok) return subnet;
  if (routed) {
    const external = { ...own, name: 'public', shared: false, mtu: DEFAULT_MTU, external: true };
    const outside = createNetwork(state, external, ctx);
    if (!outside.ok) return outside;
    const range = { ...plainSubnet(projectId, outside.value, 'public-v4', PUBLIC_CIDR), dhcpEnabled: false };
    const publicSubnet = createSubnet(state, range, ctx);
    if (!publicSubnet.ok) return publicSubnet;
    const gateway = { networkId: outside.value, enableSnat: true, fixedIps: undefined };
    const router = createRouter(state, { ...own, name: 'default', gateway }, ctx);
    if (!router.ok) return router;
    const connected = addRouterInterface(state, router.value, { subnetId: subnet.value }, ctx);
    if (!connected.ok) return connected;
  }
  ctx.put(networkDefaultsTable, 'main', { networkId: network.value });
  return ok(network.value);
}
