import {
  type SecurityGroupRow,
  type SecurityGroupRuleRow,
  securityGroupRuleTable,
  securityGroupTable,
} from '../../../actors/network/row.ts';
import type { Reader } from '../../../runtime/store.ts';

/** A rule with ports as Nova shows them: all ports of a protocol, or all types of ICMP, where there is no range. */
export const ruleBody = (rule: SecurityGroupRuleRow, reader: Reader): object => {
  const { protocol, portRangeMin, portRangeMax, remoteGroupId } = rule;
  const isOpen = protocol !== null && portRangeMin === null && portRangeMax === null;
  const [first, last] = protocol === 'tcp' || protocol === 'udp' ? [1, 65_535] : [-1, -1];
  const group = remoteGroupId === null ? undefined : securityGroupTable.read(reader, remoteGroupId);
  return {
    id: rule.id,
    parent_group_id: rule.groupId,
    ip_protocol: protocol,
    from_port: isOpen ? first : portRangeMin,
    to_port: isOpen ? last : portRangeMax,
    group: group === undefined ? {} : { name: group.name, tenant_id: group.projectId },
    ip_range:
      remoteGroupId === null ? { cidr: rule.remoteIpPrefix ?? (rule.ethertype === 'IPv6' ? '::/0' : '0.0.0.0/0') } : {},
  };
};

/** A group with its rules for what may come in; others the API does not know. */
export const groupBody = (group: SecurityGroupRow, reader: Reader): object => ({
  id: group.id,
  name: group.name,
  description: group.description,
  tenant_id: group.projectId,
  rules: [...securityGroupRuleTable.ids(reader, 'group', [group.id])].flatMap((id) => {
    const rule = securityGroupRuleTable.read(reader, id);
    return rule === undefined || rule.direction !== 'ingress' ? [] : [ruleBody(rule, reader)];
  }),
});
