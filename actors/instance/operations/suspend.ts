import { runGuest, suspendGuest } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';

const idle = { taskState: [null], launched: true, unlocked: true, placed: false } as const;

/** Writes the guest's memory to disk and takes it off the host's processors and memory. Nova: server action `suspend`. */
export const suspend: Operation = {
  name: 'suspend',
  action: 'suspend',
  event: 'compute_suspend_instance',
  from: { ...idle, vmState: ['active'] },
  taskState: 'suspending',
  steps: [suspendGuest],
  end: (instance) => ({ ...instance, vmState: 'suspended' }),
  whenFailed: (instance) => instance,
};

/** Brings a suspended guest back as it was. Nova: server action `resume`. */
export const resume: Operation = {
  name: 'resume',
  action: 'resume',
  event: 'compute_resume_instance',
  from: { ...idle, vmState: ['suspended'] },
  taskState: 'resuming',
  steps: [runGuest],
  end: (instance) => ({ ...instance, vmState: 'active' }),
  whenFailed: (instance) => instance,
};
