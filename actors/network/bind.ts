import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { boundPort } from './bound-port.ts';
import type { BindError } from './errors.ts';
import { releaseFloatingIps } from './floating-ips.ts';
import { macText, macValue, newMac } from './mac-addresses.ts';
import { type AddressError, giveBackAddresses, takeAddresses } from './port-addresses.ts';
import type { BindPorts, BoundPort, PortRequest, PortsBound } from './protocol.ts';
import { guaranteesResources, portResourceGroups } from './resource-groups.ts';
import { type PortRow, portTable } from './row.ts';
import { groupIds } from './security-groups.ts';
import { addBound, addPort, type NetworkServiceState, projectOf, removeBound, removePort } from './state.ts';

/** Owner of the ports of instances: Neutron's `compute:` and the zone, which is always this one here. */
const DEVICE_OWNER = 'compute:nova';

/** What ports are bound for; whom to tell does not matter here. */
type Order = Omit<BindPorts, 'type' | 'answerTo'>;

/** What the request bound already, in its order; null when nothing. */
function boundBefore(state: NetworkServiceState, order: Order, ctx: Context): readonly PortRow[] | null {
  const ids = state.bound.get(order.instanceId);
  if (!ids) return null;
  const rows: PortRow[] = [];
  for (const id of ids) {
    const row = portTable.read(ctx.rows, id);
    if (row?.binding?.requestId === order.requestId) rows.push(row);
  }
  return rows.length === 0 ? null : rows.sort((a, b) => (a.binding?.order ?? 0) - (b.binding?.order ?? 0));
}

/** The networks that an instance of the project gets without asking: its own and the shared ones, none of them external. Nova wants exactly one. */
function automaticRequests(state: NetworkServiceState, projectId: string): Result<readonly PortRequest[], BindError> {
  let only: string | null = null;
  for (const ids of [state.shared, projectOf(state, projectId).networks]) {
    for (const networkId of ids) {
      if (state.networks.get(networkId)?.row.external === true) continue;
      if (only !== null && only !== networkId) return failed({ code: 'NetworkAmbiguous' });
      only = networkId;
    }
  }
  return ok(only === null ? [] : [{ networkId: only }]);
}

const bindingOf = ({ requestId }: Order, order: number, made: boolean, { tag }: PortRequest) => ({
  requestId,
  order,
  made,
  ...(tag === undefined ? {} : { tag }),
});

/** Why what a port asks for is not what a host has been asked for; null when it is. */
function resourceProblem(
  row: PortRow,
  { allocation = {} }: Extract<PortRequest, { portId: string }>,
  ctx: Context,
): BindError | null {
  const asked = portResourceGroups(ctx.rows, row);
  const isServed = asked.every(({ id }) => Object.hasOwn(allocation, id));
  if (isServed && asked.length === Object.keys(allocation).length) return null;
  return { code: 'InvalidInput', reason: `What port ${row.id} asks for has changed in the meantime.` };
}

/** Why a port got no addresses, as compute knows it. */
const bindErrorOf = (error: AddressError, networkId: string): BindError =>
  error.code === 'SubnetIsAutomatic' ? { code: 'FixedIpInvalid', address: error.address, networkId } : error;

/** A new port on a network, with its addresses taken. */
function makePort(
  state: NetworkServiceState,
  order: Order,
  place: number,
  request: Extract<PortRequest, { networkId: string }>,
  groups: readonly string[],
  ctx: Context,
): Result<PortRow, BindError> {
  const { networkId, fixedIp } = request;
  const network = state.networks.get(networkId);
  if (!network) return failed({ code: 'NetworkNotFound', networkId });
  if (network.subnets.length === 0) return failed({ code: 'NetworkRequiresSubnet', networkId });
  // Its host has been chosen: nobody has asked that for what the port would be guaranteed.
  if (guaranteesResources(ctx.rows, network.row)) {
    return failed({ code: 'NetworkGuaranteesResources', networkId, instanceId: order.instanceId });
  }
  const mac = newMac(network.macs, ctx.random());
  if (mac === null) return failed({ code: 'NoMoreAddresses', networkId });
  const wanted = fixedIp === undefined ? undefined : [{ address: fixedIp }];
  const fixedIps = takeAddresses(network, mac, wanted, { mayBeGateway: true });
  if (!fixedIps.ok) return failed(bindErrorOf(fixedIps.error, networkId));
  network.macs.add(mac);
  return ok({
    id: ctx.newId(),
    projectId: order.projectId,
    name: '',
    description: '',
    tags: [],
    networkId,
    adminStateUp: true,
    macAddress: macText(mac),
    fixedIps: fixedIps.value,
    deviceId: order.instanceId,
    deviceOwner: DEVICE_OWNER,
    host: order.host,
    securityGroups: groups,
    vnicType: 'normal',
    binding: bindingOf(order, place, true, request),
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  });
}

