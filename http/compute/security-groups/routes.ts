import { securityGroupRuleTable, securityGroupTable } from '../../../actors/network/row.ts';
import { offsetPageOf } from '../../paging.ts';
import { emptyReply, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import { serverByServerId } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';
import { changed, findGroup, groupsOf, isVisible, uuidIn } from './reads.ts';
import { createRule, listGroups, securityGroup } from './requests.ts';
import { matchedBy } from './rules.ts';
import { groupBody, ruleBody } from './views.ts';

const route = routesFor<ComputeServices>();

/** Security groups of the network service, as they were managed up to 2.35; and those of a server, which stay. */
export const securityGroupRoutes = [
  route({
    method: 'GET',
    path: '/os-security-groups',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-security-groups:get', target: 'own' },
    query: listGroups,
    success: 200,
    handler: async ({ caller, query }, services) => {
      const { reader } = services;
      const projectId = caller.projectId ?? '';
      const [known] = securityGroupTable.ids(reader, 'project', [projectId, 'default'], { limit: 1 });
      // Every project has a group of this name; it is made when it is first looked for.
      if (known === undefined) {
        const made = await changed(services, { type: 'ensureDefaultSecurityGroup', projectId });
        if ('kind' in made) return made;
      }
      const isAll = caller.isAdmin && query.all_tenants !== undefined && query.all_tenants !== '0';
      const { offset, limit } = offsetPageOf(query);
      const groups = groupsOf(reader, isAll ? null : projectId).slice(offset, offset + limit);
      return reply({ security_groups: groups.map((group) => groupBody(group, reader)) });
    },
  }),
  route({
    method: 'POST',
    path: '/os-security-groups',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-security-groups:create', target: 'own' },
    body: securityGroup,
    success: 200,
    handler: async ({ caller, body }, services) => {
      const { name, description } = body.security_group;
      const projectId = caller.projectId ?? '';
      const made = await changed(services, { type: 'createSecurityGroup', group: { projectId, name, description } });
      if ('kind' in made) return made;
      const group = securityGroupTable.read(services.reader, made.id);
      return group === undefined ? refuseWith(500) : reply({ security_group: groupBody(group, services.reader) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-security-groups/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-security-groups:show', target: 'own' },
    success: 200,
    handler: ({ caller, params }, { reader }) => {
      const group = findGroup(reader, params.id, caller);
      return 'kind' in group ? group : reply({ security_group: groupBody(group, reader) });
    },
  }),
  route({
    method: 'PUT',
    path: '/os-security-groups/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-security-groups:update', target: 'own' },
    body: securityGroup,
    success: 200,
    handler: async ({ caller, params, body }, services) => {
      const group = findGroup(services.reader, params.id, caller);
      if ('kind' in group) return group;
      const { name, description } = body.security_group;
      const done = await changed(services, {
        type: 'updateSecurityGroup',
        id: group.id,
        changes: { name, description },
      });
      if ('kind' in done) return done;
      const now = securityGroupTable.read(services.reader, group.id) ?? group;
      return reply({ security_group: groupBody(now, services.reader) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-security-groups/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-security-groups:delete', target: 'own' },
    success: 202,
    handler: async ({ caller, params }, services) => {
      const group = findGroup(services.reader, params.id, caller);
      if ('kind' in group) return group;
      const done = await changed(services, { type: 'deleteSecurityGroup', id: group.id });
      return 'kind' in done ? done : emptyReply();
    },
  }),
  route({
    method: 'POST',
    path: '/os-security-group-rules',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-security-groups:rule:create', target: 'own' },
    body: createRule,
    success: 200,
    handler: async ({ caller, body }, services) => {
      const { parent_group_id: groupId, group_id: remoteGroupId = null, ...asked } = body.security_group_rule;
      const group = findGroup(services.reader, groupId, caller);
      if ('kind' in group) return group;
      if (remoteGroupId !== null) {
        const remote = findGroup(services.reader, remoteGroupId, caller);
        if ('kind' in remote) return remote;
      }
      const matched = matchedBy(asked, remoteGroupId !== null);
      if ('kind' in matched) return matched;
      const { projectId } = group;
      const rule = { projectId, groupId: group.id, description: '', direction: 'ingress', remoteGroupId } as const;
      const made = await changed(services, { type: 'createSecurityGroupRule', rule: { ...rule, ...matched } });
      if ('kind' in made) return made;
      const row = securityGroupRuleTable.read(services.reader, made.id);
      return row === undefined ? refuseWith(500) : reply({ security_group_rule: ruleBody(row, services.reader) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-security-group-rules/{id}',
    until: '2.35',
    policy: { rule: 'os_compute_api:os-security-groups:rule:delete', target: 'own' },
    success: 202,
    handler: async ({ caller, params }, services) => {
      const id = uuidIn(params.id);
      if (typeof id !== 'string') return id;
      const rule = securityGroupRuleTable.read(services.reader, id);
      if (rule === undefined || !isVisible(caller, rule.projectId))
        return refuseWith(404, `Security group with rule ${id} not found.`);
      const done = await changed(services, { type: 'deleteSecurityGroupRule', id });
      return 'kind' in done ? done : emptyReply();
    },
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/os-security-groups',
    policy: { rule: 'os_compute_api:os-security-groups:list', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server }, { reader }) => {
      const ids =
        server.ports.length === 0 ? server.securityGroups : server.ports.flatMap((port) => port.securityGroups);
      const groups = [...new Set(ids)].flatMap((id) => securityGroupTable.read(reader, id) ?? []);
      return reply({ security_groups: groups.map((group) => groupBody(group, reader)) });
    },
  }),
];
