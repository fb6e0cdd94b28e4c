import type { Context } from '../../../runtime/context.ts';
import { failed, ok } from '../../../runtime/result.ts';
import { newIdentityId } from '../new-id.ts';
import type { IdentityReply, NewUser, UserChanges } from '../protocol.ts';
import { applicationCredentials, assignments, domains, indexed, type UserRow, userNamed, users } from '../row.ts';
import { removeAssignment } from './assignments.ts';

/** Makes a user. Errors: DomainNotFound, UserExists. */
export function createUser(user: NewUser, ctx: Context): IdentityReply {
  if (!domains.read(ctx.rows, user.domainId)) return failed({ code: 'DomainNotFound', domainId: user.domainId });
  if (userNamed(ctx.rows, user.domainId, user.name)) return taken(user);
  const row: UserRow = { ...user, id: newIdentityId(ctx), tokenGeneration: 0 };
  ctx.put(users, row.id, row);
  return ok({ type: 'user', user: row });
}

/** What `updateUser` is told. */
export interface UserUpdate {
  readonly userId: string;
  readonly changes: UserChanges;
  readonly expectedPasswordHash?: string;
}

/** Changes a user. Errors: UserNotFound, UserExists, PasswordChangedMeanwhile. */
export function updateUser({ userId, changes, expectedPasswordHash }: UserUpdate, ctx: Context): IdentityReply {
  const before = users.read(ctx.rows, userId);
  if (!before) return failed({ code: 'UserNotFound', userId });
  if (expectedPasswordHash !== undefined && before.passwordHash !== expectedPasswordHash) {
    return failed({ code: 'PasswordChangedMeanwhile', userId });
  }
  const changed = { ...before, ...changes };
  if (changed.name !== before.name && userNamed(ctx.rows, before.domainId, changed.name)) return taken(changed);
  const ends = changed.passwordHash !== before.passwordHash || (before.enabled && !changed.enabled);
  const row: UserRow = { ...changed, tokenGeneration: before.tokenGeneration + (ends ? 1 : 0) };
  ctx.put(users, userId, row);
  return ok({ type: 'user', user: row });
}

/** Deletes a user and what is only about it. Errors: UserNotFound. */
export function deleteUser(userId: string, ctx: Context): IdentityReply {
  if (!users.read(ctx.rows, userId)) return failed({ code: 'UserNotFound', userId });
  for (const row of [...indexed(assignments, ctx.rows, 'byUser', [userId])]) removeAssignment(row, ctx);
  for (const id of [...applicationCredentials.ids(ctx.rows, 'byUser', [userId])]) {
    ctx.put(applicationCredentials, id, undefined);
  }
  ctx.put(users, userId, undefined);
  return ok(null);
}

const taken = ({ name, domainId }: { readonly name: string; readonly domainId: string }): IdentityReply =>
  failed({ code: 'UserExists', name, domainId });
