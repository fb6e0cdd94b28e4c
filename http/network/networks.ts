import * as v from 'valibot';
import { type NetworkRow, networkTable, type ProviderNetwork, subnetTable } from '../../actors/network/row.ts';
import { type Answer, badRequest, faultOf, forbidden } from './faults.ts';
import { checkBody, flag, id, text, whole } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { changeRefusal, ownerFields, ownerOf } from './ownership.ts';
import { policyRefusal } from './qos-policies.ts';
import { type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, projectOfList, rowsOf, timeText, type Wanted } from './resource.ts';

/** MTU in bytes: from what IPv4 needs (RFC 791) to the largest packet. 0 asks for the default, as in Neutron. */
const mtu = v.union([v.literal(0), whole(68, 65_535)], 'it must be 0 or between 68 and 65535');
const DEFAULT_MTU = 1500;

const changeable = {
  name: v.optional(text()),
  description: v.optional(text()),
  admin_state_up: v.optional(flag),
  shared: v.optional(flag),
  mtu: v.optional(mtu),
  'router:external': v.optional(flag),
  qos_policy_id: v.optional(v.nullable(id)),
  'provider:network_type': v.optional(v.nullable(v.picklist(['flat', 'vlan', 'vxlan', 'gre', 'geneve', 'local']))),
  'provider:physical_network': v.optional(v.nullable(text(64))),
  'provider:segmentation_id': v.optional(v.nullable(whole(0, 16_777_215))),
};
const createSchema = v.strictObject({ ...changeable, ...ownerFields }, 'an object is expected');
const updateSchema = v.strictObject(changeable, 'an object is expected');

/** Whether the caller may have ports on it. */
const isUsable = (request: NetworkRequest, row: NetworkRow): boolean => row.shared || owns(request, row.projectId);

/** External networks are seen by all: routers and floating IPs name them. */
const isVisible = (request: NetworkRequest, row: NetworkRow): boolean =>
  row.external === true || isUsable(request, row);

/** Where the network is outside of hosts: for administrators, as in Neutron's policies. */
const providerView = (provider: ProviderNetwork | undefined): View => ({
  'provider:network_type': provider?.networkType ?? null,
  'provider:physical_network': provider?.physicalNetwork ?? null,
  'provider:segmentation_id': provider?.segmentationId ?? null,
});

/** What a request says of it, over what was said before; undefined: nothing. */
function providerOf(value: v.InferOutput<typeof updateSchema>, before?: ProviderNetwork): ProviderNetwork | undefined {
  const {
    'provider:network_type': networkType = before?.networkType,
    'provider:physical_network': physicalNetwork = before?.physicalNetwork,
    'provider:segmentation_id': segmentationId = before?.segmentationId,
  } = value;
  if (networkType === undefined && physicalNetwork === undefined && segmentationId === undefined) return undefined;
  return {
    networkType: networkType ?? null,
    physicalNetwork: physicalNetwork ?? null,
    segmentationId: segmentationId ?? null,
  };
}

/** The one of them that a request names, for a refusal; undefined: none. */
const providerNamed = (value: v.InferOutput<typeof updateSchema>): string | undefined =>
  Object.keys(value).find((name) => name.startsWith('provider:'));

const view = ({ reader, caller }: NetworkRequest, row: NetworkRow): View => ({
  id: row.id,
  name: row.name,
  tenant_id: row.projectId,
  project_id: row.projectId,
  description: row.description,
  admin_state_up: row.adminStateUp,
  status: 'ACTIVE',
  shared: row.shared,
  'router:external': row.external === true,
  ...(caller.isAdmin ? providerView(row.provider) : {}),
  mtu: row.mtu,
  qos_policy_id: row.qosPolicyId ?? null,
  subnets: [...subnetTable.ids(reader, 'network', [row.id])],
  availability_zone_hints: [],
  availability_zones: ['nova'],
  ipv4_address_scope: null,
  ipv6_address_scope: null,
  tags: row.tags,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  revision_number: row.revision,
});

/** Ids of the networks that the caller's project sees. */
export function* visibleNetworkIds({ reader, caller }: NetworkRequest): Iterable<string> {
  if (caller.projectId !== null) yield* networkTable.ids(reader, 'project', [caller.projectId]);
  yield* networkTable.ids(reader, 'shared', []);
  yield* networkTable.ids(reader, 'external', []);
}

const rows = (request: NetworkRequest, walk: Walk): Iterable<NetworkRow> => {
  const { reader, caller } = request;
  if (!caller.isAdmin) return rowsOf(networkTable, reader, visibleNetworkIds(request), walk);
  const projectId = projectOfList(request);
  if (projectId === null) return allRows(networkTable, reader, walk);
  return rowsOf(networkTable, reader, networkTable.ids(reader, 'project', [projectId]), walk);
};

