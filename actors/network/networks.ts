import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { layoutChanged } from './layout.ts';
import { NETWORK_LIMITS } from './limits.ts';
import type { Changes, NetworkReply, NewNetwork } from './protocol.ts';
import { defaultQosPolicy } from './qos-policies.ts';
import { networkPolicyProblem, policyAfter, policyProblem } from './qos-use.ts';
import { type NetworkRow, networkTable, subnetTable } from './row.ts';
import { defaultGroup } from './security-groups.ts';
import { addNetwork, type NetworkServiceState, projectOf } from './state.ts';

/** MTU of networks whose maker names none, in bytes: Ethernet's. */
export const DEFAULT_MTU = 1500;

export function createNetwork(
  state: NetworkServiceState,
  { qosPolicyId: wantedPolicy, ...wanted }: NewNetwork,
  ctx: Context,
): NetworkReply {
  if (projectOf(state, wanted.projectId).networks.size >= NETWORK_LIMITS.networksPerProjectMax) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'network' });
  }
  const problem = policyProblem(wantedPolicy, ctx);
  if (problem) return failed(problem);
  const qosPolicyId = policyAfter(defaultQosPolicy(wanted.projectId, ctx), wantedPolicy);
  const row: NetworkRow = {
    ...wanted,
    external: wanted.external ?? false,
    ...(qosPolicyId !== undefined && { qosPolicyId }),
    id: ctx.newId(),
    tags: [],
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  ctx.put(networkTable, row.id, row);
  layoutChanged(ctx);
  addNetwork(state, row);
  // As in Neutron, whose clients look for it in new projects.
  defaultGroup(state, row.projectId, ctx);
  return ok(row.id);
}

export function updateNetwork(
  state: NetworkServiceState,
  id: string,
  changes: Changes<Omit<NewNetwork, 'projectId'>>,
  ctx: Context,
): NetworkReply {
  const network = state.networks.get(id);
  if (!network) return failed({ code: 'NetworkNotFound', networkId: id });
  const { row } = network;
  // Routers and floating IPs have their ports there.
  if (changes.external === false && row.external === true && network.macs.size > 0) {
    return failed({ code: 'ExternalNetworkInUse', networkId: id });
  }
  const { qosPolicyId: before, ...others } = row;
  const qosPolicyId = policyAfter(before, changes.qosPolicyId);
  const problem = policyProblem(changes.qosPolicyId, ctx) ?? networkPolicyProblem(row, qosPolicyId, ctx);
  if (problem) return failed(problem);
  const changed: NetworkRow = {
    ...others,
    ...(qosPolicyId !== undefined && { qosPolicyId }),
    name: changes.name ?? row.name,
    description: changes.description ?? row.description,
    shared: changes.shared ?? row.shared,
    adminStateUp: changes.adminStateUp ?? row.adminStateUp,
    mtu: changes.mtu ?? row.mtu,
    external: changes.external ?? row.external ?? false,
    ...(changes.provider && { provider: changes.provider }),
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  };
  ctx.put(networkTable, id, changed);
  layoutChanged(ctx);
  network.row = changed;
  if (changed.shared) state.shared.add(id);
  else state.shared.delete(id);
  return ok(id);
}

export function deleteNetwork(state: NetworkServiceState, id: string, ctx: Context): NetworkReply {
  const network = state.networks.get(id);
  if (!network) return failed({ code: 'NetworkNotFound', networkId: id });
  if (network.macs.size > 0) return failed({ code: 'NetworkInUse', networkId: id });
  for (const { row } of network.subnets) {
    ctx.put(subnetTable, row.id, undefined);
    state.subnets.delete(row.id);
  }
  ctx.put(networkTable, id, undefined);
  layoutChanged(ctx);
  state.networks.delete(id);
  state.shared.delete(id);
  projectOf(state, network.row.projectId).networks.delete(id);
  return ok(id);
}
