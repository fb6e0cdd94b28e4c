import * as v from 'valibot';
import { NETWORK_LIMITS, portResourceGroups } from '../../actors/network/client.ts';
import {
  type NetworkRow,
  networkTable,
  type PortRow,
  portTable,
  securityGroupTable,
  subnetTable,
} from '../../actors/network/row.ts';
import { type Answer, badRequest, faultOf, forbidden } from './faults.ts';
import { checkBody, clearableList, flag, id, list, text } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { findNetwork } from './networks.ts';
import { changeRefusal, ownerFields, ownerOf } from './ownership.ts';
import { addressRefusal } from './port-addresses.ts';
import { policyRefusal } from './qos-policies.ts';
import { type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, projectOfList, rowsOf, timeText, type Wanted } from './resource.ts';

const SECURITY_GROUPS_MAX = 64;

const fixedIp = v.strictObject({ subnet_id: v.optional(id), ip_address: v.optional(text(64)) });
const VNIC_TYPES = ['normal', 'macvtap', 'direct', 'direct-physical', 'baremetal', 'virtio-forwarder', 'vdpa'] as const;
const changeable = {
  name: v.optional(text()),
  description: v.optional(text()),
  admin_state_up: v.optional(flag),
  mac_address: v.optional(text(17)),
  fixed_ips: v.optional(list(fixedIp, NETWORK_LIMITS.fixedIpsPerPortMax)),
  device_id: v.optional(text()),
  device_owner: v.optional(text()),
  security_groups: v.optional(clearableList(id, SECURITY_GROUPS_MAX)),
  'binding:host_id': v.optional(v.nullable(text())),
  'binding:vnic_type': v.optional(v.picklist(VNIC_TYPES)),
  qos_policy_id: v.optional(v.nullable(id)),
};
const createSchema = v.strictObject({ ...changeable, ...ownerFields, network_id: id }, 'an object is expected');
const updateSchema = v.strictObject(changeable, 'an object is expected');
type PortWishes = v.InferOutput<typeof updateSchema>;

/** Whether a port works: on a host, or as a router's. That of a floating IP is a record alone. */
export function portStatus({ host, deviceOwner }: PortRow): string {
  if (deviceOwner === 'network:floatingip') return 'N/A';
  return host !== '' || deviceOwner.startsWith('network:router_') ? 'ACTIVE' : 'DOWN';
}

/** What a port asks of hosts; null: nothing. Neutron: the extension port-resource-request-groups. */
function resourceRequest({ reader }: NetworkRequest, row: PortRow, network: NetworkRow | undefined): View | null {
  const groups = portResourceGroups(reader, row, network);
  if (groups.length === 0) return null;
  return {
    request_groups: groups.map(({ id: groupId, requiredTraits, resources }) => ({
      id: groupId,
      required: requiredTraits,
      resources,
    })),
    same_subtree: groups.map(({ id: groupId }) => groupId),
  };
}

/** Where the port is bound, and what it asks of hosts, is for administrators, as in Neutron's policies. */
function bindingView(request: NetworkRequest, row: PortRow, network: NetworkRow | undefined): View {
  const allocation = row.binding?.allocation;
  return {
    'binding:host_id': row.host,
    'binding:profile': allocation ? { allocation } : {},
    resource_request: resourceRequest(request, row, network),
  };
}

function view(request: NetworkRequest, row: PortRow): View {
  const network = networkTable.read(request.reader, row.networkId);
  return { ...plainView(row, network), ...(request.caller.isAdmin ? bindingView(request, row, network) : {}) };
}

const plainView = (row: PortRow, network: NetworkRow | undefined): View => ({
  id: row.id,
  name: row.name,
  tenant_id: row.projectId,
  project_id: row.projectId,
  network_id: row.networkId,
  mac_address: row.macAddress,
  fixed_ips: row.fixedIps.map(({ subnetId, address }) => ({ subnet_id: subnetId, ip_address: address })),
  device_id: row.deviceId,
  device_owner: row.deviceOwner,
  security_groups: row.securityGroups,
  admin_state_up: row.adminStateUp,
  status: portStatus(row),
  description: row.description,
  'binding:vnic_type': row.vnicType,
  qos_policy_id: row.qosPolicyId ?? null,
  qos_network_policy_id: network?.qosPolicyId ?? null,
  tags: row.tags,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  revision_number: row.revision,
});

function findPort(request: NetworkRequest, portId: string): PortRow | undefined {
  const row = portTable.read(request.reader, portId);
  return row && owns(request, row.projectId) ? row : undefined;
}

function* idsOn(request: NetworkRequest, networkIds: Iterable<string>, projectId: string | null): Iterable<string> {
  for (const networkId of networkIds) {
    yield* portTable.ids(request.reader, 'network', projectId === null ? [networkId] : [networkId, projectId]);
  }
}

function* allNetworkIds({ reader }: NetworkRequest): Iterable<string> {
  for (const { id: networkId } of networkTable.scan(reader)) yield networkId;
}

/** The narrowest index that the query allows. */
function rows(request: NetworkRequest, walk: Walk): Iterable<PortRow> {
  const { reader, query } = request;
  const devices = query.getAll('device_id').filter((deviceId) => deviceId !== '');
  if (devices.length > 0 && devices.length === query.getAll('device_id').length) {
    const ids = devices.flatMap((deviceId) => [...portTable.ids(reader, 'device', [deviceId])]);
    return rowsOf(portTable, reader, ids, walk);
  }
  const networkIds = query.getAll('network_id');
  const projectId = projectOfList(request);
  if (networkIds.length > 0) return rowsOf(portTable, reader, idsOn(request, networkIds, projectId), walk);
  if (projectId === null) return allRows(portTable, reader, walk);
  return rowsOf(portTable, reader, idsOn(request, allNetworkIds(request), projectId), walk);
}

