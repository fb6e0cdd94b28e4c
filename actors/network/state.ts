import type { Reader } from '../../runtime/store.ts';
import { macValue } from './mac-addresses.ts';
import {
  floatingIpTable,
  type NetworkRow,
  networkTable,
  type PortRow,
  portTable,
  type SecurityGroupRow,
  securityGroupRuleTable,
  securityGroupTable,
  subnetTable,
} from './row.ts';
import { offsetIn, releaseAddress, type SubnetState, subnetState } from './subnet-state.ts';

/** A network in memory. */
export interface NetworkState {
  row: NetworkRow;
  /** In the order in which they were made. */
  readonly subnets: SubnetState[];
  /** MAC addresses of its ports: as many as it has ports. */
  readonly macs: Set<number>;
}

/** A security group in memory. */
interface GroupState {
  readonly projectId: string;
  readonly name: string;
  /** Ports that have it. */
  ports: number;
  rules: number;
}

/** What belongs to a project. */
interface ProjectState {
  /** Ids of its own networks. */
  readonly networks: Set<string>;
  /** Ids of its security groups by name. */
  readonly groups: Map<string, string[]>;
  /** Ports that it made itself. */
  ports: number;
}

/** The memory of the network actor: everything that binding a port must know, derived from the rows. Changed in place. */
export interface NetworkServiceState {
  readonly networks: Map<string, NetworkState>;
  /** Ids of networks that all may use. */
  readonly shared: Set<string>;
  readonly subnets: Map<string, SubnetState>;
  readonly groups: Map<string, GroupState>;
  readonly projects: Map<string, ProjectState>;
  /** Ids of the ports that compute has bound, by instance. */
  readonly bound: Map<string, string[]>;
  /** Routers by the ids of their interfaces, by subnet. */
  readonly interfaces: Map<string, Map<string, string>>;
  /** Ids of the floating IPs that lead to a port. */
  readonly floating: Map<string, readonly string[]>;
}

/** Owners of the ports that routers and floating IPs have. Neutron: DEVICE_OWNER_ROUTER_INTF and its like. */
export const ROUTER_INTERFACE = 'network:router_interface';
export const ROUTER_GATEWAY = 'network:router_gateway';
export const FLOATING_IP = 'network:floatingip';

/** Whether a port belongs to a router or a floating IP. */
export const isServicePort = ({ deviceOwner }: Pick<PortRow, 'deviceOwner'>): boolean =>
  deviceOwner === ROUTER_INTERFACE || deviceOwner === ROUTER_GATEWAY || deviceOwner === FLOATING_IP;

/** The memory of one project, made when it is first needed. */
export function projectOf(state: NetworkServiceState, projectId: string): ProjectState {
  let project = state.projects.get(projectId);
  if (!project) {
    project = { networks: new Set(), groups: new Map(), ports: 0 };
    state.projects.set(projectId, project);
  }
  return project;
}

export function addNetwork(state: NetworkServiceState, row: NetworkRow): void {
  state.networks.set(row.id, { row, subnets: [], macs: new Set() });
  projectOf(state, row.projectId).networks.add(row.id);
  if (row.shared) state.shared.add(row.id);
}

/** Puts a subnet into the place of the one with its id, or after the others. */
export function setSubnet(state: NetworkServiceState, subnet: SubnetState): void {
  const subnets = state.networks.get(subnet.row.networkId)?.subnets ?? [];
  const place = subnets.findIndex(({ row }) => row.id === subnet.row.id);
  subnets.splice(place < 0 ? subnets.length : place, place < 0 ? 0 : 1, subnet);
  state.subnets.set(subnet.row.id, subnet);
}

export function addGroup(state: NetworkServiceState, { id, projectId, name }: SecurityGroupRow): void {
  const known = state.groups.get(id);
  state.groups.set(id, { projectId, name, ports: known?.ports ?? 0, rules: known?.rules ?? 0 });
  const { groups } = projectOf(state, projectId);
  groups.set(name, [...(groups.get(name) ?? []), id]);
}

