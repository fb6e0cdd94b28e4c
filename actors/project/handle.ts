import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { ComputeError, QuotaResource } from '../errors.ts';
import { instance } from '../instance/protocol.ts';
import type { ProjectMessage } from './protocol.ts';
import type { ProjectUsage, QuotaLimits } from './row.ts';

/** Handles one message of a project, under these limits. */
export function handleUnder(limits: QuotaLimits) {
  return (usage: ProjectUsage, message: ProjectMessage, ctx: Context): ProjectUsage => {
    switch (message.type) {
      case 'createInstances':
        return createInstances(limits, usage, message, ctx);
      case 'release':
        return {
          ...usage,
          instances: Math.max(0, usage.instances - message.instances),
          cores: Math.max(0, usage.cores - message.cores),
          ramMib: Math.max(0, usage.ramMib - message.ramMib),
        };
    }
  };
}

function createInstances(
  limits: QuotaLimits,
  usage: ProjectUsage,
  message: ProjectMessage & { type: 'createInstances' },
  ctx: Context,
): ProjectUsage {
  const next = { ...usage };
  for (const { flavor } of message.specs) {
    next.instances += 1;
    next.cores += flavor.vcpus;
    next.ramMib += flavor.memoryMib;
  }
  const error = exceeded(limits, usage, next);
  if (error) {
    ctx.reply(failed(error));
    return usage;
  }
  for (const spec of message.specs) {
    ctx.tell(instance.at(spec.id), { type: 'create', spec, requester: message.requester });
  }
  ctx.reply(ok({ instanceIds: message.specs.map((spec) => spec.id) }));
  return next;
}

/** Which limits `next` is over; null when it is within all. -1 is no limit. */
function exceeded(limits: QuotaLimits, usage: ProjectUsage, next: ProjectUsage): ComputeError | null {
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
