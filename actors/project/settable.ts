import type { Reader } from '../../runtime/store.ts';
import type { ComputeError } from '../errors.ts';
import { serverGroups } from '../registry/row.ts';
import {
  type AllLimits,
  LIMIT_NAMES,
  limitsOfProject,
  ownLimitsOf,
  type ProjectLimits,
  type ProjectUsage,
  projectLimits,
  type QuotaLimits,
  type SomeLimits,
  usageOfUser,
} from './row.ts';

const RESOURCES = Object.keys(LIMIT_NAMES).filter((key): key is keyof AllLimits => key in LIMIT_NAMES);

/**
 * Why a limit cannot be set, or null. A project's may not be below what it has used or given to its users, a user's not
 * below what the user has and not above what the project has left. Nova: `get_settable_quotas` (nova/quota.py).
 */
export function limitRefusal(
  wanted: SomeLimits,
  userId: string | null,
  usage: ProjectUsage,
  configured: QuotaLimits,
  rows: Reader,
): ComputeError | null {
  const row = projectLimits.read(rows, usage.projectId);
  const ofProject = limitsOfProject(rows, configured, usage.projectId);
  for (const resource of RESOURCES) {
    const limit = wanted[resource];
    if (limit === undefined) continue;
    const name = LIMIT_NAMES[resource];
    const given = givenToUsers(row, resource);
    const inUse = userId === null ? usedByProject(resource, usage, rows) : usedByUser(resource, usage, userId);
    const minimum = userId === null ? Math.max(inUse, given) : inUse;
    if (limit !== -1 && limit < minimum)
      return { code: 'QuotaLimitOutOfRange', resource: name, limit, bound: 'minimum', value: minimum };
    if (userId === null || ofProject[resource] === -1) continue;
    const maximum = ofProject[resource] - given + (ownLimitsOf(row, userId)[resource] ?? 0);
    if (limit === -1 || limit > maximum)
      return { code: 'QuotaLimitOutOfRange', resource: name, limit, bound: 'maximum', value: maximum };
  }
  return null;
}

const givenToUsers = (row: ProjectLimits | undefined, resource: keyof AllLimits): number =>
  (row?.users ?? []).reduce((sum, { limits }) => sum + Math.max(0, limits[resource] ?? 0), 0);

function usedByProject(resource: keyof AllLimits, usage: ProjectUsage, rows: Reader): number {
  if (resource === 'instances' || resource === 'cores' || resource === 'ramMib') return usage[resource];
  if (resource !== 'serverGroups') return 0;
  let count = 0;
  for (const _ of serverGroups.ids(rows, 'byProject', [usage.projectId])) count++;
  return count;
}

function usedByUser(resource: keyof AllLimits, usage: ProjectUsage, userId: string): number {
  return resource === 'instances' || resource === 'cores' || resource === 'ramMib'
    ? usageOfUser(usage, userId)[resource]
    : 0;
}