/** Takes the name of a group away, when it is removed or before it gets another. */
export function removeGroupName(state: NetworkServiceState, id: string): void {
  const group = state.groups.get(id);
  if (!group) return;
  const { groups } = projectOf(state, group.projectId);
  const others = (groups.get(group.name) ?? []).filter((other) => other !== id);
  if (others.length > 0) groups.set(group.name, others);
  else groups.delete(group.name);
}

/** Counts a port whose addresses and MAC address have been taken. */
export function addPort(state: NetworkServiceState, row: PortRow): void {
  for (const groupId of row.securityGroups) countGroup(state, groupId, 1);
  if (!row.binding?.made) projectOf(state, row.projectId).ports++;
  if (row.binding) addBound(state, row);
  if (row.deviceOwner === ROUTER_INTERFACE) addInterface(state, row);
}

/** Takes note that a router is on the subnets of a port. */
export function addInterface(state: NetworkServiceState, { fixedIps, id, deviceId }: PortRow): void {
  for (const { subnetId } of fixedIps) {
    const routers = state.interfaces.get(subnetId) ?? new Map<string, string>();
    state.interfaces.set(subnetId, routers.set(id, deviceId));
  }
}

function removeInterface(state: NetworkServiceState, { fixedIps, id }: PortRow): void {
  for (const { subnetId } of fixedIps) {
    const routers = state.interfaces.get(subnetId);
    routers?.delete(id);
    if (routers?.size === 0) state.interfaces.delete(subnetId);
  }
}

/** Forgets a port and gives back what it had. */
export function removePort(state: NetworkServiceState, row: PortRow): void {
  for (const groupId of row.securityGroups) countGroup(state, groupId, -1);
  if (!row.binding?.made) projectOf(state, row.projectId).ports--;
  if (row.binding) removeBound(state, row);
  if (row.deviceOwner === ROUTER_INTERFACE) removeInterface(state, row);
  state.networks.get(row.networkId)?.macs.delete(macValue(row.macAddress));
  for (const { subnetId, address } of row.fixedIps) {
    const subnet = state.subnets.get(subnetId);
    if (subnet) releaseAddress(subnet, address);
  }
}

export function addBound(state: NetworkServiceState, { deviceId, id }: PortRow): void {
  const ports = state.bound.get(deviceId);
  if (ports) ports.push(id);
  else state.bound.set(deviceId, [id]);
}

export function removeBound(state: NetworkServiceState, { deviceId, id }: PortRow): void {
  const others = (state.bound.get(deviceId) ?? []).filter((other) => other !== id);
  if (others.length > 0) state.bound.set(deviceId, others);
  else state.bound.delete(deviceId);
}

export function countGroup(state: NetworkServiceState, groupId: string, change: 1 | -1): void {
  const group = state.groups.get(groupId);
  if (group) group.ports += change;
}

/** Builds the memory from the rows. Afterwards the first free address of a pool is the next one. */
export function activateNetworks(rows: Reader): NetworkServiceState {
  const state: NetworkServiceState = {
    networks: new Map(),
    shared: new Set(),
    subnets: new Map(),
    groups: new Map(),
    projects: new Map(),
    bound: new Map(),
    interfaces: new Map(),
    floating: new Map(),
  };
  for (const row of networkTable.scan(rows)) addNetwork(state, row);
  const subnets = [...subnetTable.scan(rows)].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  for (const row of subnets) setSubnet(state, subnetState(row));
  for (const row of securityGroupTable.scan(rows)) addGroup(state, row);
  for (const { groupId } of securityGroupRuleTable.scan(rows)) {
    const group = state.groups.get(groupId);
    if (group) group.rules++;
  }
  for (const row of portTable.scan(rows)) {
    state.networks.get(row.networkId)?.macs.add(macValue(row.macAddress));
    for (const { subnetId, address } of row.fixedIps) {
      const subnet = state.subnets.get(subnetId);
      const offset = subnet && offsetIn(subnet.range, address);
      if (subnet && offset !== null && offset !== undefined) subnet.allocator.claim(offset);
    }
    addPort(state, row);
  }
  for (const { id, target } of floatingIpTable.scan(rows)) {
    if (target) state.floating.set(target.portId, [...(state.floating.get(target.portId) ?? []), id]);
  }
  return state;
}
