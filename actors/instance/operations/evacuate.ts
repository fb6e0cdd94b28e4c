import { changeBootData } from '../boot-data.ts';
import { runGuest, stopGuest } from '../driver-steps.ts';
import { atSource, atTarget, endMove, withMove } from '../move.ts';
import { claimTarget, moveIs, moveOvertaken, removeAtTargetLater } from '../move-steps.ts';
import type { Operation, Step } from '../operation.ts';
import { requestOf } from '../requests.ts';
import { guestHost } from '../row.ts';
import { recordVolumes } from '../volume-steps.ts';

/** No driver shares disks between hosts: what was on the dead host cannot be kept. Nova: `InvalidSharedStorage`. */
const refuseSharedStorage: Step = {
  name: 'compare storage',
  begin({ instance: { move } }) {
    if (!move?.keepsDisk) return 'done';
    const message = 'Invalid state of instance files on shared storage';
    return { code: 'InvalidSharedStorage', message, details: message };
  },
};

/**
 * Makes the guest of a host that is down anew on another one, of its image. Should the host come back with the old guest,
 * that is no longer its own, and is removed. Nova: server action `evacuate`.
 */
export const evacuate: Operation = {
  name: 'evacuate',
  action: 'evacuate',
  event: 'compute_rebuild_instance',
  from: {
    vmState: ['active', 'stopped', 'error'],
    taskState: 'any',
    launched: true,
    unlocked: false,
    placed: false,
  },
  taskState: 'rebuilding',
  overtakes: true,
  prepare(instance, request, ctx) {
    const asked = requestOf(request, 'evacuate');
    if (asked === null) return instance;
    const { adminPassword } = asked;
    if (adminPassword !== null) changeBootData(instance.id, { adminPassword }, ctx);
    const { host: wantedHost, by, isHostForced, onSharedStorage: keepsDisk, endsStopped } = asked;
    const { flavor } = instance;
    const vmState = endsStopped || instance.vmState === 'stopped' ? 'stopped' : 'active';
    const forced = isHostForced ? { isHostForced } : {};
    const kind = { type: 'evacuation', status: 'accepted', by, ...forced } as const;
    const move = { ...kind, flavor, wantedHost, leavesHost: true, keepsDisk, vmState, confirmWindowMs: null } as const;
    return withMove(instance, move, ctx);
  },
  steps: [
    refuseSharedStorage,
    claimTarget,
    moveIs('pre-migrating'),
    { ...runGuest, taskState: 'rebuild_spawning', enter: atTarget, undo: removeAtTargetLater },
    recordVolumes,
    { ...stopGuest, taskState: 'powering-off', applies: ({ move }) => move?.vmState === 'stopped' },
  ],
  end: (instance, nowMs) => ({
    ...atTarget(instance),
    vmState: instance.move?.vmState ?? 'active',
    launchedAtMs: nowMs,
    fault: null,
    move: null,
  }),
  afterEnd({ instance, ctx }) {
    if (instance.move) endMove(instance, instance.move, 'done', ctx);
  },
  whenFailed: (instance) => ({ ...atSource(instance), vmState: 'error', move: null }),
  afterFailure({ instance, ctx }) {
    if (instance.move) endMove(instance, instance.move, 'error', ctx);
  },
  whenOvertaken: moveOvertaken,
  // Else another evacuation would come from where nothing is yet, and the disks of the host that is down would be given up.
  overtakenAs: (instance) => (guestHost(instance) === instance.host ? instance : atSource(instance)),
};
