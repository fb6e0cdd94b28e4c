import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { instance } from '../instance/protocol.ts';
import { boundPort } from './bound-port.ts';
import type { NetworkError } from './errors.ts';
import { releaseFloatingIps } from './floating-ips.ts';
import { NETWORK_LIMITS } from './limits.ts';
import { macText, macValue, newMac, parseMac } from './mac-addresses.ts';
import { giveBackAddresses, isTaken, takeAddresses } from './port-addresses.ts';
import type { Changes, NetworkReply, NewPort, WantedIp } from './protocol.ts';
import { policyAfter, policyProblem, portPolicyProblem } from './qos-use.ts';
import { type FixedIp, type PortRow, portTable } from './row.ts';
import { defaultGroup } from './security-groups.ts';
import {
  addPort,
  countGroup,
  isServicePort,
  type NetworkServiceState,
  type NetworkState,
  projectOf,
  removePort,
} from './state.ts';
import { offsetIn } from './subnet-state.ts';

/** The MAC address of a port: the one that is wanted, or a new one. Takes nothing yet. */
function chooseMac(network: NetworkState, wanted: string | undefined, ctx: Context): Result<number, NetworkError> {
  if (wanted === undefined) {
    const mac = newMac(network.macs, ctx.random());
    return mac === null ? failed({ code: 'NoMoreAddresses', networkId: network.row.id }) : ok(mac);
  }
  const mac = parseMac(wanted);
  if (mac === null) {
    return failed({
      code: 'InvalidInput',
      reason: `Invalid input for mac_address. Reason: '${wanted}' is not a valid MAC address.`,
    });
  }
  return network.macs.has(mac)
    ? failed({ code: 'MacAddressInUse', macAddress: macText(mac), networkId: network.row.id })
    : ok(mac);
}

/** The reason why one of these ids is no group that may be used. */
function groupProblem(state: NetworkServiceState, groups: readonly string[]): NetworkError | null {
  const unknown = groups.find((id) => !state.groups.has(id));
  return unknown === undefined ? null : { code: 'SecurityGroupNotFound', nameOrId: unknown, projectId: '' };
}

/** Why an owner cannot be named: ports of routers and floating IPs are made with these. */
const ownerProblem = (deviceOwner: string): NetworkError | null =>
  isServicePort({ deviceOwner })
    ? { code: 'InvalidInput', reason: `Invalid input for device_owner. Reason: '${deviceOwner}' is not for users.` }
    : null;

/** The reason why a port cannot have so many addresses. One that SLAAC has given more than the limit may lose some. */
const countProblem = (wanted: readonly WantedIp[] = [], held: readonly FixedIp[] = []): NetworkError | null => {
  const max = NETWORK_LIMITS.fixedIpsPerPortMax;
  const reason = `Invalid input for fixed_ips. Reason: at most ${max} items are taken.`;
  return wanted.length > Math.max(max, held.length) ? { code: 'InvalidInput', reason } : null;
};

export function createPort(
  state: NetworkServiceState,
  { qosPolicyId, ...wanted }: NewPort,
  ctx: Context,
): NetworkReply {
  const network = state.networks.get(wanted.networkId);
  if (!network) return failed({ code: 'NetworkNotFound', networkId: wanted.networkId });
  if (projectOf(state, wanted.projectId).ports >= NETWORK_LIMITS.portsPerProjectMax) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'port' });
  }
  const problem =
    ownerProblem(wanted.deviceOwner) ??
    countProblem(wanted.fixedIps) ??
    groupProblem(state, wanted.securityGroups ?? []) ??
    policyProblem(qosPolicyId, ctx);
  if (problem) return failed(problem);
  const mac = chooseMac(network, wanted.macAddress, ctx);
  if (!mac.ok) return mac;
  const fixedIps = takeAddresses(network, mac.value, wanted.fixedIps, { mayBeGateway: true });
  if (!fixedIps.ok) return fixedIps;
  network.macs.add(mac.value);
  const row: PortRow = {
    ...wanted,
    ...(qosPolicyId && { qosPolicyId }),
    id: ctx.newId(),
    tags: [],
    macAddress: macText(mac.value),
    fixedIps: fixedIps.value,
    securityGroups: [...new Set(wanted.securityGroups ?? [defaultGroup(state, wanted.projectId, ctx)])],
    binding: null,
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  ctx.put(portTable, row.id, row);
  addPort(state, row);
  return ok(row.id);
}

/** Whether an address that is wanted is one that the port has. */
const isHeld = (state: NetworkServiceState, held: FixedIp, { subnetId, address }: WantedIp): boolean => {
  if (subnetId !== undefined && subnetId !== held.subnetId) return false;
  if (address === undefined) return subnetId !== undefined;
  const range = state.subnets.get(held.subnetId)?.range;
  return range !== undefined && offsetIn(range, address) === offsetIn(range, held.address);
};

