import type { Context } from '../../../runtime/context.ts';
import { failed, ok } from '../../../runtime/result.ts';
import { IDENTITY_LIMITS } from '../limits.ts';
import { newIdentityId } from '../new-id.ts';
import type { IdentityReply, NewApplicationCredential } from '../protocol.ts';
import { type ApplicationCredentialRow, applicationCredentials, effectiveRoles, projects, users } from '../row.ts';

/**
 * Makes an application credential. Errors: UserNotFound, ProjectNotFound, ApplicationCredentialExists,
 * ApplicationCredentialLimitExceeded, RoleNotAssigned.
 */
export function createApplicationCredential(wanted: NewApplicationCredential, ctx: Context): IdentityReply {
  const { userId, projectId, name } = wanted;
  if (!users.read(ctx.rows, userId)) return failed({ code: 'UserNotFound', userId });
  if (!projects.read(ctx.rows, projectId)) return failed({ code: 'ProjectNotFound', projectId });
  let count = 0;
  for (const id of applicationCredentials.ids(ctx.rows, 'byUser', [userId])) {
    count += 1;
    if (applicationCredentials.read(ctx.rows, id)?.name === name) {
      return failed({ code: 'ApplicationCredentialExists', name, userId });
    }
  }
  const allowed = IDENTITY_LIMITS.applicationCredentialsMax;
  if (count >= allowed) return failed({ code: 'ApplicationCredentialLimitExceeded', allowed });
  const held = effectiveRoles(ctx.rows, userId, `project:${projectId}`).map((role) => role.id);
  const roleIds = wanted.roleIds ?? held;
  const foreign = roleIds.find((id) => !held.includes(id));
  if (foreign !== undefined || roleIds.length === 0) return failed({ code: 'RoleNotAssigned', roleId: foreign ?? '' });
  const credential: ApplicationCredentialRow = { ...wanted, id: newIdentityId(ctx), roleIds: [...new Set(roleIds)] };
  ctx.put(applicationCredentials, credential.id, credential);
  return ok({ type: 'applicationCredential', credential });
}

/** Deletes an application credential of this user. Errors: ApplicationCredentialNotFound. */
export function deleteApplicationCredential(userId: string, id: string, ctx: Context): IdentityReply {
  const row = applicationCredentials.read(ctx.rows, id);
  if (row?.userId !== userId) return failed({ code: 'ApplicationCredentialNotFound', applicationCredentialId: id });
  ctx.put(applicationCredentials, id, undefined);
  return ok(null);
}
