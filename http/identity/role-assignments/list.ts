import {
  type AssignmentRow,
  type AssignmentTarget,
  assignments,
  DEFAULT_DOMAIN_ID,
  domains,
  impliedRoleNames,
  indexed,
  projects,
  roleNamed,
  roles,
  users,
} from '../../../actors/identity/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { flag, listReply } from '../listing.ts';
import type { IdentityAnswer, IdentityRequest } from '../route.ts';

/** GET /role_assignments, with filters. Roles of groups and inherited roles do not exist, so asking for them finds none. */
export function listAssignments(request: IdentityRequest): IdentityAnswer {
  const { reader } = request.services;
  const withNames = flag(request, 'include_names') === true;
  const seen = new Set<string>();
  function* wanted(): IterableIterator<AssignmentRow> {
    if (request.query('group.id') !== undefined || request.query('scope.OS-INHERIT:inherited_to') !== undefined) return;
    const roleId = request.query('role.id');
    const target = targetAsked(request);
    for (const held of candidates(request, target)) {
      if (target !== undefined && held.target !== target) continue;
      for (const row of flag(request, 'effective') === true ? withImplied(reader, held) : [held]) {
        const key = `${row.userId} ${row.target} ${row.roleId}`;
        if ((roleId !== undefined && row.roleId !== roleId) || seen.has(key)) continue;
        seen.add(key);
        yield row;
      }
    }
  }
  return listReply(request, 'role_assignments', wanted(), (row) =>
    assignmentView(row, reader, withNames, request.base),
  );
}

function targetAsked(request: IdentityRequest): AssignmentTarget | undefined {
  const [projectId, domainId] = [request.query('scope.project.id'), request.query('scope.domain.id')];
  if (projectId !== undefined) return `project:${projectId}`;
  if (domainId !== undefined) return `domain:${domainId}`;
  return request.query('scope.system') === undefined ? undefined : 'system';
}

/** The rows of the index that leaves fewest to look at. */
function candidates(request: IdentityRequest, target: AssignmentTarget | undefined): Iterable<AssignmentRow> {
  const { reader } = request.services;
  const userId = request.query('user.id');
  if (userId !== undefined) return indexed(assignments, reader, 'byUser', [userId]);
  if (target !== undefined) return indexed(assignments, reader, 'byTarget', [target]);
  return assignments.scan(reader);
}

/** What an assignment comes to: the role and those that it implies. */
function* withImplied(reader: Reader, held: AssignmentRow): IterableIterator<AssignmentRow> {
  yield held;
  for (const name of impliedRoleNames(roles.read(reader, held.roleId)?.name ?? '')) {
    const role = roleNamed(reader, name);
    if (role) yield { ...held, roleId: role.id };
  }
}

function assignmentView(
  { userId, target, roleId }: AssignmentRow,
  reader: Reader,
  withNames: boolean,
  base: string,
): object {
  const domainOf = (id: string): object => ({ id, name: domains.read(reader, id)?.name ?? id });
  const inDomain = (id: string, row: { readonly name: string; readonly domainId: string } | undefined): object =>
    withNames ? { id, name: row?.name ?? id, domain: domainOf(row?.domainId ?? DEFAULT_DOMAIN_ID) } : { id };
  const [kind, id = ''] = target.split(':');
  const scope =
    kind === 'project'
      ? { project: inDomain(id, projects.read(reader, id)) }
      : kind === 'domain'
        ? { domain: withNames ? domainOf(id) : { id } }
        : { system: { all: true } };
  const path = kind === 'system' ? 'system' : `${kind}s/${id}`;
  return {
    role: withNames ? { id: roleId, name: roles.read(reader, roleId)?.name ?? roleId } : { id: roleId },
    user: inDomain(userId, users.read(reader, userId)),
    scope,
    links: { assignment: `${base}/identity/v3/${path}/users/${userId}/roles/${roleId}` },
  };
}
