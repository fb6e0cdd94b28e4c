import * as v from 'valibot';
import { changeNetwork } from '../../actors/network/client.ts';
import { type SecurityGroupRow, securityGroupRuleTable, securityGroupTable } from '../../actors/network/row.ts';
import { type Answer, faultOf } from './faults.ts';
import { checkBody, text } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { changeRefusal, ownerFields, ownerOf } from './ownership.ts';
import { type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, projectOfList, rowsOf, timeText, type Wanted } from './resource.ts';
import { ruleView } from './security-group-rules.ts';

const changeable = { name: v.optional(text()), description: v.optional(text()) };
const createSchema = v.strictObject({ ...changeable, ...ownerFields, name: text() }, 'an object is expected');
const updateSchema = v.strictObject(changeable, 'an object is expected');

const view = ({ reader }: NetworkRequest, row: SecurityGroupRow): View => ({
  id: row.id,
  name: row.name,
  tenant_id: row.projectId,
  project_id: row.projectId,
  description: row.description,
  stateful: true,
  shared: false,
  security_group_rules: [...securityGroupRuleTable.ids(reader, 'group', [row.id])].flatMap((ruleId) => {
    const rule = securityGroupRuleTable.read(reader, ruleId);
    return rule ? [ruleView(rule)] : [];
  }),
  tags: row.tags,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.updatedAtMs),
  revision_number: row.revision,
});

const missing = (id: string) => ({ code: 'SecurityGroupNotFound', nameOrId: id, projectId: '' }) as const;

/** The group that the caller may use, by id. */
function findSecurityGroup(request: NetworkRequest, id: string): SecurityGroupRow | undefined {
  const row = securityGroupTable.read(request.reader, id);
  return row && owns(request, row.projectId) ? row : undefined;
}

function rows(request: NetworkRequest, walk: Walk): Iterable<SecurityGroupRow> {
  const projectId = projectOfList(request);
  if (projectId === null) return allRows(securityGroupTable, request.reader, walk);
  const ids = securityGroupTable.ids(request.reader, 'project', [projectId]);
  return rowsOf(securityGroupTable, request.reader, ids, walk);
}

/**
 * Makes the group `default` when there is none yet, as Neutron does before it lists groups: of the project that an
 * administrator's filter names, else of the caller's.
 */
async function beforeList(request: NetworkRequest): Promise<Answer | null> {
  const { system, reader, caller } = request;
  const projectId = projectOfList(request) ?? caller.projectId;
  // A filter that names no project is refused, or finds nothing.
  if (projectId === null || projectId === '' || !v.is(text(), projectId)) return null;
  const [id] = securityGroupTable.ids(reader, 'project', [projectId, 'default'], { limit: 1 });
  if (id !== undefined) return null;
  const outcome = await changeNetwork(system, { type: 'ensureDefaultSecurityGroup', projectId });
  return outcome.ok ? null : faultOf(outcome.error);
}

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('security_group', createSchema, body);
  if (!checked.ok) return checked;
  const { name, description = '' } = checked.value;
  const owner = ownerOf(request, checked.value, 'create_security_group');
  if ('answer' in owner) return owner;
  return { type: 'createSecurityGroup', group: { projectId: owner.projectId, name, description } };
}

function update(request: NetworkRequest, id: string, body: unknown): Wanted {
  const row = findSecurityGroup(request, id);
  if (!row) return { answer: faultOf(missing(id)) };
  const checked = checkBody('security_group', updateSchema, body);
  if (!checked.ok) return checked;
  const refusal = changeRefusal(request, row.projectId, 'update_security_group');
  return refusal ? { answer: refusal } : { type: 'updateSecurityGroup', id, changes: checked.value };
}

function remove(request: NetworkRequest, id: string): Wanted {
  const row = findSecurityGroup(request, id);
  if (!row) return { answer: faultOf(missing(id)) };
  const refusal = changeRefusal(request, row.projectId, 'delete_security_group');
  return refusal ? { answer: refusal } : { type: 'deleteSecurityGroup', id, defaultToo: request.caller.isAdmin };
}

/** Security groups, as records: nothing filters by them yet. Neutron API v2: /v2.0/security-groups. */
export const securityGroups: NetworkResource = {
  singular: 'security_group',
  plural: 'security_groups',
  path: 'security-groups',
  tagged: 'securityGroup',
  attributes: [
    ...[
      'id',
      'name',
      'tenant_id',
      'project_id',
      'description',
      'stateful',
      'shared',
      'tags',
      'created_at',
      'updated_at',
    ],
    'revision_number',
  ],
  beforeList,
  *views(request, walk) {
    for (const row of rows(request, walk)) yield view(request, row);
  },
  find(request, id) {
    const row = findSecurityGroup(request, id);
    return row && view(request, row);
  },
  notFound: missing,
  create,
  update,
  remove,
};