/** The network that the caller may use, by id. */
export function findNetwork(request: NetworkRequest, id: string): NetworkRow | undefined {
  const row = networkTable.read(request.reader, id);
  return row && isUsable(request, row) ? row : undefined;
}

/** The network that the caller sees, by id. */
export function findVisibleNetwork(request: NetworkRequest, id: string): NetworkRow | undefined {
  const row = networkTable.read(request.reader, id);
  return row && isVisible(request, row) ? row : undefined;
}

const NO_ROUTERS = badRequest(
  'Invalid input for router:external. Reason: this host has no routers, so no network is external.',
);

/** Why a network cannot be external; null when it can, or is not to be. */
function externalRefusal({ caller, routed }: NetworkRequest, wanted: boolean | undefined, rule: string): Answer | null {
  if (wanted === true && !routed) return NO_ROUTERS;
  return wanted === true && !caller.isAdmin ? forbidden(`${rule}:router:external`) : null;
}

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('network', createSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const owner = ownerOf(request, value, 'create_network');
  if ('answer' in owner) return owner;
  if (value.shared === true && !request.caller.isAdmin) return { answer: forbidden('create_network:shared') };
  const refusal = externalRefusal(request, value['router:external'], 'create_network');
  if (refusal) return { answer: refusal };
  const said = providerNamed(value);
  if (said && !request.caller.isAdmin) return { answer: forbidden(`create_network:${said}`) };
  const noPolicy = policyRefusal(request, value.qos_policy_id);
  if (noPolicy) return { answer: noPolicy };
  const provider = providerOf(value);
  const network = {
    projectId: owner.projectId,
    name: value.name ?? '',
    description: value.description ?? '',
    shared: value.shared ?? false,
    adminStateUp: value.admin_state_up ?? true,
    mtu: value.mtu || DEFAULT_MTU,
    external: value['router:external'] ?? false,
    qosPolicyId: value.qos_policy_id,
    ...(provider && { provider }),
  };
  return { type: 'createNetwork', network };
}

function update(request: NetworkRequest, id: string, body: unknown): Wanted {
  const row = findNetwork(request, id);
  if (!row) return { answer: faultOf({ code: 'NetworkNotFound', networkId: id }) };
  const checked = checkBody('network', updateSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const refusal = changeRefusal(request, row.projectId, 'update_network');
  if (refusal) return { answer: refusal };
  if (value.shared !== undefined && value.shared !== row.shared && !request.caller.isAdmin) {
    return { answer: forbidden('update_network:shared') };
  }
  const external = value['router:external'];
  const unfit = external === (row.external === true) ? null : externalRefusal(request, external, 'update_network');
  if (unfit) return { answer: unfit };
  const said = providerNamed(value);
  if (said && !request.caller.isAdmin) return { answer: forbidden(`update_network:${said}`) };
  const noPolicy = policyRefusal(request, value.qos_policy_id, row.qosPolicyId);
  if (noPolicy) return { answer: noPolicy };
  const changes = {
    name: value.name,
    description: value.description,
    shared: value.shared,
    adminStateUp: value.admin_state_up,
    mtu: value.mtu === 0 ? DEFAULT_MTU : value.mtu,
    external,
    qosPolicyId: value.qos_policy_id,
    provider: providerOf(value, row.provider),
  };
  return { type: 'updateNetwork', id, changes };
}

function remove(request: NetworkRequest, id: string): Wanted {
  const row = findNetwork(request, id);
  if (!row) return { answer: faultOf({ code: 'NetworkNotFound', networkId: id }) };
  const refusal = changeRefusal(request, row.projectId, 'delete_network');
  return refusal ? { answer: refusal } : { type: 'deleteNetwork', id };
}

/** Networks. Neutron API v2: /v2.0/networks. */
export const networks: NetworkResource = {
  singular: 'network',
  plural: 'networks',
  path: 'networks',
  tagged: 'network',
  attributes: [
    ...[
      'id',
      'name',
      'tenant_id',
      'project_id',
      'description',
      'admin_state_up',
      'status',
      'shared',
      'router:external',
      'provider:network_type',
      'provider:physical_network',
      'provider:segmentation_id',
    ],
    ...['mtu', 'qos_policy_id', 'subnets', 'tags', 'created_at', 'updated_at', 'revision_number'],
  ],
  *views(request, walk) {
    for (const row of rows(request, walk)) if (isVisible(request, row)) yield view(request, row);
  },
  find(request, id) {
    const row = findVisibleNetwork(request, id);
    return row && view(request, row);
  },
  notFound: (id) => ({ code: 'NetworkNotFound', networkId: id }),
  create,
  update,
  remove,
};
