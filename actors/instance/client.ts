import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import type { ComputeError } from '../errors.ts';
import { type InstanceChanges, instance, type Requester, type UserOperation } from './protocol.ts';

/** What is answered when an instance has taken a request. */
type Taken = Promise<Result<{ readonly instanceId: string }, ComputeError>>;

/**
 * Begins an operation on an instance. Answered when it is recorded; the operation then runs to its end by itself.
 * Errors: InstanceNotFound, InstanceInvalidState, InstanceIsLocked, InstanceNotReady, MailboxFull, TimedOut.
 */
export const beginOperation = (
  system: ActorSystem,
  instanceId: string,
  operation: UserOperation,
  requester: Requester,
): Taken => askCompute(system, instance.at(instanceId), { type: 'begin', operation, requester });

/** Changes what the user may change of an instance. Errors: InstanceNotFound, MailboxFull, TimedOut. */
export const updateInstance = (system: ActorSystem, instanceId: string, changes: InstanceChanges): Taken =>
  askCompute(system, instance.at(instanceId), { type: 'update', changes });
