import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import type { ComputeError } from '../errors.ts';
import { CHECKS, type CheckName } from './checks.ts';
import { refusal } from './legality.ts';
import { OPERATIONS } from './operations/index.ts';
import {
  type AnnotationChange,
  type InstanceChanges,
  instance,
  type LockChange,
  type OperationRequest,
  type PortChange,
  type Requester,
  type UserOperation,
} from './protocol.ts';
import type { Instance } from './row.ts';

export { storageProblem } from './block-migration.ts';
export { hasGuestAgent, mustQuiesce } from './guest-agent.ts';
export { isRescuable, isStableRescue } from './rescue-device.ts';

/** What is answered when an instance has taken a request. */
type Taken = Promise<Result<{ readonly instanceId: string; readonly portId?: string }, ComputeError>>;

/**
 * Begins an operation on an instance. Answered when it is recorded; the operation then runs to its end by itself.
 * Errors: InstanceNotFound, InstanceInvalidState, InstanceIsLocked, InstanceNotReady, MailboxFull, TimedOut.
 */
export const beginOperation = (
  system: ActorSystem,
  instanceId: string,
  request: OperationRequest,
  requester: Requester,
): Taken => askCompute(system, instance.at(instanceId), { type: 'begin', ...request, requester });

/** Why an instance as it was read may not begin an operation, for what is checked before; null: it may. */
export const operationRefusal = (row: Instance, operation: UserOperation, isAdmin: boolean): ComputeError | null =>
  refusal(OPERATIONS[operation], row, isAdmin);

/** Why an instance as it was read does not allow something that is no operation; null: it does. */
export const checkRefusal = (row: Instance, check: CheckName, isAdmin: boolean): ComputeError | null =>
  refusal(CHECKS[check], row, isAdmin);

/** Gives an instance a state by order. Errors: InstanceNotFound, MailboxFull, TimedOut. */
export const resetInstanceState = (
  system: ActorSystem,
  instanceId: string,
  state: 'active' | 'error',
  requester: Requester,
): Taken => askCompute(system, instance.at(instanceId), { type: 'resetState', state, requester });

/**
 * Has the guest's kernel told to write a crash dump. Errors: InstanceNotFound, InstanceInvalidState, InstanceIsLocked,
 * InstanceNotReady, MailboxFull, TimedOut.
 */
export const triggerCrashDump = (system: ActorSystem, instanceId: string, requester: Requester): Taken =>
  askCompute(system, instance.at(instanceId), { type: 'triggerCrashDump', requester });

/** Changes what the user may change of an instance. Errors: InstanceNotFound, MailboxFull, TimedOut. */
export const updateInstance = (system: ActorSystem, instanceId: string, changes: InstanceChanges): Taken =>
  askCompute(system, instance.at(instanceId), { type: 'update', changes });

/**
 * Changes metadata or tags. Errors: InstanceNotFound, InstanceIsLocked, InstanceInvalidState, MetadataLimitExceeded,
 * TagLimitExceeded, MailboxFull, TimedOut. Safe to repeat.
 */
export const annotateInstance = (system: ActorSystem, instanceId: string, change: AnnotationChange): Taken =>
  askCompute(system, instance.at(instanceId), change);

/** Notes a change of a port. Errors: InstanceNotFound, InstanceIsLocked, InstanceInvalidState, MailboxFull, TimedOut. */
export const changeInstancePort = (system: ActorSystem, instanceId: string, change: PortChange): Taken =>
  askCompute(system, instance.at(instanceId), change);

/** Notes whether a volume goes with an instance. Errors: InstanceNotFound, VolumeNotFound, MailboxFull, TimedOut. */
export const keepVolume = (
  system: ActorSystem,
  instanceId: string,
  volumeId: string,
  deleteOnTermination: boolean,
): Taken => askCompute(system, instance.at(instanceId), { type: 'keepVolume', volumeId, deleteOnTermination });

/** Locks or unlocks an instance. Errors: InstanceNotFound, MailboxFull, TimedOut. */
export const lockInstance = (system: ActorSystem, instanceId: string, change: LockChange): Taken =>
  askCompute(system, instance.at(instanceId), change);

/**
 * Gives up a live migration, or has it come to its end by all means. Errors: InstanceNotFound, InvalidMigrationState,
 * MailboxFull, TimedOut.
 */
export const changeLiveMigration = (
  system: ActorSystem,
  instanceId: string,
  migration: number,
  what: 'abortMigration' | 'forceMigration',
  requester: Requester,
): Taken => askCompute(system, instance.at(instanceId), { type: what, migration, requester });
