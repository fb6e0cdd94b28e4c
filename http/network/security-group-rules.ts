import * as v from 'valibot';
import { type SecurityGroupRuleRow, securityGroupRuleTable, securityGroupTable } from '../../actors/network/row.ts';
import { type Answer, badRequest, fault, faultOf } from './faults.ts';
import { checkBody, id, text, whole } from './fields.ts';
import type { View } from './filters.ts';
import type { Walk } from './listing.ts';
import { changeRefusal, ownerFields, ownerOf } from './ownership.ts';
import { type NetworkRequest, owns } from './request.ts';
import { allRows, type NetworkResource, projectOfList, rowsOf, timeText, type Wanted } from './resource.ts';

/** Names of IP protocols and their numbers: neutron_lib.constants.IP_PROTOCOL_MAP and its aliases. */
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['ah', 51],
  ['dccp', 33],
  ['egp', 8],
  ['esp', 50],
  ['gre', 47],
  ['hopopt', 0],
  ['icmp', 1],
  ['icmpv6', 58],
  ['ipv6-icmp', 58],
  ['igmp', 2],
  ['ip', 0],
  ['ipip', 4],
  ['ipv6-encap', 41],
  ['ipv6-frag', 44],
  ['ipv6-nonxt', 59],
  ['ipv6-opts', 60],
  ['ipv6-route', 43],
  ['ospf', 89],
  ['pgm', 113],
  ['rsvp', 46],
  ['sctp', 132],
  ['tcp', 6],
  ['udp', 17],
  ['udplite', 136],
  ['vrrp', 112],
]);

const port = v.optional(v.nullable(whole(0, 65_535)));
const createSchema = v.strictObject(
  {
    ...ownerFields,
    security_group_id: id,
    direction: v.picklist(['ingress', 'egress']),
    ethertype: v.optional(v.pipe(v.string(), v.toLowerCase(), v.picklist(['ipv4', 'ipv6'])), 'ipv4'),
    protocol: v.optional(
      v.nullable(v.union([v.pipe(text(16), v.toLowerCase()), v.pipe(whole(0, 255), v.transform(String))])),
    ),
    port_range_min: port,
    port_range_max: port,
    remote_ip_prefix: v.optional(v.nullable(text(64))),
    remote_group_id: v.optional(v.nullable(id)),
    remote_address_group_id: v.optional(v.null('this host has no address groups')),
    description: v.optional(text()),
  },
  'an object is expected',
);

/** A rule as it is shown. */
export const ruleView = (row: SecurityGroupRuleRow): View => ({
  id: row.id,
  tenant_id: row.projectId,
  project_id: row.projectId,
  security_group_id: row.groupId,
  direction: row.direction,
  ethertype: row.ethertype,
  protocol: row.protocol,
  port_range_min: row.portRangeMin,
  port_range_max: row.portRangeMax,
  remote_ip_prefix: row.remoteIpPrefix,
  remote_group_id: row.remoteGroupId,
  remote_address_group_id: null,
  normalized_cidr: row.remoteIpPrefix,
  description: row.description,
  created_at: timeText(row.createdAtMs),
  updated_at: timeText(row.createdAtMs),
  revision_number: row.revision,
});

function findRule(request: NetworkRequest, ruleId: string): SecurityGroupRuleRow | undefined {
  const row = securityGroupRuleTable.read(request.reader, ruleId);
  return row && owns(request, row.projectId) ? row : undefined;
}

function* idsOf({ reader }: NetworkRequest, groupIds: Iterable<string>): Iterable<string> {
  for (const groupId of groupIds) yield* securityGroupRuleTable.ids(reader, 'group', [groupId]);
}

function rows(request: NetworkRequest, walk: Walk): Iterable<SecurityGroupRuleRow> {
  const { reader, query } = request;
  const groupIds = query.getAll('security_group_id');
  if (groupIds.length > 0) return rowsOf(securityGroupRuleTable, reader, idsOf(request, groupIds), walk);
  const projectId = projectOfList(request);
  if (projectId === null) return allRows(securityGroupRuleTable, reader, walk);
  const own = securityGroupTable.ids(reader, 'project', [projectId]);
  return rowsOf(securityGroupRuleTable, reader, idsOf(request, own), walk);
}

type RuleWishes = v.InferOutput<typeof createSchema>;

const ICMP = new Set([1, 58]);
/** Protocols that have ports: DCCP, SCTP, TCP, UDP and UDP-Lite. */
const WITH_PORTS = new Set([33, 132, 6, 17, 136]);

