import { cell } from '../../cell/protocol.ts';
import { NETWORK_MAIN, network } from '../../network/protocol.ts';
import { project } from '../../project/protocol.ts';
import { removeGuest } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';
import { bootData } from '../row.ts';
import { POWER } from '../states.ts';

/**
 * Removes an instance for good. It overtakes every other operation, whatever its step, and goes on until it is done:
 * everything that the instance may have is given back, also what an overtaken step was about to get.
 */
export const deleteInstance: Operation = {
  name: 'delete',
  action: 'delete',
  event: 'compute_terminate_instance',
  from: { vmState: 'any', taskState: 'any', launched: false, unlocked: true, placed: false },
  taskState: 'deleting',
  overtakes: true,
  steps: [removeGuest],
  end: (instance, nowMs) => ({
    ...instance,
    vmState: 'deleted',
    powerState: POWER.noState,
    terminatedAtMs: nowMs,
    deletedAtMs: nowMs,
    ports: [],
  }),
  afterEnd({ instance, ctx, stepId }) {
    // It holds a password and perhaps a lot of user data, and no guest will ever be made of it again.
    ctx.put(bootData, instance.id, undefined);
    ctx.tell(network.at(NETWORK_MAIN), { type: 'releasePorts', requestId: stepId, instanceId: instance.id });
    ctx.tell(cell.at(instance.cell), { type: 'release', instanceId: instance.id });
    const { vcpus, memoryMib } = instance.flavor;
    ctx.tell(project.at(instance.projectId), { type: 'release', instances: 1, cores: vcpus, ramMib: memoryMib });
  },
  whenFailed: (instance) => instance,
};
