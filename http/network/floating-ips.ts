import * as v from 'valibot';
import type { FloatingTarget } from '../../actors/network/protocol.ts';
import { type FloatingIpRow, floatingIpTable, portTable } from '../../actors/network/row.ts';
import { type Answer, badRequest, faultOf, forbidden } from './faults.ts';
import { checkBody, id, text } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { findVisibleNetwork } from './networks.ts';
import { changeRefusal, ownerFields, ownerOf } from './ownership.ts';
import { portStatus } from './ports.ts';
import { type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, projectOfList, rowsOf, timeText, type Wanted } from './resource.ts';

const address = text(64);
const changeable = {
  description: v.optional(text()),
  port_id: v.optional(v.nullable(text())),
  fixed_ip_address: v.optional(v.nullable(address)),
};
const createSchema = v.strictObject(
  {
    ...changeable,
    ...ownerFields,
    floating_network_id: id,
    floating_ip_address: v.optional(v.nullable(address)),
    subnet_id: v.optional(v.nullable(id)),
  },
  'an object is expected',
);
const updateSchema = v.strictObject(changeable, 'an object is expected');

/** What is told of the port that a floating IP leads to. Neutron: the extension fip-port-details. */
function portDetails({ reader }: NetworkRequest, portId: string | undefined): View | null {
  const port = portId === undefined ? undefined : portTable.read(reader, portId);
  if (!port) return null;
  return {
    name: port.name,
    network_id: port.networkId,
    mac_address: port.macAddress,
    admin_state_up: port.adminStateUp,
    status: portStatus(port),
    device_id: port.deviceId,
    device_owner: port.deviceOwner,
  };
}

const view = (request: NetworkRequest, row: FloatingIpRow): View => ({
  id: row.id,
  tenant_id: row.projectId,
  project_id: row.projectId,
  description: row.description,
  floating_network_id: row.networkId,
  floating_ip_address: row.address,
  router_id: row.target?.routerId ?? null,
  port_id: row.target?.portId ?? null,
  fixed_ip_address: row.target?.fixedAddress ?? null,
  status: row.target === null ? 'DOWN' : 'ACTIVE',
  port_details: portDetails(request, row.target?.portId),
  tags: row.tags,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  revision_number: row.revision,
});

function findFloatingIp(request: NetworkRequest, floatingIpId: string): FloatingIpRow | undefined {
  const row = floatingIpTable.read(request.reader, floatingIpId);
  return row && owns(request, row.projectId) ? row : undefined;
}

/** The narrowest index that the query allows. */
function rows(request: NetworkRequest, walk: Walk): Iterable<FloatingIpRow> {
  const { reader, query } = request;
  const portIds = query.getAll('port_id');
  if (portIds.length > 0 && portIds.every((portId) => portId !== '')) {
    const ids = portIds.flatMap((portId) => [...floatingIpTable.ids(reader, 'port', [portId])]);
    return rowsOf(floatingIpTable, reader, ids, walk);
  }
  const projectId = projectOfList(request);
  if (projectId === null) return allRows(floatingIpTable, reader, walk);
  return rowsOf(floatingIpTable, reader, floatingIpTable.ids(reader, 'project', [projectId]), walk);
}

/** Where it is to lead: null is nowhere, undefined is as before. */
function targetOf(
  request: NetworkRequest,
  asked: v.InferOutput<typeof updateSchema>,
  before: FloatingIpRow | null,
): { readonly target: FloatingTarget | null | undefined } | { readonly answer: Answer } {
  const portId = asked.port_id === undefined ? before?.target?.portId : asked.port_id;
  const named = asked.fixed_ip_address ?? undefined;
  if (portId === undefined || portId === null || portId === '') {
    if (named !== undefined) {
      const reason = 'fixed_ip_address cannot be specified without a port_id';
      return { answer: badRequest(`Bad floatingip request: ${reason}.`) };
    }
    return { target: asked.port_id === undefined ? undefined : null };
  }
  if (asked.port_id === undefined && named === undefined) return { target: undefined };
  const port = portTable.read(request.reader, portId);
  if (!port || !owns(request, port.projectId)) return { answer: faultOf({ code: 'PortNotFound', portId }) };
  return { target: { portId, fixedAddress: named } };
}

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('floatingip', createSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const owner = ownerOf(request, value, 'create_floatingip');
  if ('answer' in owner) return owner;
  const networkId = value.floating_network_id;
  if (!findVisibleNetwork(request, networkId)) return { answer: faultOf({ code: 'NetworkNotFound', networkId }) };
  const wishes = { subnetId: value.subnet_id ?? undefined, address: value.floating_ip_address ?? undefined };
  if (wishes.address !== undefined && !request.caller.isAdmin) {
    return { answer: forbidden('create_floatingip:floating_ip_address') };
  }
  const wanted = targetOf(request, value, null);
  if ('answer' in wanted) return wanted;
  const floatingIp = {
    projectId: owner.projectId,
    description: value.description ?? '',
    networkId,
    wanted: wishes.subnetId === undefined && wishes.address === undefined ? undefined : wishes,
    target: wanted.target ?? null,
  };
  return { type: 'createFloatingIp', floatingIp };
}

function update(request: NetworkRequest, floatingIpId: string, body: unknown): Wanted {
  const row = findFloatingIp(request, floatingIpId);
  if (!row) return { answer: faultOf({ code: 'FloatingIpNotFound', floatingIpId }) };
  const checked = checkBody('floatingip', updateSchema, body);
  if (!checked.ok) return checked;
  const refusal = changeRefusal(request, row.projectId, 'update_floatingip');
  if (refusal) return { answer: refusal };
  const wanted = targetOf(request, checked.value, row);
  if ('answer' in wanted) return wanted;
  const changes = { description: checked.value.description, target: wanted.target };
  return { type: 'updateFloatingIp', id: floatingIpId, changes };
}

function remove(request: NetworkRequest, floatingIpId: string): Wanted {
  const row = findFloatingIp(request, floatingIpId);
  if (!row) return { answer: faultOf({ code: 'FloatingIpNotFound', floatingIpId }) };
  const refusal = changeRefusal(request, row.projectId, 'delete_floatingip');
  return refusal ? { answer: refusal } : { type: 'deleteFloatingIp', id: floatingIpId };
}

/** Floating IPs. Neutron API v2: /v2.0/floatingips. */
export const floatingIps: NetworkResource = {
  singular: 'floatingip',
  plural: 'floatingips',
  path: 'floatingips',
  tagged: 'floatingIp',
  attributes: [
    ...['id', 'tenant_id', 'project_id', 'description', 'floating_network_id', 'floating_ip_address', 'router_id'],
    ...['port_id', 'fixed_ip_address', 'status', 'tags', 'created_at', 'updated_at', 'revision_number'],
  ],
  *views(request, walk) {
    for (const row of rows(request, walk)) if (owns(request, row.projectId)) yield view(request, row);
  },
  find(request, floatingIpId) {
    const row = findFloatingIp(request, floatingIpId);
    return row && view(request, row);
  },
  notFound: (floatingIpId) => ({ code: 'FloatingIpNotFound', floatingIpId }),
  create,
  update,
  remove,
};
