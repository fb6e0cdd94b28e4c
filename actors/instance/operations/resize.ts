import type { Context } from '../../../runtime/context.ts';
import { rebootGuest, runGuest, stopGuest } from '../driver-steps.ts';
import { changeMigration } from '../migrations/record.ts';
import { atSource, atTarget, endMove, isAtSource, withMove } from '../move.ts';
import { claimTarget, copyDisks, moveIs, moveOvertaken, removeElsewhere, stopForMove } from '../move-steps.ts';
import type { Operation, Step } from '../operation.ts';
import { tellPlaced } from '../port-groups.ts';
import { type MigrateRequest, type ResizeRequest, requestOf } from '../requests.ts';
import { guestHost, type Instance, type InstanceFlavor } from '../row.ts';
import { POWER } from '../states.ts';
import { recordVolumes } from '../volume-steps.ts';
import { isVolumeBacked } from '../volumes.ts';

/** The name of the timer after which a resize is confirmed. */
export const CONFIRM_TIMER = 'confirm-resize';

const idle = { taskState: [null], launched: true, unlocked: true, placed: false } as const;

const isSmallerDisk = (from: InstanceFlavor, to: InstanceFlavor, isRootVolume: boolean): boolean =>
  (!isRootVolume && to.rootGib > 0 && to.rootGib < from.rootGib) || to.ephemeralGib < from.ephemeralGib;

/** A disk does not shrink: what is at its end would be lost. Nova: `migrate_disk_and_power_off` of the libvirt driver. */
const compareDisks: Step = {
  name: 'compare disks',
  begin({ instance }) {
    const { move } = instance;
    if (!move || !isSmallerDisk(move.source.flavor, move.target.flavor, isVolumeBacked(instance))) return 'done';
    const message = 'Resize error: Unable to resize disk down.';
    return { code: 'DiskTooSmall', message, details: message };
  },
};

/** What a resize and a cold migration have in common: they end with a move that waits to be confirmed. */
const moving = {
  from: { ...idle, placed: true, vmState: ['active', 'stopped'] },
  taskState: 'resize_prep',
  steps: [
    compareDisks,
    claimTarget,
    { ...moveIs('migrating'), taskState: 'resize_migrating' },
    stopForMove,
    copyDisks,
    { ...moveIs('post-migrating'), taskState: 'resize_migrated', enter: atTarget },
    recordVolumes,
    { ...runGuest, taskState: 'resize_finish', applies: ({ move }) => move?.vmState === 'active' },
  ],
  end: (instance, nowMs) => ({ ...atTarget(instance), vmState: 'resized', launchedAtMs: nowMs }),
  afterEnd({ instance, ctx }) {
    const { move } = instance;
    if (!move) return;
    tellPlaced(atTarget(instance), ctx);
    const { confirmWindowMs, migration } = move;
    changeMigration(ctx, migration, { status: 'finished' });
    if (confirmWindowMs !== null) ctx.setTimer(CONFIRM_TIMER, confirmWindowMs, { type: 'confirmOverdue', migration });
  },
  whenFailed: (instance) => ({ ...atSource(instance), move: null }),
  afterFailure({ instance, ctx }) {
    if (instance.move) endMove(instance, instance.move, 'error', ctx);
  },
  whenOvertaken: moveOvertaken,
  // What has not got there yet is where it was: else an evacuation from a target that died would give up the disks.
  overtakenAs: (instance) => (guestHost(instance) === instance.host ? instance : atSource(instance)),
} as const satisfies Partial<Operation>;

/** Gives the guest another size, here or on another host. Nova: server action `resize`. */
export const resize: Operation = {
  ...moving,
  name: 'resize',
  action: 'resize',
  event: 'cold_migrate',
  prepare(instance, request, ctx) {
    const asked = requestOf(request, 'resize');
    return asked === null ? instance : withNewSize(instance, asked, ctx);
  },
};

