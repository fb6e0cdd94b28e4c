import { limits } from '../../limits.ts';
import { runGuest, stopGuest } from '../driver-steps.ts';
import type { Operation, StepStart } from '../operation.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { requestOf } from '../requests.ts';
import type { Instance } from '../row.ts';
import type { VmState } from '../states.ts';

/** The timer after which an instance that was deleted softly is deleted for good. Its message: `reclaim`. */
export const RECLAIM_TIMER = 'reclaim';

const reclaimAfterMs = ({ operation }: Instance): number =>
  operation?.details?.kind === 'softDelete' ? operation.details.reclaimAfterMs : 0;

/** The time at which a shelved instance gives up its host may have come while something else was under way. */
function offloadIfDue({ instance, ctx }: StepStart): void {
  if (instance.shelved && instance.shelved.offloadAfterMs !== null)
    ctx.tell(instanceProtocol.at(instance.id), { type: 'offloadOverdue' });
}

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
  afterFailure: offloadIfDue,
  // A shelved one had no guest to power off: it is what it was.
  whenFailed: (instance) => (instance.shelved ? instance : { ...instance, vmState: 'error' }),
};

/** What it was as far as its host goes: a shelved one has no guest to start, and perhaps no host. */
const restoredAs = ({ shelved, host }: Instance): VmState => {
  if (!shelved) return 'active';
  return host === null ? 'shelved_offloaded' : 'shelved';
};

/** Takes a soft deletion back. Nova: server action `restore`; there a shelved instance becomes active without a guest. */
export const restore: Operation = {
  name: 'restore',
  action: 'restore',
  event: 'compute_restore_instance',
  from: { vmState: ['soft-delete'], taskState: [null], launched: true, unlocked: true, placed: false },
  taskState: 'restoring',
  steps: [{ ...runGuest, applies: ({ host, shelved }) => host !== null && !shelved }],
  end: (instance) => ({ ...instance, vmState: restoredAs(instance), reclaimAtMs: null }),
  afterEnd: offloadIfDue,
  whenFailed: (instance) => instance,
};
