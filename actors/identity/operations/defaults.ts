import type { Context } from '../../../runtime/context.ts';
import { failed, ok } from '../../../runtime/result.ts';
import { newIdentityId } from '../new-id.ts';
import type { IdentityReply } from '../protocol.ts';
import {
  type AssignmentTarget,
  assignmentId,
  assignments,
  DEFAULT_DOMAIN_ID,
  DEFAULT_ROLES,
  domains,
  identityRevision,
  type ProjectRow,
  projectNamed,
  projects,
  type RoleRow,
  roleNamed,
  roles,
  type UserRow,
  userNamed,
  users,
} from '../row.ts';

/** The projects of a first start, the administrator's own one first. */
const DEFAULT_PROJECTS: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'admin', description: 'For the administration of the cloud.' },
  { name: 'demo', description: 'For a first try.' },
];

const ADMIN_NAME = 'admin';

/** What the message says. */
export interface DefaultsWanted {
  readonly adminPasswordHash: string | null;
  readonly resetAdmin: boolean;
}

/**
 * Makes what a first start needs. What an operator deletes later stays deleted, unless the administrator is reset.
 * Errors: AdminPasswordNeeded.
 */
export function ensureDefaults({ adminPasswordHash, resetAdmin }: DefaultsWanted, ctx: Context): IdentityReply {
  const isFirstStart = identityRevision(ctx.rows) === 0;
  if (!isFirstStart && !resetAdmin) return ok(null);
  if (adminPasswordHash === null) return failed({ code: 'AdminPasswordNeeded' });
  if (isFirstStart) makeDomain(ctx);
  const madeRoles = DEFAULT_ROLES.map(({ name }) => roleNamed(ctx.rows, name) ?? makeRole(name, ctx));
  const madeProjects = DEFAULT_PROJECTS.map(
    ({ name, description }) =>
      projectNamed(ctx.rows, DEFAULT_DOMAIN_ID, name) ?? (isFirstStart ? makeProject(name, description, ctx) : null),
  ).filter((project) => project !== null);
  const adminRole = madeRoles.find((role) => role.name === 'admin');
  const admin = setAdmin(adminPasswordHash, madeProjects[0]?.id ?? null, ctx);
  const targets: AssignmentTarget[] = ['system', ...madeProjects.map(({ id }): AssignmentTarget => `project:${id}`)];
  for (const target of adminRole ? targets : []) {
    const row = { userId: admin.id, target, roleId: adminRole?.id ?? '' };
    ctx.put(assignments, assignmentId(row), row);
  }
  return ok({ type: 'user', user: admin });
}

function makeDomain(ctx: Context): void {
  const description = 'The domain of all projects and users.';
  ctx.put(domains, DEFAULT_DOMAIN_ID, { id: DEFAULT_DOMAIN_ID, name: 'Default', description, enabled: true });
}

function makeRole(name: string, ctx: Context): RoleRow {
  const row: RoleRow = { id: newIdentityId(ctx), name, description: null, immutable: true };
  ctx.put(roles, row.id, row);
  return row;
}

function makeProject(name: string, description: string, ctx: Context): ProjectRow {
  const domainId = DEFAULT_DOMAIN_ID;
  const row = { id: newIdentityId(ctx), name, domainId, description, enabled: true, tags: [], tokenGeneration: 0 };
  ctx.put(projects, row.id, row);
  return row;
}

/** The administrator with this password, enabled; the user is made when it is gone, else its old tokens end. */
function setAdmin(passwordHash: string, defaultProjectId: string | null, ctx: Context): UserRow {
  const before = userNamed(ctx.rows, DEFAULT_DOMAIN_ID, ADMIN_NAME);
  const row: UserRow = before
    ? { ...before, passwordHash, enabled: true, tokenGeneration: before.tokenGeneration + 1 }
    : {
        id: newIdentityId(ctx),
        name: ADMIN_NAME,
        domainId: DEFAULT_DOMAIN_ID,
        enabled: true,
        email: null,
        description: null,
        defaultProjectId,
        passwordHash,
        tokenGeneration: 0,
      };
  ctx.put(users, row.id, row);
  return row;
}