/** Moves the guest to another host, off while it moves. Nova: server action `migrate`. */
export const migrate: Operation = {
  ...moving,
  name: 'migrate',
  action: 'migrate',
  event: 'cold_migrate',
  prepare(instance, request, ctx) {
    const asked = requestOf(request, 'migrate');
    return asked === null ? instance : withNewHost(instance, asked, ctx);
  },
};

function withNewSize(instance: Instance, asked: ResizeRequest, ctx: Context): Instance {
  const { flavor, by, staysAllowed, confirmWindowMs, diskConfig } = asked;
  const kind = { type: 'resize', status: 'pre-migrating', by } as const;
  const move = { ...kind, flavor, wantedHost: null, leavesHost: !staysAllowed, confirmWindowMs };
  return { ...withMove(instance, move, ctx), diskConfig: diskConfig ?? instance.diskConfig, progress: 0 };
}

function withNewHost(instance: Instance, { host: wantedHost, by, confirmWindowMs }: MigrateRequest, ctx: Context) {
  const { flavor } = instance;
  const kind = { type: 'migration', status: 'pre-migrating', by } as const;
  return {
    ...withMove(instance, { ...kind, flavor, wantedHost, leavesHost: true, confirmWindowMs }, ctx),
    progress: 0,
  };
}

/** Keeps the new size, and gives back the old one. Nova: server action `confirmResize`. */
export const confirmResize: Operation = {
  name: 'confirmResize',
  action: 'confirmResize',
  event: 'compute_confirm_resize',
  from: { ...idle, vmState: ['resized'] },
  taskState: 'resize_confirming',
  steps: [moveIs('confirming'), removeElsewhere],
  end: (instance) => ({
    ...instance,
    vmState: instance.powerState === POWER.shutdown ? 'stopped' : 'active',
    move: null,
  }),
  afterEnd({ instance, ctx }) {
    ctx.cancelTimer(CONFIRM_TIMER);
    if (instance.move) endMove(instance, instance.move, 'confirmed', ctx);
  },
  whenFailed: (instance) => instance,
};

/** Goes back to the old size and host; what the guest has written since is lost when that is another host. Nova: server action `revertResize`. */
export const revertResize: Operation = {
  name: 'revertResize',
  action: 'revertResize',
  event: 'compute_revert_resize',
  from: { ...idle, vmState: ['resized'] },
  taskState: 'resize_reverting',
  steps: [
    moveIs('reverting'),
    { ...stopGuest, applies: ({ powerState }) => powerState !== POWER.shutdown, attemptsMax: 3 },
    { ...removeElsewhere, enter: atSource },
    recordVolumes,
    { ...runGuest, enter: atSource, applies: ({ move }) => move?.vmState === 'active' },
  ],
  end: (instance) => ({ ...atSource(instance), vmState: instance.move?.vmState ?? 'active', move: null }),
  afterEnd({ instance, ctx }) {
    ctx.cancelTimer(CONFIRM_TIMER);
    if (instance.move) endMove(instance, instance.move, 'reverted', ctx);
  },
  // As long as nothing has been given up at the target, it can be tried again.
  whenFailed: (instance) => (isAtSource(instance) ? { ...instance, vmState: 'error', move: null } : instance),
  afterFailure({ instance, ctx }) {
    const { move } = instance;
    if (!move) return;
    if (isAtSource(instance)) endMove(instance, move, 'error', ctx);
    else changeMigration(ctx, move.migration, { status: 'finished' });
  },
};

/** Starts the guest as it was before a move that has failed; one that runs may have the size of the move. */
export const restoreGuest: Operation = {
  name: 'restoreGuest',
  action: 'start',
  event: 'compute_start_instance',
  from: { ...idle, placed: true, vmState: ['active'] },
  taskState: 'powering-on',
  steps: [{ ...rebootGuest('hard'), attemptsMax: 3 }],
  end: (instance) => instance,
  whenFailed: (instance) => ({ ...instance, vmState: 'error' }),
};
