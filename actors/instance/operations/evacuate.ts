import { runGuest, stopGuest } from '../driver-steps.ts';
import { changeMigration, recordMigration } from '../migrations/record.ts';
import { atSource, atTarget, endMove, withoutMove } from '../move.ts';
import { claimTarget, moveIs, removeAtTargetLater } from '../move-steps.ts';
import type { Operation, Step } from '../operation.ts';
import { requestOf } from '../requests.ts';
import { bootData } from '../row.ts';

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
    const idle = withoutMove(instance, ctx);
    const boot = bootData.read(ctx.rows, idle.id);
    if (boot && asked.adminPassword !== null)
      ctx.put(bootData, idle.id, { ...boot, adminPassword: asked.adminPassword });
    const { host, availabilityZone: zone, flavor, vmState, powerState } = idle;
    const migration = recordMigration(ctx, idle, {
      type: 'evacuation',
      status: 'accepted',
      by: asked.by,
      targetHost: null,
      newFlavorId: flavor.flavorId,
    });
    return {
      ...idle,
      move: {
        migration,
        source: { host, zone, flavor },
        target: { host: null, zone: null, flavor },
        wantedHost: asked.host,
        leavesHost: true,
        keepsDisk: asked.onSharedStorage,
        vmState: asked.endsStopped || vmState === 'stopped' ? 'stopped' : 'active',
        powerState,
        confirmWindowMs: null,
      },
    };
  },
  steps: [
    refuseSharedStorage,
    claimTarget,
    moveIs('pre-migrating'),
    { ...runGuest, taskState: 'rebuild_spawning', enter: atTarget, undo: removeAtTargetLater },
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
  whenOvertaken({ instance: { move }, ctx }) {
    if (move) changeMigration(ctx, move.migration, { status: 'error' });
  },
};
