import { assignRole, unassignRole } from '../../../actors/identity/client.ts';
import {
  type AssignmentRow,
  type AssignmentTarget,
  assignmentId,
  assignments,
  domains,
  indexed,
  projects,
  roles,
  users,
} from '../../../actors/identity/row.ts';
import { failed } from '../../../runtime/result.ts';
import { faultOf, type IdentityFailure } from '../faults.ts';
import { listReply } from '../listing.ts';
import { roleView } from '../roles/views.ts';
import {
  adminOnly,
  type IdentityAnswer,
  type IdentityRequest,
  type IdentityRoute,
  noContent,
  refuseFor,
} from '../route.ts';
import { listAssignments } from './list.ts';

/** What roles are held on: the start of a path, and the target that it names. */
const TARGETS: readonly { readonly path: string; readonly targetOf: (request: IdentityRequest) => AssignmentTarget }[] =
  [
    { path: '/projects/:project_id', targetOf: (request) => `project:${request.param('project_id')}` },
    { path: '/domains/:domain_id', targetOf: (request) => `domain:${request.param('domain_id')}` },
    { path: '/system', targetOf: () => 'system' },
  ];

/** Which of user and target of a request does not exist. */
function missingOf(request: IdentityRequest, target: AssignmentTarget): IdentityFailure | null {
  const { reader } = request.services;
  const [userId, projectId, domainId] = ['user_id', 'project_id', 'domain_id'].map((name) => request.param(name));
  if (userId !== undefined && !users.read(reader, userId)) return { code: 'UserNotFound', userId };
  if (projectId && target.startsWith('project:') && !projects.read(reader, projectId))
    return { code: 'ProjectNotFound', projectId };
  if (domainId && target.startsWith('domain:') && !domains.read(reader, domainId))
    return { code: 'DomainNotFound', domainId };
  return null;
}

function routesOf({ path, targetOf }: (typeof TARGETS)[number]): readonly IdentityRoute[] {
  const rowOf = (request: IdentityRequest): AssignmentRow => ({
    userId: request.param('user_id'),
    roleId: request.param('role_id'),
    target: targetOf(request),
  });
  const change =
    (command: typeof assignRole) =>
    async (request: IdentityRequest): Promise<IdentityAnswer> => {
      const outcome = await command(request.services.system, rowOf(request));
      return outcome.ok ? noContent : refuseFor(outcome.error);
    };
  const check = (request: IdentityRequest): IdentityAnswer => {
    const row = rowOf(request);
    const found = assignments.read(request.services.reader, assignmentId(row));
    return found ? noContent : refuseFor({ code: 'RoleAssignmentNotFound', ...row });
  };
  const list = (request: IdentityRequest): IdentityAnswer => {
    const { reader } = request.services;
    const target = targetOf(request);
    const missing = missingOf(request, target);
    if (missing) return failed(faultOf(missing));
    const held = [...indexed(assignments, reader, 'byUser', [request.param('user_id'), target])];
    const rows = held.map((row) => roles.read(reader, row.roleId)).filter((row) => row !== undefined);
    return listReply(request, 'roles', rows, (row) => roleView(row, request.base));
  };
  const one = `${path}/users/:user_id/roles/:role_id`;
  return [
    {
      method: 'GET',
      path: `${path}/users/:user_id/roles`,
      action: 'identity:list_grants',
      rule: adminOnly,
      handle: list,
    },
    { method: 'GET', path: one, action: 'identity:check_grant', rule: adminOnly, handle: check },
    { method: 'PUT', path: one, action: 'identity:create_grant', rule: adminOnly, handle: change(assignRole) },
    { method: 'DELETE', path: one, action: 'identity:revoke_grant', rule: adminOnly, handle: change(unassignRole) },
  ];
}

export const roleAssignmentRoutes: readonly IdentityRoute[] = [
  ...TARGETS.flatMap(routesOf),
  {
    method: 'GET',
    path: '/role_assignments',
    action: 'identity:list_role_assignments',
    rule: adminOnly,
    handle: listAssignments,
  },
];
