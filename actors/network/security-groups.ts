import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { parseCidr } from './addresses.ts';
import type { BindError, NetworkError } from './errors.ts';
import { NETWORK_LIMITS } from './limits.ts';
import type { Changes, NetworkReply, NewSecurityGroupRule } from './protocol.ts';
import { type SecurityGroupRow, type SecurityGroupRuleRow, securityGroupRuleTable, securityGroupTable } from './row.ts';
import { addGroup, type NetworkServiceState, projectOf, removeGroupName } from './state.ts';

/** The group that each project has. */
const DEFAULT_GROUP = 'default';

const notFound = (id: string): { readonly ok: false; readonly error: NetworkError } =>
  failed({ code: 'SecurityGroupNotFound', nameOrId: id, projectId: '' });

function putRule(state: NetworkServiceState, rule: NewSecurityGroupRule, ctx: Context): string {
  const row: SecurityGroupRuleRow = { ...rule, id: ctx.newId(), createdAtMs: ctx.nowMs, revision: 0 };
  ctx.put(securityGroupRuleTable, row.id, row);
  const group = state.groups.get(rule.groupId);
  if (group) group.rules++;
  return row.id;
}

/** Makes a group with the rules that Neutron gives to each: everything may leave; of `default` also: members reach each other. */
function putGroup(
  state: NetworkServiceState,
  projectId: string,
  name: string,
  description: string,
  ctx: Context,
): string {
  const row: SecurityGroupRow = {
    id: ctx.newId(),
    projectId,
    name,
    description,
    tags: [],
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  ctx.put(securityGroupTable, row.id, row);
  addGroup(state, row);
  const directions = name === DEFAULT_GROUP ? (['egress', 'ingress'] as const) : (['egress'] as const);
  for (const direction of directions) {
    for (const ethertype of ['IPv4', 'IPv6'] as const) {
      putRule(
        state,
        {
          projectId,
          groupId: row.id,
          description: '',
          direction,
          ethertype,
          protocol: null,
          portRangeMin: null,
          portRangeMax: null,
          remoteIpPrefix: null,
          remoteGroupId: direction === 'ingress' ? row.id : null,
        },
        ctx,
      );
    }
  }
  return row.id;
}

/** The id of a project's group `default`, made when it has none. */
export const defaultGroup = (state: NetworkServiceState, projectId: string, ctx: Context): string =>
  projectOf(state, projectId).groups.get(DEFAULT_GROUP)?.[0] ??
  putGroup(state, projectId, DEFAULT_GROUP, 'Default security group', ctx);

/** Ids of groups that are named by name or id. An id wins over a name; a name that two groups have is refused. */
export function groupIds(
  state: NetworkServiceState,
  projectId: string,
  namesOrIds: readonly string[],
  ctx: Context,
): Result<readonly string[], BindError> {
  const ids: string[] = [];
  for (const nameOrId of namesOrIds) {
    const named =
      state.groups.get(nameOrId)?.projectId === projectId
        ? [nameOrId]
        : projectOf(state, projectId).groups.get(nameOrId);
    const [id] = named ?? (nameOrId === DEFAULT_GROUP ? [defaultGroup(state, projectId, ctx)] : []);
    if (id === undefined) return failed({ code: 'SecurityGroupNotFound', nameOrId, projectId });
    if (named && named.length > 1) {
      return failed({ code: 'InvalidInput', reason: `Multiple security groups match '${nameOrId}'; use an ID.` });
    }
    if (!ids.includes(id)) ids.push(id);
  }
  return ok(ids.length > 0 ? ids : [defaultGroup(state, projectId, ctx)]);
}

export function createSecurityGroup(
  state: NetworkServiceState,
  group: { readonly projectId: string; readonly name: string; readonly description: string },
  ctx: Context,
): NetworkReply {
  if (group.name === DEFAULT_GROUP) return failed({ code: 'DefaultSecurityGroupStays', change: 'create' });
  let count = 0;
  for (const ids of projectOf(state, group.projectId).groups.values()) count += ids.length;
  if (count >= NETWORK_LIMITS.securityGroupsPerProjectMax) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'security_group' });
  }
  defaultGroup(state, group.projectId, ctx);
  return ok(putGroup(state, group.projectId, group.name, group.description, ctx));
}

