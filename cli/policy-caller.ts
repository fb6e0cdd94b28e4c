import { SettingsRefused } from '../composition/settings.ts';
import type { Caller } from '../drivers/identity.ts';
import { NO_OWNER, ownTarget, type PolicyTarget } from '../http/policy.ts';

/** A caller as flags describe one. */
export interface GivenCaller {
  readonly roles: string | undefined;
  readonly project: string | undefined;
  readonly user: string | undefined;
  readonly isSystem: boolean;
}

/** Roles and what they imply, as the identity service has it. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  admin: ['manager', 'member', 'reader'],
  manager: ['member', 'reader'],
  member: ['reader'],
};

/** A caller with these roles and what they imply. Throws SettingsRefused for a project beside the system's scope. */
export function callerOf({ roles = 'member', project, user = 'u', isSystem }: GivenCaller): Caller {
  if (isSystem && project !== undefined)
    throw new SettingsRefused(
      'A token is for a project or for the system: --project and --system-scope exclude each other.',
    );
  const named = roles
    .split(',')
    .map((role) => role.trim().toLowerCase())
    .filter((role) => role !== '');
  const held = new Set(named.flatMap((role) => [role, ...(IMPLIED[role] ?? [])]));
  const projectId = isSystem ? null : (project ?? 'p');
  return {
    userId: user,
    userName: user,
    projectId,
    projectName: projectId,
    domainId: null,
    roles: [...held],
    isAdmin: held.has('admin'),
    systemScope: isSystem ? 'all' : null,
  };
}

/** The target that `--target` describes; without one what is the caller's own. Throws SettingsRefused. */
export function targetOf(given: readonly string[] | undefined, caller: Caller): PolicyTarget {
  if (given === undefined) return ownTarget(caller);
  if (given.length === 1 && given[0] === 'none') return NO_OWNER;
  return Object.fromEntries(
    given.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals <= 0)
        throw new SettingsRefused(`--target ${pair}: expected NAME=VALUE, such as project_id=p, or none.`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
