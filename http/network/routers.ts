import * as v from 'valibot';
import type { NewGateway } from '../../actors/network/protocol.ts';
import { portTable, type RouterRow, routerTable } from '../../actors/network/row.ts';
import { type Answer, faultOf, forbidden } from './faults.ts';
import { checkBody, flag, id, list, text } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { findVisibleNetwork } from './networks.ts';
import { changeRefusal, ownerFields, ownerOf } from './ownership.ts';
import { type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, projectOfList, rowsOf, timeText, type Wanted } from './resource.ts';
import { NO_ROUTERS } from './unrealised.ts';

const FIXED_IPS_MAX = 16;

const gatewayInfo = v.strictObject(
  {
    network_id: id,
    enable_snat: v.optional(flag),
    external_fixed_ips: v.optional(
      list(v.strictObject({ subnet_id: v.optional(id), ip_address: v.optional(text(64)) }), FIXED_IPS_MAX),
    ),
  },
  'an object is expected',
);
// An empty object takes the gateway away, as null does.
const gateway = v.optional(v.nullable(v.union([v.strictObject({}), gatewayInfo], 'an object is expected')));
const changeable = {
  name: v.optional(text()),
  description: v.optional(text()),
  admin_state_up: v.optional(flag),
  external_gateway_info: gateway,
};
const createSchema = v.strictObject({ ...changeable, ...ownerFields }, 'an object is expected');
const updateSchema = v.strictObject(changeable, 'an object is expected');

const view = ({ reader }: NetworkRequest, row: RouterRow): View => ({
  id: row.id,
  name: row.name,
  tenant_id: row.projectId,
  project_id: row.projectId,
  description: row.description,
  admin_state_up: row.adminStateUp,
  status: 'ACTIVE',
  external_gateway_info: row.gateway && {
    network_id: row.gateway.networkId,
    enable_snat: row.gateway.enableSnat,
    external_fixed_ips: (portTable.read(reader, row.gateway.portId)?.fixedIps ?? []).map(({ subnetId, address }) => ({
      subnet_id: subnetId,
      ip_address: address,
    })),
  },
  routes: [],
  availability_zone_hints: [],
  availability_zones: ['nova'],
  tags: row.tags,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  revision_number: row.revision,
});

/** A router of the caller's project; of any for an administrator. */
export function findRouter(request: NetworkRequest, routerId: string): RouterRow | undefined {
  const row = routerTable.read(request.reader, routerId);
  return row && owns(request, row.projectId) ? row : undefined;
}

function rows(request: NetworkRequest, walk: Walk): Iterable<RouterRow> {
  const { reader } = request;
  const projectId = projectOfList(request);
  if (projectId === null) return allRows(routerTable, reader, walk);
  return rowsOf(routerTable, reader, routerTable.ids(reader, 'project', [projectId]), walk);
}

/** The gateway that is asked for; how it is reached is for administrators, as in Neutron's policies. */
function gatewayOf(
  request: NetworkRequest,
  asked: v.InferOutput<typeof gateway>,
  rule: string,
): { readonly gateway: NewGateway | null | undefined } | { readonly answer: Answer } {
  if (asked === undefined) return { gateway: undefined };
  if (asked === null || !('network_id' in asked)) return { gateway: null };
  const { network_id: networkId, enable_snat: enableSnat, external_fixed_ips: fixedIps } = asked;
  for (const [name, value] of Object.entries({ enable_snat: enableSnat, external_fixed_ips: fixedIps })) {
    if (value === undefined || request.caller.isAdmin) continue;
    return { answer: forbidden(`${rule}:external_gateway_info:${name}`) };
  }
  if (!findVisibleNetwork(request, networkId)) return { answer: faultOf({ code: 'NetworkNotFound', networkId }) };
  const wanted = fixedIps?.map(({ subnet_id: subnetId, ip_address: address }) => ({ subnetId, address }));
  return { gateway: { networkId, enableSnat, fixedIps: wanted?.length === 0 ? undefined : wanted } };
}

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('router', createSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const owner = ownerOf(request, value, 'create_router');
  if ('answer' in owner) return owner;
  if (!request.routed) return { answer: NO_ROUTERS };
  const wanted = gatewayOf(request, value.external_gateway_info, 'create_router');
  if ('answer' in wanted) return wanted;
  const router = {
    projectId: owner.projectId,
    name: value.name ?? '',
    description: value.description ?? '',
    adminStateUp: value.admin_state_up ?? true,
    gateway: wanted.gateway ?? null,
  };
  return { type: 'createRouter', router };
}

function update(request: NetworkRequest, routerId: string, body: unknown): Wanted {
  const row = findRouter(request, routerId);
  if (!row) return { answer: faultOf({ code: 'RouterNotFound', routerId }) };
  const checked = checkBody('router', updateSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const refusal = changeRefusal(request, row.projectId, 'update_router');
  if (refusal) return { answer: refusal };
  const wanted = gatewayOf(request, value.external_gateway_info, 'update_router');
  if ('answer' in wanted) return wanted;
  const { name, description, admin_state_up: adminStateUp } = value;
  const changes = { name, description, adminStateUp, gateway: wanted.gateway };
  return { type: 'updateRouter', id: routerId, changes };
}

function remove(request: NetworkRequest, routerId: string): Wanted {
  const row = findRouter(request, routerId);
  if (!row) return { answer: faultOf({ code: 'RouterNotFound', routerId }) };
  const refusal = changeRefusal(request, row.projectId, 'delete_router');
  return refusal ? { answer: refusal } : { type: 'deleteRouter', id: routerId };
}

/** Routers. Neutron API v2: /v2.0/routers. */
export const routers: NetworkResource = {
  singular: 'router',
  plural: 'routers',
  path: 'routers',
  tagged: 'router',
  attributes: [
    ...['id', 'name', 'tenant_id', 'project_id', 'description', 'admin_state_up', 'status', 'tags'],
    ...['created_at', 'updated_at', 'revision_number'],
  ],
  *views(request, walk) {
    for (const row of rows(request, walk)) if (owns(request, row.projectId)) yield view(request, row);
  },
  find(request, routerId) {
    const row = findRouter(request, routerId);
    return row && view(request, row);
  },
  notFound: (routerId) => ({ code: 'RouterNotFound', routerId }),
  create,
  update,
  remove,
};
