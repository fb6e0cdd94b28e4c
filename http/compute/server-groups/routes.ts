import { limitsOfUser } from '../../../actors/project/row.ts';
import { changeRegistry } from '../../../actors/registry/client.ts';
import { type GroupPolicy, type ServerGroup, serverGroups } from '../../../actors/registry/row.ts';
import { offsetPageOf } from '../../paging.ts';
import { echoed, emptyReply, type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import { type Found, routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { listGroups, membersOf, readGroup } from './reads.ts';
import { createServerGroup, listServerGroups } from './requests.ts';
import { serverGroupView } from './views.ts';

const route = routesFor<ComputeServices>();

const groupById = (
  { params: { id } }: { readonly params: { readonly id: string } },
  { reader }: ComputeServices,
): Found<ServerGroup> | Refusal => {
  const group = readGroup(reader, id);
  return group === undefined
    ? refuse({ code: 'ServerGroupNotFound', groupId: echoed(id) })
    : { value: group, target: { project_id: group.projectId } };
};

/** Groups of servers that are placed together or apart. A server joins one by the scheduler hint `group`. */
export const serverGroupRoutes = [
  route({
    method: 'GET',
    path: '/os-server-groups',
    policy: { rule: 'os_compute_api:os-server-groups:index', target: 'own' },
    query: listServerGroups,
    success: 200,
    handler: (request, { reader }) => {
      const { caller, query, version } = request;
      // As in Nova others than administrators get their own, unasked and without an error.
      const isAll = query.all_projects !== undefined && caller.isAdmin;
      const refusal = isAll ? request.refusalOf('os_compute_api:os-server-groups:index:all_projects') : null;
      if (refusal !== null) return refusal;
      const show = serverGroupView.at(version);
      const groups = listGroups(reader, isAll ? null : (caller.projectId ?? ''), offsetPageOf(query));
      return reply({ server_groups: groups.map((group) => show(group, membersOf(reader, group.id))) });
    },
  }),
  route({
    method: 'POST',
    path: '/os-server-groups',
    policy: { rule: 'os_compute_api:os-server-groups:create', target: 'own' },
    body: createServerGroup,
    success: 200,
    handler: async ({ body, caller, version }, { system, reader, quota, random }) => {
      const { name, policies, policy = policies?.[0], rules = {} } = body.server_group;
      if (policy === undefined) return refuseWith(400);
      const { max_server_per_host: maxServersPerHost = null } = rules;
      const checked: GroupPolicy = policy;
      if (checked !== 'anti-affinity' && maxServersPerHost !== null)
        return refuseWith(400, 'Only anti-affinity policy supports rules.');
      const projectId = caller.projectId ?? '';
      const group = { id: random.uuid(), name, projectId, userId: caller.userId, policy, maxServersPerHost };
      const groupsMax = limitsOfUser(reader, quota, projectId, caller.userId).serverGroups;
      const created = await changeRegistry(system, { type: 'createServerGroup', group, groupsMax });
      if (!created.ok) return refuse(created.error);
      const made = serverGroups.read(reader, group.id);
      return made === undefined ? refuseWith(500) : reply({ server_group: serverGroupView.at(version)(made, []) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-server-groups/{id}',
    policy: { rule: 'os_compute_api:os-server-groups:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: groupById,
    handler: ({ subject: group, version }, { reader }) =>
      reply({ server_group: serverGroupView.at(version)(group, membersOf(reader, group.id)) }),
  }),
  route({
    method: 'DELETE',
    path: '/os-server-groups/{id}',
    policy: { rule: 'os_compute_api:os-server-groups:delete', target: 'subject' },
    success: 204,
    subject: groupById,
    handler: async ({ subject: group }, { system }) => {
      const deleted = await changeRegistry(system, { type: 'deleteServerGroup', id: group.id });
      return deleted.ok ? emptyReply() : refuse(deleted.error);
    },
  }),
];
