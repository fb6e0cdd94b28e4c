import * as v from 'valibot';
import { type QosPolicyRow, type QosRule, type QosRuleType, qosPolicyTable } from '../../actors/network/row.ts';
import { type Answer, fault, faultOf, forbidden } from './faults.ts';
import { checkBody, flag, text } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { ownerFields, ownerOf } from './ownership.ts';
import { mayManage, type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, projectOfList, rowsOf, timeText, type Wanted } from './resource.ts';

const changeable = {
  name: v.optional(text()),
  description: v.optional(text()),
  shared: v.optional(flag),
  is_default: v.optional(flag),
};
const createSchema = v.strictObject({ ...changeable, ...ownerFields }, 'an object is expected');
const updateSchema = v.strictObject(changeable, 'an object is expected');

/** What a rule of each type calls its amount. */
export const MINIMUM_FIELDS: Readonly<Record<QosRuleType, string>> = {
  minimum_bandwidth: 'min_kbps',
  minimum_packet_rate: 'min_kpps',
};

/** A rule by itself. */
export const qosRuleView = ({ id, type, direction, minimum }: QosRule): View => ({
  id,
  direction,
  [MINIMUM_FIELDS[type]]: minimum,
});

const view = (row: QosPolicyRow): View => ({
  id: row.id,
  name: row.name,
  tenant_id: row.projectId,
  project_id: row.projectId,
  description: row.description,
  shared: row.shared,
  is_default: row.isDefault,
  rules: row.rules.map((rule) => ({ ...qosRuleView(rule), type: rule.type, qos_policy_id: row.id })),
  tags: row.tags,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  revision_number: row.revision,
});

/** The policy that the caller may give to a network or a port, by id. */
export function findQosPolicy(request: NetworkRequest, id: string): QosPolicyRow | undefined {
  const row = qosPolicyTable.read(request.reader, id);
  return row && (row.shared || owns(request, row.projectId)) ? row : undefined;
}

/** Why the caller cannot give a policy to something that has this one; null when it can, or nothing is said of it. */
export function policyRefusal(
  request: NetworkRequest,
  policyId: string | null | undefined,
  held?: string | undefined,
): Answer | null {
  if (policyId && !findQosPolicy(request, policyId)) return faultOf({ code: 'QosPolicyNotFound', policyId });
  // What an administrator has given out of a project that the caller does not see is not for the caller to take away.
  const isKept = policyId === undefined || policyId === held || held === undefined || findQosPolicy(request, held);
  if (isKept) return null;
  const message = `Failed to remove provided policy ${held} because you are not authorized.`;
  return fault(403, 'PolicyRemoveAuthorizationError', message);
}

/** Why the caller cannot change a policy or its rules; null when it can. Neutron: administrators and managers of the project. */
export const qosRefusal = (request: NetworkRequest, { projectId }: { readonly projectId: string }, rule: string) =>
  mayManage(request) && owns(request, projectId) ? null : forbidden(rule);

function* visibleIds({ reader, caller }: NetworkRequest): Iterable<string> {
  if (caller.projectId !== null) yield* qosPolicyTable.ids(reader, 'project', [caller.projectId]);
  yield* qosPolicyTable.ids(reader, 'shared', []);
}

function rows(request: NetworkRequest, walk: Walk): Iterable<QosPolicyRow> {
  const { reader, caller } = request;
  if (!caller.isAdmin) return rowsOf(qosPolicyTable, reader, visibleIds(request), walk);
  const projectId = projectOfList(request);
  if (projectId === null) return allRows(qosPolicyTable, reader, walk);
  return rowsOf(qosPolicyTable, reader, qosPolicyTable.ids(reader, 'project', [projectId]), walk);
}

const missing = (id: string) => ({ code: 'QosPolicyNotFound', policyId: id }) as const;

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('policy', createSchema, body);
  if (!checked.ok) return checked;
  const { name = '', description = '', shared = false, is_default: isDefault = false } = checked.value;
  const owner = ownerOf(request, checked.value, 'create_policy');
  if ('answer' in owner) return owner;
  const refusal = qosRefusal(request, owner, 'create_policy');
  if (refusal) return { answer: refusal };
  if (shared && !request.caller.isAdmin) return { answer: forbidden('create_policy:shared') };
  const policy = { projectId: owner.projectId, name, description, shared, isDefault };
  return { type: 'createQosPolicy', policy };
}

function update(request: NetworkRequest, id: string, body: unknown): Wanted {
  const row = findQosPolicy(request, id);
  if (!row) return { answer: faultOf(missing(id)) };
  const checked = checkBody('policy', updateSchema, body);
  if (!checked.ok) return checked;
  const { name, description, shared, is_default: isDefault } = checked.value;
  const refusal = qosRefusal(request, row, 'update_policy');
  if (refusal) return { answer: refusal };
  if (shared !== undefined && shared !== row.shared && !request.caller.isAdmin) {
    return { answer: forbidden('update_policy:shared') };
  }
  return { type: 'updateQosPolicy', id, changes: { name, description, shared, isDefault } };
}

function remove(request: NetworkRequest, id: string): Wanted {
  const row = findQosPolicy(request, id);
  if (!row) return { answer: faultOf(missing(id)) };
  const refusal = qosRefusal(request, row, 'delete_policy');
  return refusal ? { answer: refusal } : { type: 'deleteQosPolicy', id };
}

/** QoS policies; their rules are at `qos-rules.ts`. Neutron API v2: /v2.0/qos/policies. */
export const qosPolicies: NetworkResource = {
  singular: 'policy',
  plural: 'policies',
  path: 'qos/policies',
  // Neutron's own exception: tags are told by collections, and this one's is not that of its path.
  tagsPath: 'policies',
  tagged: 'qosPolicy',
  attributes: [
    ...['id', 'name', 'tenant_id', 'project_id', 'description', 'shared', 'is_default', 'tags'],
    ...['created_at', 'updated_at', 'revision_number'],
  ],
  *views(request, walk) {
    for (const row of rows(request, walk)) yield view(row);
  },
  find(request, id) {
    const row = findQosPolicy(request, id);
    return row && view(row);
  },
  notFound: missing,
  create,
  update,
  remove,
};
