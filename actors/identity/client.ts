import type { AskError, AskOutcome } from '../../runtime/message.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import type { IdentityError } from './errors.ts';
import { IDENTITY_LIMITS } from './limits.ts';
import {
  IDENTITY_ID,
  type IdentityMessage,
  type IdentityReply,
  type IdentityValue,
  identity,
  type NewApplicationCredential,
  type NewProject,
  type NewUser,
  type ProjectChanges,
  type RoleChanges,
  type UserChanges,
} from './protocol.ts';
import type { ApplicationCredentialRow, AssignmentRow, ProjectRow, RoleRow, UserRow } from './row.ts';

/** What the functions below need of the actor system. */
export type IdentitySystem = Pick<ActorSystem, 'ask'>;

/** How a command to the identity service ends: done, refused, or not reached. */
export type IdentityOutcome<Value> = Result<Value, IdentityError | AskError>;

/** Makes what a first start needs; see the message. Errors: AdminPasswordNeeded, AskError. Safe to repeat. */
export const ensureIdentityDefaults = (
  system: IdentitySystem,
  wanted: { readonly adminPasswordHash: string | null; readonly resetAdmin: boolean },
): Promise<IdentityOutcome<null>> => done(system, { type: 'ensureDefaults', ...wanted });

/** Makes a project. Errors: DomainNotFound, ProjectExists, AskError. */
export const createProject = async (
  system: IdentitySystem,
  project: NewProject,
): Promise<IdentityOutcome<ProjectRow>> => mapped(await ask(system, { type: 'createProject', project }), projectOf);

/** Changes a project. Errors: ProjectNotFound, ProjectExists, AskError. */
export const updateProject = async (
  system: IdentitySystem,
  projectId: string,
  changes: ProjectChanges,
): Promise<IdentityOutcome<ProjectRow>> =>
  mapped(await ask(system, { type: 'updateProject', projectId, changes }), projectOf);

/** Deletes a project, its assignments and application credentials. Errors: ProjectNotFound, AskError. */
export const deleteProject = (system: IdentitySystem, projectId: string): Promise<IdentityOutcome<null>> =>
  done(system, { type: 'deleteProject', projectId });

/** Makes a user. Errors: DomainNotFound, UserExists, AskError. */
export const createUser = async (system: IdentitySystem, user: NewUser): Promise<IdentityOutcome<UserRow>> =>
  mapped(await ask(system, { type: 'createUser', user }), userOf);

/** Changes a user. Errors: UserNotFound, UserExists, PasswordChangedMeanwhile, AskError. */
export const updateUser = async (
  system: IdentitySystem,
  userId: string,
  changes: UserChanges,
  expectedPasswordHash?: string,
): Promise<IdentityOutcome<UserRow>> => {
  const expected = expectedPasswordHash === undefined ? {} : { expectedPasswordHash };
  return mapped(await ask(system, { type: 'updateUser', userId, changes, ...expected }), userOf);
};

/** Deletes a user, its assignments and application credentials. Errors: UserNotFound, AskError. */
export const deleteUser = (system: IdentitySystem, userId: string): Promise<IdentityOutcome<null>> =>
  done(system, { type: 'deleteUser', userId });

/** Makes a role. Errors: RoleExists, AskError. */
export const createRole = async (
  system: IdentitySystem,
  role: { readonly name: string; readonly description: string | null },
): Promise<IdentityOutcome<RoleRow>> => mapped(await ask(system, { type: 'createRole', ...role }), roleOf);

/** Changes a role. Errors: RoleNotFound, RoleIsImmutable, RoleExists, AskError. */
export const updateRole = async (
  system: IdentitySystem,
  roleId: string,
  changes: RoleChanges,
): Promise<IdentityOutcome<RoleRow>> => mapped(await ask(system, { type: 'updateRole', roleId, changes }), roleOf);

/** Deletes a role and its assignments. Errors: RoleNotFound, RoleIsImmutable, AskError. */
export const deleteRole = (system: IdentitySystem, roleId: string): Promise<IdentityOutcome<null>> =>
  done(system, { type: 'deleteRole', roleId });

/** Gives a user a role. Errors: UserNotFound, RoleNotFound, ProjectNotFound, DomainNotFound, AskError. Safe to repeat. */
export const assignRole = (system: IdentitySystem, assignment: AssignmentRow): Promise<IdentityOutcome<null>> =>
  done(system, { type: 'assignRole', assignment });

/** Takes a role from a user. Errors: as `assignRole`, and RoleAssignmentNotFound. */
export const unassignRole = (system: IdentitySystem, assignment: AssignmentRow): Promise<IdentityOutcome<null>> =>
  done(system, { type: 'unassignRole', assignment });

/**
 * Makes an application credential. Errors: UserNotFound, ProjectNotFound, ApplicationCredentialExists,
 * ApplicationCredentialLimitExceeded, RoleNotAssigned, AskError.
 */
export const createApplicationCredential = async (
  system: IdentitySystem,
  credential: NewApplicationCredential,
): Promise<IdentityOutcome<ApplicationCredentialRow>> =>
  mapped(await ask(system, { type: 'createApplicationCredential', credential }), credentialOf);

/** Deletes an application credential. Errors: ApplicationCredentialNotFound, AskError. */
export const deleteApplicationCredential = (
  system: IdentitySystem,
  userId: string,
  applicationCredentialId: string,
): Promise<IdentityOutcome<null>> =>
  done(system, { type: 'deleteApplicationCredential', userId, applicationCredentialId });

/** Ends a token. Errors: AskError. Safe to repeat. */
export const revokeToken = (
  system: IdentitySystem,
  token: { readonly auditId: string; readonly expiresAtMs: number },
): Promise<IdentityOutcome<null>> => done(system, { type: 'revokeToken', ...token });

const ask = (system: IdentitySystem, message: IdentityMessage): Promise<AskOutcome<IdentityReply>> =>
  system.ask(identity.at(IDENTITY_ID), message, { deadlineMs: IDENTITY_LIMITS.askMs });

const done = async (system: IdentitySystem, message: IdentityMessage): Promise<IdentityOutcome<null>> => {
  const outcome = await ask(system, message);
  if (!outcome.ok) return outcome;
  return outcome.value.ok ? ok(null) : outcome.value;
};

function mapped<Value>(
  outcome: AskOutcome<IdentityReply>,
  pick: (value: IdentityValue) => Value | undefined,
): IdentityOutcome<Value> {
  if (!outcome.ok) return outcome;
  if (!outcome.value.ok) return outcome.value;
  const value = pick(outcome.value.value);
  return value === undefined
    ? failed({ code: 'HandlerFailed', reason: 'The reply is of another message.' })
    : ok(value);
}

const projectOf = (value: IdentityValue): ProjectRow | undefined =>
  value?.type === 'project' ? value.project : undefined;
const userOf = (value: IdentityValue): UserRow | undefined => (value?.type === 'user' ? value.user : undefined);
const roleOf = (value: IdentityValue): RoleRow | undefined => (value?.type === 'role' ? value.role : undefined);
const credentialOf = (value: IdentityValue): ApplicationCredentialRow | undefined =>
  value?.type === 'applicationCredential' ? value.credential : undefined;
