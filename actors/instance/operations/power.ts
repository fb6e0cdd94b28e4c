import { limits } from '../../limits.ts';
import { rebootGuest, runGuest, stopGuest } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';
import { watch } from '../overdue-watch.ts';
import { requestOf } from '../requests.ts';

const idle = { taskState: [null], launched: true, unlocked: true, placed: true } as const;

/** Powers the guest on. Nova: server action `os-start`. */
export const start: Operation = {
  name: 'start',
  action: 'start',
  event: 'compute_start_instance',
  from: { ...idle, vmState: ['stopped'] },
  taskState: 'powering-on',
  steps: [runGuest],
  end: (instance) => ({ ...instance, vmState: 'active' }),
  whenFailed: (instance) => instance,
};

/** Powers the guest off, cleanly when it reacts in time. Nova: server action `os-stop`. */
export const stop: Operation = {
  name: 'stop',
  action: 'stop',
  event: 'compute_stop_instance',
  from: { ...idle, vmState: ['active', 'error'] },
  taskState: 'powering-off',
  steps: [stopGuest],
  end: (instance) => ({ ...instance, vmState: 'stopped' }),
  whenFailed: (instance) => instance,
};

/** Restarts the guest from inside. Nova: server action `reboot` with type SOFT. */
export const softReboot: Operation = {
  name: 'softReboot',
  action: 'reboot',
  event: 'compute_reboot_instance',
  from: { ...idle, placed: false, vmState: ['active'] },
  taskState: 'rebooting',
  prepare(instance, request, ctx) {
    watch('reboot', requestOf(request, 'softReboot')?.hardAfterMs, ctx);
    return instance;
  },
  steps: [{ ...rebootGuest('soft'), taskState: 'reboot_started' }],
  end: (instance) => ({ ...instance, vmState: 'active' }),
  whenFailed: (instance) => ({ ...instance, vmState: 'error' }),
};

/** Ends the guest and starts it anew; also the way out of ERROR. Nova: server action `reboot` with type HARD. */
export const hardReboot: Operation = {
  name: 'hardReboot',
  action: 'reboot',
  event: 'compute_reboot_instance',
  from: {
    ...idle,
    placed: false,
    vmState: ['active', 'stopped', 'paused', 'suspended', 'error'],
    taskState: [
      null,
      'rebooting',
      'reboot_pending',
      'reboot_started',
      'resuming',
      'rebooting_hard',
      'unpausing',
      'pausing',
      'suspending',
    ],
  },
  taskState: 'rebooting_hard',
  overtakes: true,
  steps: [{ ...rebootGuest('hard'), taskState: 'reboot_started_hard' }],
  end: (instance) => ({ ...instance, vmState: 'active' }),
  whenFailed: (instance) => ({ ...instance, vmState: 'error' }),
};

/**
 * Starts a guest again that an outage of its host has ended. Nova: `resume_guests_state_on_host_boot`; a guest that cannot
 * be started leaves its instance in ERROR there, too.
 */
export const resumeGuest: Operation = {
  name: 'resumeGuest',
  action: 'start',
  event: 'compute_start_instance',
  from: { ...idle, vmState: ['active', 'rescued'] },
  taskState: 'powering-on',
  steps: [{ ...runGuest, attemptsMax: limits.resumeAttemptsMax }],
  end: (instance) => instance,
  whenFailed: (instance) => ({ ...instance, vmState: 'error' }),
};

/**
 * Stops a guest that runs although its instance is stopped: a start that failed after all, or somebody on the host.
 * Nova: `_sync_instance_power_state` of the compute manager.
 */
export const keepStopped: Operation = {
  name: 'keepStopped',
  action: 'stop',
  event: 'compute_stop_instance',
  from: { ...idle, vmState: ['stopped'] },
  taskState: 'powering-off',
  steps: [stopGuest],
  end: (instance) => instance,
  whenFailed: (instance) => instance,
};
