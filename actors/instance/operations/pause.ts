import { pauseGuest, runGuest } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';

const idle = { taskState: [null], launched: true, unlocked: true, placed: false } as const;

/** Stops the guest's processors; it keeps its memory. Nova: server action `pause`. */
export const pause: Operation = {
  name: 'pause',
  action: 'pause',
  event: 'compute_pause_instance',
  from: { ...idle, vmState: ['active'] },
  taskState: 'pausing',
  steps: [pauseGuest],
  end: (instance) => ({ ...instance, vmState: 'paused' }),
  whenFailed: (instance) => instance,
};

/** Lets a paused guest go on. Nova: server action `unpause`. */
export const unpause: Operation = {
  name: 'unpause',
  action: 'unpause',
  event: 'compute_unpause_instance',
  from: { ...idle, vmState: ['paused'] },
  taskState: 'unpausing',
  steps: [runGuest],
  end: (instance) => ({ ...instance, vmState: 'active' }),
  whenFailed: (instance) => instance,
};