/** The addresses of a port after a change: what it has and keeps is kept, the rest is taken anew. */
function changeAddresses(
  state: NetworkServiceState,
  row: PortRow,
  mac: number,
  wanted: readonly WantedIp[],
): Result<readonly FixedIp[], NetworkError> {
  const network = state.networks.get(row.networkId);
  if (!network) return failed({ code: 'NetworkNotFound', networkId: row.networkId });
  const left = [...row.fixedIps];
  const kept: FixedIp[] = [];
  const missing: WantedIp[] = [];
  // Those that name an address choose first, so that a wish for any address of a subnet does not take theirs.
  const exactFirst = [...wanted].sort((a, b) => Number(a.address === undefined) - Number(b.address === undefined));
  for (const one of exactFirst) {
    const place = left.findIndex((held) => isHeld(state, held, one));
    if (place < 0) missing.push(one);
    else kept.push(...left.splice(place, 1));
  }
  const taken = takeAddresses(network, mac, missing, { mayBeGateway: true });
  if (!taken.ok) return taken;
  giveBackAddresses(network, left);
  return ok([...kept, ...taken.value]);
}

export function updatePort(
  state: NetworkServiceState,
  id: string,
  changes: Changes<Omit<NewPort, 'projectId' | 'networkId'>>,
  ctx: Context,
): NetworkReply {
  const row = portTable.read(ctx.rows, id);
  const network = row && state.networks.get(row.networkId);
  if (!row || !network) return failed({ code: 'PortNotFound', portId: id });
  const [deviceId, host] = [changes.deviceId ?? row.deviceId, changes.host ?? row.host];
  const macAddress = changes.macAddress?.toLowerCase() ?? row.macAddress;
  // What compute has bound is changed through compute: its instance would not hear of it.
  if (row.binding && (deviceId !== row.deviceId || host !== row.host || macAddress !== row.macAddress)) {
    return failed({ code: 'PortInUse', portId: id });
  }
  if (isServicePort(row) && (changes.fixedIps || changes.deviceOwner !== undefined || deviceId !== row.deviceId)) {
    return failed({ code: 'ServicePortInUse', portId: id, deviceOwner: row.deviceOwner });
  }
  const qosPolicyId = policyAfter(row.qosPolicyId, changes.qosPolicyId);
  const problem =
    ownerProblem(changes.deviceOwner ?? '') ??
    countProblem(changes.fixedIps, row.fixedIps) ??
    groupProblem(state, changes.securityGroups ?? []) ??
    policyProblem(changes.qosPolicyId, ctx) ??
    portPolicyProblem(row, qosPolicyId, ctx);
  if (problem) return failed(problem);
  const oldMac = macValue(row.macAddress);
  const mac = macAddress === row.macAddress ? ok(oldMac) : chooseMac(network, macAddress, ctx);
  if (!mac.ok) return mac;
  const fixedIps = changes.fixedIps ? changeAddresses(state, row, mac.value, changes.fixedIps) : ok(row.fixedIps);
  if (!fixedIps.ok) return fixedIps;
  network.macs.delete(oldMac);
  network.macs.add(mac.value);
  const { qosPolicyId: _, ...others } = row;
  const changed: PortRow = {
    ...others,
    ...(qosPolicyId !== undefined && { qosPolicyId }),
    name: changes.name ?? row.name,
    description: changes.description ?? row.description,
    adminStateUp: changes.adminStateUp ?? row.adminStateUp,
    macAddress: macText(mac.value),
    fixedIps: fixedIps.value,
    deviceId,
    deviceOwner: changes.deviceOwner ?? row.deviceOwner,
    host,
    securityGroups: changes.securityGroups ? [...new Set(changes.securityGroups)] : row.securityGroups,
    vnicType: changes.vnicType ?? row.vnicType,
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  };
  for (const groupId of row.securityGroups) countGroup(state, groupId, -1);
  for (const groupId of changed.securityGroups) countGroup(state, groupId, 1);
  ctx.put(portTable, id, changed);
  const kept = changed.fixedIps.map(({ address }) => address);
  if (changes.fixedIps) releaseFloatingIps(state, id, kept, ctx);
  if (row.binding && (changes.fixedIps || changes.securityGroups)) tellInstance(changed, ctx);
  return ok(id);
}

/** Tells the server of a port what the port is now, as Neutron tells Nova: it shows what it was last told. */
function tellInstance(row: PortRow, ctx: Context): void {
  const event = { name: 'network-changed', ports: [boundPort(ctx.rows, row)] } as const;
  ctx.tell(instance.at(row.deviceId), { type: 'externalEvent', event });
}

/** Whether an address of a network is free for a port that is to come: what is asked before a server is made with it. */
export function checkAddress(state: NetworkServiceState, networkId: string, address: string): NetworkReply {
  const network = state.networks.get(networkId);
  if (!network) return failed({ code: 'NetworkNotFound', networkId });
  return isTaken(network, address) ? failed({ code: 'FixedIpInUse', address }) : ok(networkId);
}

/** Removes a port, also one that a server has: the server is told, as Neutron tells Nova. */
export function deletePort(state: NetworkServiceState, id: string, ctx: Context): NetworkReply {
  const row = portTable.read(ctx.rows, id);
  if (!row) return failed({ code: 'PortNotFound', portId: id });
  if (isServicePort(row)) return failed({ code: 'ServicePortInUse', portId: id, deviceOwner: row.deviceOwner });
  releaseFloatingIps(state, id, [], ctx);
  removePort(state, row);
  ctx.put(portTable, id, undefined);
  if (row.binding !== null) {
    const event = { name: 'network-vif-deleted', portId: id } as const;
    ctx.tell(instance.at(row.deviceId), { type: 'externalEvent', event });
  }
  return ok(id);
}
