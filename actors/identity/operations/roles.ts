import type { Context } from '../../../runtime/context.ts';
import { failed, ok } from '../../../runtime/result.ts';
import { newIdentityId } from '../new-id.ts';
import type { IdentityReply, RoleChanges } from '../protocol.ts';
import { assignments, indexed, type RoleRow, roleNamed, roles } from '../row.ts';
import { removeAssignment } from './assignments.ts';

/** Makes a role. Errors: RoleExists. */
export function createRole(name: string, description: string | null, ctx: Context): IdentityReply {
  if (roleNamed(ctx.rows, name)) return failed({ code: 'RoleExists', name });
  const row: RoleRow = { id: newIdentityId(ctx), name, description, immutable: false };
  ctx.put(roles, row.id, row);
  return ok({ type: 'role', role: row });
}

/** Changes a role. Errors: RoleNotFound, RoleIsImmutable, RoleExists. */
export function updateRole(roleId: string, changes: RoleChanges, ctx: Context): IdentityReply {
  const before = roles.read(ctx.rows, roleId);
  if (!before) return failed({ code: 'RoleNotFound', roleId });
  if (before.immutable) return failed({ code: 'RoleIsImmutable', roleId });
  const row: RoleRow = { ...before, ...changes };
  if (row.name !== before.name && roleNamed(ctx.rows, row.name)) return failed({ code: 'RoleExists', name: row.name });
  ctx.put(roles, roleId, row);
  return ok({ type: 'role', role: row });
}

/** Deletes a role with its assignments. Errors: RoleNotFound, RoleIsImmutable. */
export function deleteRole(roleId: string, ctx: Context): IdentityReply {
  const role = roles.read(ctx.rows, roleId);
  if (!role) return failed({ code: 'RoleNotFound', roleId });
  if (role.immutable) return failed({ code: 'RoleIsImmutable', roleId });
  for (const row of [...indexed(assignments, ctx.rows, 'byRole', [roleId])]) removeAssignment(row, ctx);
  ctx.put(roles, roleId, undefined);
  return ok(null);
}