export function updateSecurityGroup(
  state: NetworkServiceState,
  id: string,
  changes: Changes<{ readonly name: string; readonly description: string }>,
  ctx: Context,
): NetworkReply {
  const row = securityGroupTable.read(ctx.rows, id);
  if (!row) return notFound(id);
  const name = changes.name ?? row.name;
  if (name !== row.name && (row.name === DEFAULT_GROUP || name === DEFAULT_GROUP)) {
    return failed({ code: 'DefaultSecurityGroupStays', change: row.name === DEFAULT_GROUP ? 'rename' : 'create' });
  }
  const changed: SecurityGroupRow = {
    ...row,
    name,
    description: changes.description ?? row.description,
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  };
  ctx.put(securityGroupTable, id, changed);
  removeGroupName(state, id);
  addGroup(state, changed);
  return ok(id);
}

export function deleteSecurityGroup(
  state: NetworkServiceState,
  id: string,
  defaultToo: boolean,
  ctx: Context,
): NetworkReply {
  const group = state.groups.get(id);
  if (!group) return notFound(id);
  if (group.name === DEFAULT_GROUP && !defaultToo)
    return failed({ code: 'DefaultSecurityGroupStays', change: 'remove' });
  if (group.ports > 0) return failed({ code: 'SecurityGroupInUse', groupId: id });
  // Its own rules, and those of other groups that name it.
  const own = [...securityGroupRuleTable.ids(ctx.rows, 'group', [id])];
  const naming = [...securityGroupRuleTable.ids(ctx.rows, 'remote', [id])];
  for (const ruleId of new Set([...own, ...naming])) deleteSecurityGroupRule(state, ruleId, ctx);
  ctx.put(securityGroupTable, id, undefined);
  removeGroupName(state, id);
  state.groups.delete(id);
  return ok(id);
}

const sameRule = (a: NewSecurityGroupRule, b: NewSecurityGroupRule): boolean =>
  a.direction === b.direction &&
  a.ethertype === b.ethertype &&
  a.protocol === b.protocol &&
  a.portRangeMin === b.portRangeMin &&
  a.portRangeMax === b.portRangeMax &&
  a.remoteIpPrefix === b.remoteIpPrefix &&
  a.remoteGroupId === b.remoteGroupId;

export function createSecurityGroupRule(
  state: NetworkServiceState,
  wanted: NewSecurityGroupRule,
  ctx: Context,
): NetworkReply {
  const group = state.groups.get(wanted.groupId);
  if (!group) return notFound(wanted.groupId);
  if (wanted.remoteGroupId !== null && !state.groups.has(wanted.remoteGroupId)) return notFound(wanted.remoteGroupId);
  let rule = wanted;
  if (wanted.remoteIpPrefix !== null) {
    const { remoteIpPrefix } = wanted;
    const full = remoteIpPrefix.includes('/')
      ? remoteIpPrefix
      : `${remoteIpPrefix}/${remoteIpPrefix.includes(':') ? 128 : 32}`;
    const range = parseCidr(full);
    if (!range)
      return failed({
        code: 'InvalidInput',
        reason: `Invalid input for remote_ip_prefix. Reason: '${remoteIpPrefix}' is not a valid IP subnet.`,
      });
    if ((range.version === 4) !== (wanted.ethertype === 'IPv4')) {
      return failed({
        code: 'InvalidInput',
        reason: `Conflicting value ethertype ${wanted.ethertype} for CIDR ${remoteIpPrefix}`,
      });
    }
    rule = { ...wanted, remoteIpPrefix: full };
  }
  for (const ruleId of securityGroupRuleTable.ids(ctx.rows, 'group', [rule.groupId])) {
    const other = securityGroupRuleTable.read(ctx.rows, ruleId);
    if (other && sameRule(other, rule)) return failed({ code: 'SecurityGroupRuleExists', ruleId });
  }
  if (group.rules >= NETWORK_LIMITS.rulesPerSecurityGroupMax) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'security_group_rule' });
  }
  return ok(putRule(state, rule, ctx));
}

export function deleteSecurityGroupRule(state: NetworkServiceState, id: string, ctx: Context): NetworkReply {
  const row = securityGroupRuleTable.read(ctx.rows, id);
  if (!row) return failed({ code: 'SecurityGroupRuleNotFound', ruleId: id });
  ctx.put(securityGroupRuleTable, id, undefined);
  const group = state.groups.get(row.groupId);
  if (group) group.rules--;
  return ok(id);
}
