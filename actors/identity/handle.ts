import type { Context } from '../../runtime/context.ts';
import { createApplicationCredential, deleteApplicationCredential } from './operations/application-credentials.ts';
import { assignRole, unassignRole } from './operations/assignments.ts';
import { ensureDefaults } from './operations/defaults.ts';
import { createProject, deleteProject, updateProject } from './operations/projects.ts';
import { createRole, deleteRole, updateRole } from './operations/roles.ts';
import { revokeToken } from './operations/tokens.ts';
import { createUser, deleteUser, updateUser } from './operations/users.ts';
import type { IdentityMessage, IdentityReply } from './protocol.ts';
import { IDENTITY_STATE_ID, identityRevision, identityState } from './row.ts';

/** Handles one message and answers it. All state is in the rows; what was done counts the revision up. */
export function handleIdentity(state: null, message: IdentityMessage, ctx: Context): null {
  const revision = identityRevision(ctx.rows);
  const reply = replyTo(message, ctx);
  if (reply.ok) ctx.put(identityState, IDENTITY_STATE_ID, { revision: revision + 1 });
  ctx.reply(reply);
  return state;
}

function replyTo(message: IdentityMessage, ctx: Context): IdentityReply {
  switch (message.type) {
    case 'ensureDefaults':
      return ensureDefaults(message, ctx);
    case 'createProject':
      return createProject(message.project, ctx);
    case 'updateProject':
      return updateProject(message.projectId, message.changes, ctx);
    case 'deleteProject':
      return deleteProject(message.projectId, ctx);
    case 'createUser':
      return createUser(message.user, ctx);
    case 'updateUser':
      return updateUser(message, ctx);
    case 'deleteUser':
      return deleteUser(message.userId, ctx);
    case 'createRole':
      return createRole(message.name, message.description, ctx);
    case 'updateRole':
      return updateRole(message.roleId, message.changes, ctx);
    case 'deleteRole':
      return deleteRole(message.roleId, ctx);
    case 'assignRole':
      return assignRole(message.assignment, ctx);
    case 'unassignRole':
      return unassignRole(message.assignment, ctx);
    case 'createApplicationCredential':
      return createApplicationCredential(message.credential, ctx);
    case 'deleteApplicationCredential':
      return deleteApplicationCredential(message.userId, message.applicationCredentialId, ctx);
    case 'revokeToken':
      return revokeToken(message.auditId, message.expiresAtMs, ctx);
  }
}
