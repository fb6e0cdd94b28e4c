import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import type { ComputeError } from '../errors.ts';
import type { InstanceSpec, Requester } from '../instance/protocol.ts';
import { project } from './protocol.ts';

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