/** A port that exists, as it is when bound. */
function takePort(
  order: Order,
  place: number,
  request: Extract<PortRequest, { portId: string }>,
  ctx: Context,
): Result<PortRow, BindError> {
  const { portId } = request;
  const row = portTable.read(ctx.rows, portId);
  if (!row) return failed({ code: 'PortNotFound', portId });
  if (row.deviceId !== '') return failed({ code: 'PortInUse', portId });
  const problem = resourceProblem(row, request, ctx);
  if (problem) return failed(problem);
  const { allocation } = request;
  return ok({
    ...row,
    deviceId: order.instanceId,
    deviceOwner: DEVICE_OWNER,
    host: order.host,
    binding: { ...bindingOf(order, place, false, request), ...(allocation && { allocation }) },
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  });
}

/** Gives back what the new ports among these took, none of which has been written or counted. */
function giveBack(state: NetworkServiceState, rows: readonly PortRow[]): void {
  for (const row of rows) {
    const network = state.networks.get(row.networkId);
    if (!network || !row.binding?.made) continue;
    giveBackAddresses(network, row.fixedIps);
    network.macs.delete(macValue(row.macAddress));
  }
}

function bindAll(state: NetworkServiceState, order: Order, ctx: Context): Result<readonly BoundPort[], BindError> {
  if (order.requests === 'none') return ok([]);
  const requests = order.requests.length > 0 ? ok(order.requests) : automaticRequests(state, order.projectId);
  if (!requests.ok) return requests;
  if (requests.value.length === 0) return ok([]);
  const groups = groupIds(state, order.projectId, order.securityGroups, ctx);
  if (!groups.ok) return groups;
  const rows: PortRow[] = [];
  for (const request of requests.value) {
    const repeated = 'portId' in request && rows.some(({ id }) => id === request.portId);
    const chosen: Result<PortRow, BindError> = repeated
      ? failed({ code: 'PortInUse', portId: request.portId })
      : 'portId' in request
        ? takePort(order, rows.length, request, ctx)
        : makePort(state, order, rows.length, request, groups.value, ctx);
    if (!chosen.ok) {
      giveBack(state, rows);
      return chosen;
    }
    rows.push(chosen.value);
  }
  for (const row of rows) {
    ctx.put(portTable, row.id, row);
    if (row.binding?.made) addPort(state, row);
    else addBound(state, row);
  }
  return ok(rows.map((row) => boundPort(ctx.rows, row)));
}

/** Binds ports for an instance: all or none, and the same ones when it is asked again. */
export function bindPorts(state: NetworkServiceState, order: BindPorts, ctx: Context): void {
  const before = boundBefore(state, order, ctx);
  const outcome = before ? ok(before.map((row) => boundPort(ctx.rows, row))) : bindAll(state, order, ctx);
  const answer: PortsBound = { type: 'portsBound', requestId: order.requestId, outcome };
  ctx.tell(order.answerTo, answer);
}

/** Lets go of an instance's ports: removes those that compute made, and unbinds the others. */
export function releasePorts(
  state: NetworkServiceState,
  instanceId: string,
  only: readonly string[] | undefined,
  ctx: Context,
  boundBy?: string,
): void {
  for (const id of state.bound.get(instanceId)?.slice() ?? []) {
    if (only && !only.includes(id)) continue;
    const row = portTable.read(ctx.rows, id);
    if (!row || (boundBy !== undefined && row.binding?.requestId !== boundBy)) continue;
    if (row.binding?.made) {
      releaseFloatingIps(state, id, [], ctx);
      removePort(state, row);
      ctx.put(portTable, id, undefined);
      continue;
    }
    removeBound(state, row);
    const unbound: PortRow = {
      ...row,
      deviceId: '',
      deviceOwner: '',
      host: '',
      binding: null,
      updatedAtMs: ctx.nowMs,
      revision: row.revision + 1,
    };
    ctx.put(portTable, id, unbound);
  }
}
