import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { parseAddress } from './addresses.ts';
import type { NetworkError } from './errors.ts';
import { NETWORK_LIMITS } from './limits.ts';
import type { Changes, FloatingTarget, NetworkReply, NewFloatingIp } from './protocol.ts';
import { type FloatingIpRow, floatingIpTable, floatingUseTable, type PortRow, portTable, routerTable } from './row.ts';
import { makeServicePort, removeServicePort } from './service-ports.ts';
import { FLOATING_IP, type NetworkServiceState } from './state.ts';

type Target = NonNullable<FloatingIpRow['target']>;

const isIpv4 = (address: string): boolean => parseAddress(address)?.version === 4;

const invalidTarget = (reason: string): { readonly ok: false; readonly error: NetworkError } =>
  failed({ code: 'FloatingTargetInvalid', reason });

/** The address of a port that a floating IP leads to. Neutron: l3_db, _internal_fip_assoc_data. */
function fixedAddressOf({ id, fixedIps }: PortRow, named: string | undefined): Result<string, NetworkError> {
  if (named !== undefined) {
    const wanted = parseAddress(named);
    const found = fixedIps.find(({ address }) => isIpv4(address) && parseAddress(address)?.value === wanted?.value);
    return found ? ok(found.address) : invalidTarget(`Port ${id} does not have fixed ip ${named}`);
  }
  const [first, second] = fixedIps.filter(({ address }) => isIpv4(address));
  if (!first) return invalidTarget(`Cannot add floating IP to port ${id} that has no fixed IPv4 addresses`);
  return second
    ? invalidTarget(
        `Port ${id} has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when assigning a floating IP`,
      )
    : ok(first.address);
}

/** The router that connects a subnet with an external network. */
function routerBetween(
  state: NetworkServiceState,
  subnetId: string,
  networkId: string,
  ctx: Context,
): string | undefined {
  for (const routerId of state.interfaces.get(subnetId)?.values() ?? []) {
    if (routerTable.read(ctx.rows, routerId)?.gateway?.networkId === networkId) return routerId;
  }
  return undefined;
}

/** Where a floating IP leads, if it may. `own`: its id, and its address when it has one. */
function targetOf(
  state: NetworkServiceState,
  { portId, fixedAddress }: FloatingTarget,
  own: { readonly id: string; readonly address: string; readonly networkId: string },
  ctx: Context,
): Result<Target, NetworkError> {
  const port = portTable.read(ctx.rows, portId);
  if (!port) return failed({ code: 'PortNotFound', portId });
  const fixed = fixedAddressOf(port, fixedAddress);
  if (!fixed.ok) return fixed;
  const { networkId } = own;
  const subnetId = port.fixedIps.find(({ address }) => address === fixed.value)?.subnetId ?? '';
  for (const id of state.floating.get(portId) ?? []) {
    const other = floatingIpTable.read(ctx.rows, id);
    if (id === own.id || other?.networkId !== networkId || other.target?.fixedAddress !== fixed.value) continue;
    const { address } = own;
    return failed({
      code: 'FloatingTargetTaken',
      ...{ address, floatingIpId: own.id, portId, fixedAddress: fixed.value, networkId },
    });
  }
  const routerId = routerBetween(state, subnetId, networkId, ctx);
  return routerId === undefined
    ? failed({ code: 'ExternalNetworkUnreachable', networkId, subnetId, portId })
    : ok({ portId, fixedAddress: fixed.value, routerId });
}

/** Writes a floating IP, and keeps in mind where it leads. */
function putFloatingIp(
  state: NetworkServiceState,
  before: FloatingIpRow | undefined,
  row: FloatingIpRow | undefined,
  ctx: Context,
): void {
  const id = row?.id ?? before?.id ?? '';
  ctx.put(floatingIpTable, id, row);
  const [from, to] = [before?.target?.portId, row?.target?.portId];
  if (from === to) return;
  if (from !== undefined) {
    const others = (state.floating.get(from) ?? []).filter((other) => other !== id);
    if (others.length > 0) state.floating.set(from, others);
    else state.floating.delete(from);
  }
  if (to !== undefined) state.floating.set(to, [...(state.floating.get(to) ?? []), id]);
  ctx.put(floatingUseTable, 'main', { ports: state.floating.size });
}

