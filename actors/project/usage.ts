import type { ComputeError, QuotaResource } from '../errors.ts';
import { type ProjectUsage, type QuotaLimits, type Usage, usageOfUser } from './row.ts';

/** What is used after a change of `sign` times `by`; never below nothing. */
export const plus = (usage: Usage, by: Usage, sign: 1 | -1): Usage => ({
  instances: Math.max(0, usage.instances + sign * by.instances),
  cores: Math.max(0, usage.cores + sign * by.cores),
  ramMib: Math.max(0, usage.ramMib + sign * by.ramMib),
});

/** A project's usage after one of its users has taken (sign 1) or given back (sign -1) something. */
export const counted = (usage: ProjectUsage, userId: string, by: Usage, sign: 1 | -1): ProjectUsage => {
  const { instances, cores, ramMib } = plus(usageOfUser(usage, userId), by, sign);
  const users = (usage.users ?? []).filter((user) => user.userId !== userId);
  if (instances > 0) users.push({ userId, instances, cores, ramMib });
  const all = plus(usage, by, sign);
  const { projectId } = usage;
  return { projectId, instances: all.instances, cores: all.cores, ramMib: all.ramMib, users };
};

/** Which limits `next` is over; null when it is within all. -1 is no limit. */
export function exceeded(limits: QuotaLimits, usage: Usage, next: Usage): ComputeError | null {
  const counts: readonly [QuotaResource, number, number, number][] = [
    ['cores', usage.cores, next.cores, limits.cores],
    ['instances', usage.instances, next.instances, limits.instances],
    ['ram', usage.ramMib, next.ramMib, limits.ramMib],
  ];
  const over = counts.filter(([, , wanted, limit]) => limit >= 0 && wanted > limit);
  if (over.length === 0) return null;
  return {
    code: 'QuotaExceeded',
    overs: over.map(([resource]) => resource),
    requested: over.map(([, used, wanted]) => wanted - used),
    used: over.map(([, used]) => used),
    allowed: over.map(([, , , limit]) => limit),
  };
}
