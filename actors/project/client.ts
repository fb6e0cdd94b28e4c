import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import type { ComputeError } from '../errors.ts';
import type { InstanceSpec, Requester } from '../instance/protocol.ts';
import { project } from './protocol.ts';
import type { SomeLimits } from './row.ts';

/**
 * Brings new instances into being, all or none. Answered when they are stored as BUILD; they then build themselves.
 * Errors: QuotaExceeded, MailboxFull, TimedOut, ShuttingDown.
 */
export const createInstances = (
  system: ActorSystem,
  specs: readonly InstanceSpec[],
  requester: Requester,
): Promise<Result<{ readonly instanceIds: readonly string[] }, ComputeError>> =>
  askCompute(system, project.at(requester.projectId), { type: 'createInstances', specs, requester });

/** A change of limits is answered with no instances. */
type Done = Promise<Result<{ readonly instanceIds: readonly string[] }, ComputeError>>;

/**
 * Sets limits of a project, or of a user in it (`userId`). Errors: QuotaLimitOutOfRange (not with `force`), MailboxFull,
 * TimedOut, ShuttingDown.
 */
export const setLimits = (
  system: ActorSystem,
  projectId: string,
  userId: string | null,
  limits: SomeLimits,
  force: boolean,
): Done => askCompute(system, project.at(projectId), { type: 'setLimits', userId, limits, force });

/** Forgets the limits set for a project (and its users), or for one user. Safe to repeat. */
export const forgetLimits = (system: ActorSystem, projectId: string, userId: string | null): Done =>
  askCompute(system, project.at(projectId), { type: 'forgetLimits', userId });
