import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { IdentityError } from './errors.ts';
import type { ApplicationCredentialRow, AssignmentRow, ProjectRow, RoleRow, UserRow } from './row.ts';

export type { IdentityError } from './errors.ts';
export { IDENTITY_LIMITS } from './limits.ts';

/** What a new project is made of. */
export type NewProject = Pick<ProjectRow, 'name' | 'domainId' | 'description' | 'enabled' | 'tags'>;
/** What can be changed of a project; what is absent stays. */
export type ProjectChanges = Partial<Pick<ProjectRow, 'name' | 'description' | 'enabled' | 'tags'>>;
/** What a new user is made of. The password is hashed before: a handler is never given one. */
export type NewUser = Omit<UserRow, 'id' | 'tokenGeneration'>;
/** What can be changed of a user; what is absent stays. */
export type UserChanges = Partial<Omit<NewUser, 'domainId'>>;
/** What can be changed of a role; what is absent stays. */
export type RoleChanges = Partial<Pick<RoleRow, 'name' | 'description'>>;
/** What a new application credential is made of; without roles it has all that the user holds on the project. */
export type NewApplicationCredential = Omit<ApplicationCredentialRow, 'id' | 'roleIds'> & {
  readonly roleIds: readonly string[] | null;
};

/** What the identity service can be told. Each message is all or nothing, and counts the revision up if it changed something. */
export type IdentityMessage =
  /**
   * Makes the domain, roles, projects and the administrator of a first start; afterwards changes nothing, unless
   * `resetAdmin`: then the administrator gets this password, is enabled and has the role admin everywhere again.
   */
  | { readonly type: 'ensureDefaults'; readonly adminPasswordHash: string | null; readonly resetAdmin: boolean }
  /** Makes a project. */
  | { readonly type: 'createProject'; readonly project: NewProject }
  /** Changes a project; disabling it ends its tokens for good. */
  | { readonly type: 'updateProject'; readonly projectId: string; readonly changes: ProjectChanges }
  /** Deletes a project with the roles held on it and its application credentials. */
  | { readonly type: 'deleteProject'; readonly projectId: string }
  /** Makes a user. */
  | { readonly type: 'createUser'; readonly user: NewUser }
  /**
   * Changes a user; a new password or being disabled ends the user's tokens. With `expectedPasswordHash` only if the
   * password is still that one: what was checked before is what is replaced.
   */
  | {
      readonly type: 'updateUser';
      readonly userId: string;
      readonly changes: UserChanges;
      readonly expectedPasswordHash?: string;
    }
  /** Deletes a user with the roles it holds and its application credentials. */
  | { readonly type: 'deleteUser'; readonly userId: string }
  /** Makes a role. */
  | { readonly type: 'createRole'; readonly name: string; readonly description: string | null }
  /** Changes a role. */
  | { readonly type: 'updateRole'; readonly roleId: string; readonly changes: RoleChanges }
  /** Deletes a role; nobody holds it any more. */
  | { readonly type: 'deleteRole'; readonly roleId: string }
  /** Gives a user a role on a target. Repeating it changes nothing. */
  | { readonly type: 'assignRole'; readonly assignment: AssignmentRow }
  /** Takes a role from a user; tokens that have no other role lose their scope, thus end. */
  | { readonly type: 'unassignRole'; readonly assignment: AssignmentRow }
  /** Makes an application credential. */
  | { readonly type: 'createApplicationCredential'; readonly credential: NewApplicationCredential }
  /** Deletes an application credential of a user; its tokens end. */
  | { readonly type: 'deleteApplicationCredential'; readonly userId: string; readonly applicationCredentialId: string }
  /** Ends one token before its time. Repeating it changes nothing. */
  | { readonly type: 'revokeToken'; readonly auditId: string; readonly expiresAtMs: number };

/** What was made or changed; null for what is gone or has no row to show. */
export type IdentityValue =
  | { readonly type: 'project'; readonly project: ProjectRow }
  | { readonly type: 'user'; readonly user: UserRow }
  | { readonly type: 'role'; readonly role: RoleRow }
  | { readonly type: 'applicationCredential'; readonly credential: ApplicationCredentialRow }
  | null;

export type IdentityReply = Result<IdentityValue, IdentityError>;

/** The identity service: one actor, `identity/main`. */
export const identity = protocol<IdentityMessage, IdentityReply>('identity');

/** Its only id. */
export const IDENTITY_ID = 'main';