export function createFloatingIp(state: NetworkServiceState, wanted: NewFloatingIp, ctx: Context): NetworkReply {
  const { networkId, projectId, description } = wanted;
  const network = state.networks.get(networkId);
  if (!network) return failed({ code: 'NetworkNotFound', networkId });
  if (network.row.external !== true) return failed({ code: 'NetworkNotExternal', networkId });
  if (!network.subnets.some(({ range }) => range.version === 4)) {
    return invalidTarget(`Network ${networkId} does not contain any IPv4 subnet`);
  }
  const limit = NETWORK_LIMITS.floatingIpsPerProjectMax;
  if ([...floatingIpTable.ids(ctx.rows, 'project', [projectId], { limit })].length >= limit) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'floatingip' });
  }
  const id = ctx.newId();
  const target = wanted.target
    ? targetOf(state, wanted.target, { id, address: wanted.wanted?.address ?? '', networkId }, ctx)
    : ok(null);
  if (!target.ok) return target;
  const addresses = wanted.wanted && [wanted.wanted];
  const port = makeServicePort(
    state,
    network,
    { projectId: '', deviceId: id, deviceOwner: FLOATING_IP, addresses },
    ctx,
  );
  if (!port.ok) return port;
  const address = port.value.fixedIps.find((one) => isIpv4(one.address))?.address;
  if (address === undefined) {
    removeServicePort(state, port.value.id, ctx);
    return invalidTarget(`Network ${networkId} does not contain any IPv4 subnet`);
  }
  const row: FloatingIpRow = {
    ...{ id, projectId, description, networkId, address, ownPortId: port.value.id, target: target.value, tags: [] },
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  putFloatingIp(state, undefined, row, ctx);
  return ok(id);
}

export function updateFloatingIp(
  state: NetworkServiceState,
  id: string,
  changes: Changes<Pick<NewFloatingIp, 'description' | 'target'>>,
  ctx: Context,
): NetworkReply {
  const row = floatingIpTable.read(ctx.rows, id);
  if (!row) return failed({ code: 'FloatingIpNotFound', floatingIpId: id });
  const target: Result<Target | null, NetworkError> =
    changes.target === undefined
      ? ok(row.target)
      : changes.target === null
        ? ok(null)
        : targetOf(state, changes.target, row, ctx);
  if (!target.ok) return target;
  putFloatingIp(state, row, changedRow(row, { description: changes.description, target: target.value }, ctx), ctx);
  return ok(id);
}

const changedRow = (
  row: FloatingIpRow,
  { description, target }: { readonly description?: string | undefined; readonly target: Target | null },
  ctx: Context,
): FloatingIpRow => ({
  ...row,
  description: description ?? row.description,
  target,
  updatedAtMs: ctx.nowMs,
  revision: row.revision + 1,
});

export function deleteFloatingIp(state: NetworkServiceState, id: string, ctx: Context): NetworkReply {
  const row = floatingIpTable.read(ctx.rows, id);
  if (!row) return failed({ code: 'FloatingIpNotFound', floatingIpId: id });
  removeServicePort(state, row.ownPortId, ctx);
  putFloatingIp(state, row, undefined, ctx);
  return ok(id);
}

/** Has the floating IPs of a port lead nowhere, but for those to addresses that it keeps: it is removed, or changed. */
export function releaseFloatingIps(
  state: NetworkServiceState,
  portId: string,
  kept: readonly string[],
  ctx: Context,
): void {
  for (const id of state.floating.get(portId) ?? []) {
    const row = floatingIpTable.read(ctx.rows, id);
    if (!row?.target || kept.includes(row.target.fixedAddress)) continue;
    putFloatingIp(state, row, changedRow(row, { target: null }, ctx), ctx);
  }
}

/** Whether floating IPs go by a router; with a subnet: by its interface there. */
export function routerCarriesFloatingIps(routerId: string, subnetIds: readonly string[] | null, ctx: Context): boolean {
  for (const id of floatingIpTable.ids(ctx.rows, 'router', [routerId])) {
    if (subnetIds === null) return true;
    const target = floatingIpTable.read(ctx.rows, id)?.target;
    const port = target && portTable.read(ctx.rows, target.portId);
    if (port?.fixedIps.some((one) => one.address === target?.fixedAddress && subnetIds.includes(one.subnetId))) {
      return true;
    }
  }
  return false;
}
