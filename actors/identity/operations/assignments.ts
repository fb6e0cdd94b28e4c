import type { Context } from '../../../runtime/context.ts';
import { failed, ok } from '../../../runtime/result.ts';
import type { IdentityError } from '../errors.ts';
import type { IdentityReply } from '../protocol.ts';
import { type AssignmentRow, assignmentId, assignments, domains, projects, roles, users } from '../row.ts';

/** Gives a user a role. Errors: UserNotFound, RoleNotFound, ProjectNotFound, DomainNotFound. */
export function assignRole(row: AssignmentRow, ctx: Context): IdentityReply {
  const missing = missingPart(row, ctx);
  if (missing) return failed(missing);
  ctx.put(assignments, assignmentId(row), { userId: row.userId, target: row.target, roleId: row.roleId });
  return ok(null);
}

/** Takes a role from a user. Errors: as `assignRole`, and RoleAssignmentNotFound. */
export function unassignRole(row: AssignmentRow, ctx: Context): IdentityReply {
  const missing = missingPart(row, ctx);
  if (missing) return failed(missing);
  if (!assignments.read(ctx.rows, assignmentId(row))) return failed({ code: 'RoleAssignmentNotFound', ...row });
  removeAssignment(row, ctx);
  return ok(null);
}

/** Removes an assignment. */
export function removeAssignment(row: AssignmentRow, ctx: Context): void {
  ctx.put(assignments, assignmentId(row), undefined);
}

/** Which of user, role and target does not exist; null when all do. */
function missingPart({ userId, target, roleId }: AssignmentRow, { rows }: Context): IdentityError | null {
  if (!users.read(rows, userId)) return { code: 'UserNotFound', userId };
  if (!roles.read(rows, roleId)) return { code: 'RoleNotFound', roleId };
  const [kind, ...rest] = target.split(':');
  const id = rest.join(':');
  if (kind === 'project' && !projects.read(rows, id)) return { code: 'ProjectNotFound', projectId: id };
  if (kind === 'domain' && !domains.read(rows, id)) return { code: 'DomainNotFound', domainId: id };
  return null;
}
