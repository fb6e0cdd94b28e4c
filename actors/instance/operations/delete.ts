import { cell } from '../../cell/protocol.ts';
import { NETWORK_MAIN, network } from '../../network/protocol.ts';
import { project } from '../../project/protocol.ts';
import { changed } from '../changed.ts';
import { removeGuest } from '../driver-steps.ts';
import { changeMigration } from '../migrations/record.ts';
import { usedBy } from '../move.ts';
import { removeElsewhere } from '../move-steps.ts';
import type { Operation } from '../operation.ts';
import { bootData } from '../row.ts';
import { POWER } from '../states.ts';
import { releaseVolumes, volumesOf } from '../volumes.ts';
import { deleteShelvedImage } from './shelve.ts';

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
  steps: [removeGuest, removeElsewhere],
  end: (instance, nowMs) =>
    changed(instance, {
      vmState: 'deleted',
      powerState: POWER.noState,
      terminatedAtMs: nowMs,
      deletedAtMs: nowMs,
      ports: [],
      volumes: [],
      move: null,
    }),
  afterEnd({ instance, ctx, stepId }) {
    // It holds a password and perhaps a lot of user data, and no guest will ever be made of it again.
    if (bootData.read(ctx.rows, instance.id)) ctx.put(bootData, instance.id, undefined);
    ctx.tell(network.at(NETWORK_MAIN), { type: 'releasePorts', requestId: stepId, instanceId: instance.id });
    ctx.tell(cell.at(instance.cell), { type: 'release', instanceId: instance.id });
    if (volumesOf(instance).length + (instance.blockDevices ?? []).length > 0)
      releaseVolumes(instance, ctx, null, true);
    deleteShelvedImage(instance, { ctx });
    // Nova takes a resize that is deleted for confirmed; of one that was under way the overtaking has said how it ended.
    if (instance.move) changeMigration(ctx, instance.move.migration, { status: 'confirmed' });
    const { cores, ramMib } = usedBy(instance);
    const { projectId, userId } = instance;
    ctx.tell(project.at(projectId), { type: 'release', instances: 1, cores, ramMib, userId });
  },
  whenFailed: (instance) => instance,
};
