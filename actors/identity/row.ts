import type { Reader } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';

/** A domain. There is one, `default`: an appliance has one owner. */
export interface DomainRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
}

/** A project: who owns servers, images and networks. */
export interface ProjectRow {
  /** 32 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  /** Counts what ends the tokens of the project: a token carries the number it was issued under. */
  readonly tokenGeneration: number;
}

/** A user. */
export interface UserRow {
  /** 32 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly enabled: boolean;
  readonly email: string | null;
  readonly description: string | null;
  /** The project that a token is for when its request names no scope. May be gone. */
  readonly defaultProjectId: string | null;
  /** As http/identity/passwords.ts makes it; null: nobody can log in with a password. */
  readonly passwordHash: string | null;
  /** Counts what ends the user's tokens: a new password, being disabled. A token carries the number it was issued under. */
  readonly tokenGeneration: number;
}

/** A role. What it permits is in the policies of the services. */
export interface RoleRow {
  /** 32 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Whether it can be neither renamed nor deleted. */
  readonly immutable: boolean;
}

/** What a role is held on: `project:<id>`, `domain:<id>` or `system`. */
export type AssignmentTarget = `project:${string}` | `domain:${string}` | 'system';

/** A user holds a role on a target. */
export interface AssignmentRow {
  readonly userId: string;
  readonly target: AssignmentTarget;
  readonly roleId: string;
}

/** A secret of a user that programs log in with: for one project, with some of the user's roles there. */
export interface ApplicationCredentialRow {
  /** 32 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly projectId: string;
  readonly description: string | null;
  readonly secretHash: string;
  readonly roleIds: readonly string[];
  /** Milliseconds since 1970; null: never. */
  readonly expiresAtMs: number | null;
  /** Whether its tokens may manage application credentials. */
  readonly unrestricted: boolean;
}

/** A token that was revoked, kept until it would have expired. */
export interface RevocationRow {
  readonly auditId: string;
  readonly expiresAtMs: number;
}

/** What the service knows about itself, in the row `main`. */
export interface IdentityStateRow {
  /** Grows with every change: a token that was valid under a revision is valid as long as it stands. */
  readonly revision: number;
}

export const domains = table<DomainRow>({ name: 'identity_domain' });

export const projects = table<ProjectRow, 'byName'>({
  name: 'identity_project',
  indexes: { byName: (row) => [row.domainId, row.name] },
});

export const users = table<UserRow, 'byName'>({
  name: 'identity_user',
  indexes: { byName: (row) => [row.domainId, row.name] },
});

export const roles = table<RoleRow, 'byName'>({
  name: 'identity_role',
  indexes: { byName: (row) => [row.name] },
});

/** Ids are made by `assignmentId`. */
export const assignments = table<AssignmentRow, 'byUser' | 'byTarget' | 'byRole'>({
  name: 'identity_assignment',
  indexes: {
    byUser: (row) => [row.userId, row.target],
    byTarget: (row) => [row.target],
    byRole: (row) => [row.roleId],
  },
});

export const applicationCredentials = table<ApplicationCredentialRow, 'byUser' | 'byProject'>({
  name: 'identity_application_credential',
  indexes: { byUser: (row) => [row.userId, row.name], byProject: (row) => [row.projectId] },
});

/** Ids are audit ids. */
export const revocations = table<RevocationRow, 'byExpiry'>({
  name: 'identity_revocation',
  indexes: { byExpiry: (row) => [String(Math.trunc(row.expiresAtMs)).padStart(13, '0')] },
});

export const identityState = table<IdentityStateRow>({ name: 'identity_state' });

/** The id of the one row of `identityState`. */
export const IDENTITY_STATE_ID = 'main';

/** The id of the one domain. */
export const DEFAULT_DOMAIN_ID = 'default';

/** The id of an assignment: equal assignments are one row. */
export const assignmentId = ({ userId, target, roleId }: AssignmentRow): string => `${userId}:${target}:${roleId}`;

/** The row with exactly this name; undefined when there is none. */
export function projectNamed(reader: Reader, domainId: string, name: string): ProjectRow | undefined {
  for (const id of projects.ids(reader, 'byName', [domainId, name], { limit: 1 })) return projects.read(reader, id);
  return undefined;
}

/** The user with exactly this name; undefined when there is none. */
export function userNamed(reader: Reader, domainId: string, name: string): UserRow | undefined {
  for (const id of users.ids(reader, 'byName', [domainId, name], { limit: 1 })) return users.read(reader, id);
  return undefined;
}

/** The role with exactly this name; undefined when there is none. */
export function roleNamed(reader: Reader, name: string): RoleRow | undefined {
  for (const id of roles.ids(reader, 'byName', [name], { limit: 1 })) return roles.read(reader, id);
  return undefined;
}

/** The revision that the rows stand at; 0 before the defaults were made. */
export const identityRevision = (reader: Reader): number =>
  identityState.read(reader, IDENTITY_STATE_ID)?.revision ?? 0;

/** The rows of an index's entries that start with these parts, read one by one. */
export function* indexed<Row, Index extends string>(
  from: {
    ids(reader: Reader, index: Index, parts: readonly string[]): Iterable<string>;
    read(reader: Reader, id: string): Row | undefined;
  },
  reader: Reader,
  index: Index,
  parts: readonly string[],
): IterableIterator<Row> {
  for (const id of from.ids(reader, index, parts)) {
    const row = from.read(reader, id);
    if (row !== undefined) yield row;
  }
}

/**
 * The roles that the services' policies are about, each with the one that it implies. Keystone's bootstrap makes the
 * same: admin > manager > member > reader, and service beside them.
 */
export const DEFAULT_ROLES: readonly { readonly name: string; readonly implies: string | null }[] = [
  { name: 'admin', implies: 'manager' },
  { name: 'manager', implies: 'member' },
  { name: 'member', implies: 'reader' },
  { name: 'reader', implies: null },
  { name: 'service', implies: null },
];

const IMPLIES: ReadonlyMap<string, string | null> = new Map(DEFAULT_ROLES.map((role) => [role.name, role.implies]));

/** A role and all that it implies, by name. */
export function impliedRoleNames(name: string): readonly string[] {
  const all = [name];
  for (let next = IMPLIES.get(name); next; next = IMPLIES.get(next)) all.push(next);
  return all;
}

/** The roles that a user has on a target: those it holds and those they imply, sorted by name. */
export function effectiveRoles(reader: Reader, userId: string, target: AssignmentTarget): readonly RoleRow[] {
  const found = new Map<string, RoleRow>();
  for (const { roleId } of indexed(assignments, reader, 'byUser', [userId, target])) {
    const held = roles.read(reader, roleId);
    if (!held) continue;
    found.set(held.name, held);
    for (const name of impliedRoleNames(held.name)) {
      const role = found.get(name) ?? roleNamed(reader, name);
      if (role) found.set(name, role);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
