import { limits } from '../../limits.ts';
import { runGuest, stopGuest } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';
import { requestOf } from '../requests.ts';
import type { Instance } from '../row.ts';

/** The timer after which an instance that was deleted softly is deleted for good. Its message: `reclaim`. */
export const RECLAIM_TIMER = 'reclaim';

const reclaimAfterMs = ({ operation }: Instance): number =>
  operation?.details?.kind === 'softDelete' ? operation.details.reclaimAfterMs : 0;

/**
 * Powers the guest off and keeps everything for a time in which it can be restored. Quota and the host's resources stay
 * taken until then. Nova: DELETE of a server while `reclaim_instance_interval` is above zero.
 */
export const softDelete: Operation = {
  name: 'softDelete',
  action: 'delete',
  event: 'compute_soft_delete_instance',
  from: { vmState: 'any', taskState: 'any', launched: true, unlocked: true, placed: false },
  taskState: 'soft-deleting',
  overtakes: true,
  details(request) {
    const asked = requestOf(request, 'softDelete');
    return asked && { kind: 'softDelete', reclaimAfterMs: asked.reclaimAfterMs };
  },
  steps: [{ ...stopGuest, applies: ({ host }) => host !== null, attemptsMax: limits.deleteAttemptsMax }],
  end: (instance, nowMs) => ({
    ...instance,
    vmState: 'soft-delete',
    rescueImage: null,
    reclaimAtMs: nowMs + reclaimAfterMs(instance),
  }),
  afterEnd({ instance, ctx }) {
    ctx.setTimer(RECLAIM_TIMER, reclaimAfterMs(instance), { type: 'reclaim' });
  },
  whenFailed: (instance) => ({ ...instance, vmState: 'error' }),
};

/** Takes a soft deletion back. Nova: server action `restore`. */
export const restore: Operation = {
  name: 'restore',
  action: 'restore',
  event: 'compute_restore_instance',
  from: { vmState: ['soft-delete'], taskState: [null], launched: true, unlocked: true, placed: false },
  taskState: 'restoring',
  steps: [{ ...runGuest, applies: ({ host }) => host !== null }],
  end: (instance) => ({ ...instance, vmState: 'active', reclaimAtMs: null }),
  whenFailed: (instance) => instance,
};