/** What a caller may not say of a port, or names that does not exist; null when all is well. */
function wishesRefusal(request: NetworkRequest, wishes: PortWishes, networkId: string, rule: string): Answer | null {
  if (wishes['binding:host_id'] !== undefined && !request.caller.isAdmin) return forbidden(`${rule}:binding:host_id`);
  // Such ports belong to the network service itself.
  if (wishes.device_owner?.startsWith('network:') && !request.caller.isAdmin) return forbidden(`${rule}:device_owner`);
  for (const groupId of wishes.security_groups ?? []) {
    const group = securityGroupTable.read(request.reader, groupId);
    if (!group || !owns(request, group.projectId)) {
      return faultOf({ code: 'SecurityGroupNotFound', nameOrId: groupId, projectId: '' });
    }
  }
  for (const { subnet_id: subnetId, ip_address: address } of wishes.fixed_ips ?? []) {
    if (subnetId === undefined && address === undefined) {
      return badRequest('Invalid input for fixed_ips. Reason: each needs a subnet_id or an ip_address.');
    }
    if (subnetId === undefined) continue;
    const subnet = subnetTable.read(request.reader, subnetId);
    if (!subnet) return faultOf({ code: 'SubnetNotFound', subnetId });
    if (subnet.networkId !== networkId) {
      return badRequest(`Invalid input for fixed_ips. Reason: subnet ${subnetId} is not on network ${networkId}.`);
    }
  }
  return null;
}

const wantedIps = (wishes: PortWishes) =>
  wishes.fixed_ips?.map(({ subnet_id: subnetId, ip_address: address }) => ({ subnetId, address }));

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('port', createSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const owner = ownerOf(request, value, 'create_port');
  if ('answer' in owner) return owner;
  const networkId = value.network_id;
  const network = findNetwork(request, networkId);
  if (!network) return { answer: faultOf({ code: 'NetworkNotFound', networkId }) };
  const refusal =
    addressRefusal(request, value, network, 'create_port') ??
    wishesRefusal(request, value, networkId, 'create_port') ??
    policyRefusal(request, value.qos_policy_id);
  if (refusal) return { answer: refusal };
  const port = {
    projectId: owner.projectId,
    networkId,
    name: value.name ?? '',
    description: value.description ?? '',
    adminStateUp: value.admin_state_up ?? true,
    macAddress: value.mac_address,
    fixedIps: wantedIps(value),
    deviceId: value.device_id ?? '',
    deviceOwner: value.device_owner ?? '',
    host: value['binding:host_id'] ?? '',
    securityGroups: value.security_groups,
    vnicType: value['binding:vnic_type'] ?? 'normal',
    qosPolicyId: value.qos_policy_id,
  };
  return { type: 'createPort', port };
}

function update(request: NetworkRequest, portId: string, body: unknown): Wanted {
  const row = findPort(request, portId);
  if (!row) return { answer: faultOf({ code: 'PortNotFound', portId }) };
  const checked = checkBody('port', updateSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const refusal =
    changeRefusal(request, row.projectId, 'update_port') ??
    addressRefusal(request, value, networkTable.read(request.reader, row.networkId), 'update_port') ??
    wishesRefusal(request, value, row.networkId, 'update_port') ??
    policyRefusal(request, value.qos_policy_id, row.qosPolicyId);
  if (refusal) return { answer: refusal };
  const host = value['binding:host_id'];
  const changes = {
    name: value.name,
    description: value.description,
    adminStateUp: value.admin_state_up,
    macAddress: value.mac_address,
    fixedIps: wantedIps(value),
    deviceId: value.device_id,
    deviceOwner: value.device_owner,
    host: host === null ? '' : host,
    securityGroups: value.security_groups,
    vnicType: value['binding:vnic_type'],
    qosPolicyId: value.qos_policy_id,
  };
  return { type: 'updatePort', id: portId, changes };
}

function remove(request: NetworkRequest, portId: string): Wanted {
  const row = findPort(request, portId);
  if (!row) return { answer: faultOf({ code: 'PortNotFound', portId }) };
  const refusal = changeRefusal(request, row.projectId, 'delete_port');
  return refusal ? { answer: refusal } : { type: 'deletePort', id: portId };
}

/** Ports. Neutron API v2: /v2.0/ports. */
export const ports: NetworkResource = {
  singular: 'port',
  plural: 'ports',
  path: 'ports',
  tagged: 'port',
  attributes: [
    ...['id', 'name', 'tenant_id', 'project_id', 'network_id', 'mac_address', 'fixed_ips', 'device_id', 'device_owner'],
    ...['security_groups', 'admin_state_up', 'status', 'description', 'binding:vnic_type', 'binding:host_id', 'tags'],
    ...['qos_policy_id', 'qos_network_policy_id'],
    ...['created_at', 'updated_at', 'revision_number'],
  ],
  *views(request, walk) {
    for (const row of rows(request, walk)) if (owns(request, row.projectId)) yield view(request, row);
  },
  find(request, portId) {
    const row = findPort(request, portId);
    return row && view(request, row);
  },
  notFound: (portId) => ({ code: 'PortNotFound', portId }),
  create,
  update,
  remove,
};