/** What is wrong with protocol and ports; null when nothing is. Rules: neutron/db/securitygroups_db.py. */
function portsProblem(rule: RuleWishes): string | null {
  const { protocol = null, port_range_min: min = null, port_range_max: max = null } = rule;
  const number =
    protocol === null || protocol === 'any'
      ? null
      : /^\d{1,3}$/.test(protocol)
        ? Number(protocol)
        : PROTOCOLS.get(protocol);
  if (number === undefined || (number !== null && number > 255)) {
    return `Security group rule protocol ${protocol} not supported. Only protocol values ${[...PROTOCOLS.keys()].join(', ')} and integer representations [0 to 255] are supported.`;
  }
  if (number === 58 && rule.ethertype === 'ipv4') return `Invalid ethertype IPv4 for protocol ${protocol}.`;
  if (min === null && max === null) return null;
  if (number === null) return 'Must also specify protocol if port range is given.';
  if (ICMP.has(number)) {
    if (min === null) return 'ICMP code (port-range-max) is provided but ICMP type (port-range-min) is missing.';
    return min > 255 || (max ?? 0) > 255 ? 'Invalid value for ICMP type or code: it must be 0 to 255.' : null;
  }
  if (!WITH_PORTS.has(number)) return `Port range cannot be specified for protocol ${protocol}.`;
  if (min === null || max === null || min > max || min === 0)
    return 'For TCP/UDP protocols, port_range_min must be <= port_range_max, and both at least 1.';
  return null;
}

const missingGroup = (groupId: string): { readonly answer: Answer } => ({
  answer: faultOf({ code: 'SecurityGroupNotFound', nameOrId: groupId, projectId: '' }),
});

function create(request: NetworkRequest, body: unknown): Wanted {
  const checked = checkBody('security_group_rule', createSchema, body);
  if (!checked.ok) return checked;
  const { value } = checked;
  const owner = ownerOf(request, value, 'create_security_group_rule');
  if ('answer' in owner) return owner;
  const groupId = value.security_group_id;
  const group = securityGroupTable.read(request.reader, groupId);
  if (!group || !owns(request, group.projectId)) return missingGroup(groupId);
  const remoteGroupId = value.remote_group_id ?? null;
  if (remoteGroupId !== null) {
    const remote = securityGroupTable.read(request.reader, remoteGroupId);
    if (!remote || !owns(request, remote.projectId)) return missingGroup(remoteGroupId);
    if (value.remote_ip_prefix)
      return { answer: badRequest('Only remote_ip_prefix or remote_group_id may be provided.') };
  }
  const problem = portsProblem(value);
  if (problem !== null) return { answer: fault(400, 'SecurityGroupInvalidRule', problem) };
  const rule = {
    // A rule is its group's, whoever adds it.
    projectId: group.projectId,
    groupId,
    description: value.description ?? '',
    direction: value.direction,
    ethertype: value.ethertype === 'ipv4' ? ('IPv4' as const) : ('IPv6' as const),
    protocol: value.protocol === 'any' || value.protocol === undefined ? null : value.protocol,
    portRangeMin: value.port_range_min ?? null,
    portRangeMax: value.port_range_max ?? null,
    remoteIpPrefix: value.remote_ip_prefix || null,
    remoteGroupId,
  };
  return { type: 'createSecurityGroupRule', rule };
}

function remove(request: NetworkRequest, ruleId: string): Wanted {
  const row = findRule(request, ruleId);
  if (!row) return { answer: faultOf({ code: 'SecurityGroupRuleNotFound', ruleId }) };
  const refusal = changeRefusal(request, row.projectId, 'delete_security_group_rule');
  return refusal ? { answer: refusal } : { type: 'deleteSecurityGroupRule', id: ruleId };
}

/** Rules of security groups, as records. They cannot be changed. Neutron API v2: /v2.0/security-group-rules. */
export const securityGroupRules: NetworkResource = {
  singular: 'security_group_rule',
  plural: 'security_group_rules',
  path: 'security-group-rules',
  tagged: null,
  attributes: [
    ...['id', 'tenant_id', 'project_id', 'security_group_id', 'direction', 'ethertype', 'protocol', 'port_range_min'],
    ...['port_range_max', 'remote_ip_prefix', 'remote_group_id', 'remote_address_group_id', 'description'],
    ...['created_at', 'updated_at', 'revision_number'],
  ],
  *views(request, walk) {
    for (const row of rows(request, walk)) if (owns(request, row.projectId)) yield ruleView(row);
  },
  find(request, ruleId) {
    const row = findRule(request, ruleId);
    return row && ruleView(row);
  },
  notFound: (ruleId) => ({ code: 'SecurityGroupRuleNotFound', ruleId }),
  create,
  update: null,
  remove,
};
