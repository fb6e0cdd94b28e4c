import type { ComputeError } from '../errors.ts';
import type { Operation } from './operation.ts';
import type { Instance } from './row.ts';

/**
 * Why an operation may not begin, or null when it may. The checks and their order are Nova's
 * (`check_instance_lock`, `check_instance_host`, `check_instance_state` of `nova.compute.api`).
 */
export function refusal(
  operation: Pick<Operation, 'action' | 'from' | 'refusedAs'>,
  instance: Instance,
  isAdmin: boolean,
): ComputeError | null {
  const { from } = operation;
  const { id: instanceId } = instance;
  if (instance.deletedAtMs !== null) return { code: 'InstanceNotFound', instanceId };
  if (from.unlocked && instance.locked && !isAdmin) return { code: 'InstanceIsLocked', instanceId };
  if (from.placed && instance.host === null) return { code: 'InstanceNotReady', instanceId };
  const wrong = (attribute: 'vm_state' | 'task_state' | 'launched_at', state: string): ComputeError => ({
    code: 'InstanceInvalidState',
    instanceId,
    action: operation.refusedAs ?? operation.action,
    attribute,
    state,
  });
  if (from.vmState !== 'any' && !from.vmState.includes(instance.vmState)) return wrong('vm_state', instance.vmState);
  if (from.taskState !== 'any' && !from.taskState.includes(instance.taskState)) {
    return wrong('task_state', instance.taskState ?? 'None');
  }
  if (from.launched && instance.launchedAtMs === null) return wrong('launched_at', 'None');
  return null;
}
