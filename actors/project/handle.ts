import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { CELL_MAPPING_MAIN, cellMapping } from '../cell-mapping/protocol.ts';
import { ownCell } from '../cell-mapping/row.ts';
import type { ComputeError } from '../errors.ts';
import { instance } from '../instance/protocol.ts';
import type { ProjectMessage } from './protocol.ts';
import {
  limitsOfProject,
  limitsOfUser,
  ownLimitsOf,
  type ProjectLimits,
  type ProjectUsage,
  projectLimits,
  type QuotaLimits,
  type SomeLimits,
  type Usage,
  usageOfUser,
} from './row.ts';
import { limitRefusal } from './settable.ts';
import { counted, exceeded, plus } from './usage.ts';

/** Handles one message of a project, under these limits where no others were set. */
export function handleUnder(configured: QuotaLimits) {
  return (usage: ProjectUsage, message: ProjectMessage, ctx: Context): ProjectUsage => {
    switch (message.type) {
      case 'createInstances':
        return createInstances(configured, usage, message, ctx);
      case 'reserve':
        return reserve(configured, usage, message, ctx);
      case 'release':
        return counted(usage, message.userId, message, -1);
      case 'setLimits': {
        const { userId, limits, force } = message;
        const error = force ? null : limitRefusal(limits, userId, usage, configured, ctx.rows);
        if (error === null) setLimits(usage.projectId, userId, limits, ctx);
        ctx.reply(error === null ? ok({ instanceIds: [] }) : failed(error));
        return usage;
      }
      case 'forgetLimits':
        forgetLimits(usage.projectId, message.userId, ctx);
        ctx.reply(ok({ instanceIds: [] }));
        return usage;
      default:
        return assertNever(message);
    }
  };
}

function createInstances(
  configured: QuotaLimits,
  usage: ProjectUsage,
  message: ProjectMessage & { type: 'createInstances' },
  ctx: Context,
): ProjectUsage {
  const { specs, requester } = message;
  const { userId } = requester;
  const wanted: Usage = {
    instances: specs.length,
    cores: specs.reduce((sum, { flavor }) => sum + flavor.vcpus, 0),
    ramMib: specs.reduce((sum, { flavor }) => sum + flavor.memoryMib, 0),
  };
  const error = refusalOf(configured, usage, userId, wanted, ctx);
  if (error) {
    ctx.reply(failed(error));
    return usage;
  }
  const { asker } = ctx;
  const instanceIds = specs.map((spec) => spec.id);
  if (specs.length > 0 && ownCell(ctx.rows) !== undefined) {
    ctx.tell(cellMapping.at(CELL_MAPPING_MAIN), { type: 'place', specs, requester, asker });
    return counted(usage, userId, wanted, 1);
  }
  // The last of them answers: whoever is told of an instance must find it, and a full batch may leave some to the next one.
  specs.forEach((spec, at) => {
    const isLast = at === specs.length - 1 && asker !== null;
    const create = { type: 'create', spec, requester } as const;
    ctx.tell(instance.at(spec.id), isLast ? { ...create, answer: { asker, instanceIds } } : create);
  });
  if (specs.length === 0) ctx.reply(ok({ instanceIds }));
  return counted(usage, userId, wanted, 1);
}

/** Reserves what an instance needs beside what it has, and lets it begin. */
function reserve(
  configured: QuotaLimits,
  usage: ProjectUsage,
  { instanceId, userId, begin }: ProjectMessage & { type: 'reserve' },
  ctx: Context,
): ProjectUsage {
  const { cores, ramMib, asker } = begin.reserved;
  const wanted: Usage = { instances: 0, cores, ramMib };
  const error = refusalOf(configured, usage, userId, wanted, ctx);
  if (error) {
    ctx.replyTo(asker, failed(error));
    return usage;
  }
  ctx.tell(instance.at(instanceId), begin);
  return counted(usage, userId, wanted, 1);
}

/** Why a project, or one of its users, cannot use so much more; null: there is room. */
function refusalOf(
  configured: QuotaLimits,
  usage: ProjectUsage,
  userId: string,
  wanted: Usage,
  ctx: Context,
): ComputeError | null {
  const ofUser = usageOfUser(usage, userId);
  return (
    exceeded(limitsOfProject(ctx.rows, configured, usage.projectId), usage, plus(usage, wanted, 1)) ??
    exceeded(limitsOfUser(ctx.rows, configured, usage.projectId, userId), ofUser, plus(ofUser, wanted, 1))
  );
}

const limitsRow = (projectId: string, ctx: Context): ProjectLimits =>
  projectLimits.read(ctx.rows, projectId) ?? { projectId, limits: {}, users: [] };

const usersWithout = ({ users }: ProjectLimits, userId: string): ProjectLimits['users'] =>
  users.filter((user) => user.userId !== userId);

function setLimits(projectId: string, userId: string | null, limits: SomeLimits, ctx: Context): void {
  const row = limitsRow(projectId, ctx);
  const next =
    userId === null
      ? { ...row, limits: { ...row.limits, ...limits } }
      : {
          ...row,
          users: [...usersWithout(row, userId), { userId, limits: { ...ownLimitsOf(row, userId), ...limits } }],
        };
  ctx.put(projectLimits, projectId, next);
}

function forgetLimits(projectId: string, userId: string | null, ctx: Context): void {
  if (userId === null) {
    ctx.put(projectLimits, projectId, undefined);
    return;
  }
  const row = limitsRow(projectId, ctx);
  ctx.put(projectLimits, projectId, { ...row, users: usersWithout(row, userId) });
}
