/** What an instance is, as far as its user is concerned. Nova: `nova.compute.vm_states`. */
export const VM_STATES = [
  'active',
  'building',
  'paused',
  'suspended',
  'stopped',
  'rescued',
  'resized',
  'soft-delete',
  'deleted',
  'error',
  'shelved',
  'shelved_offloaded',
] as const;
export type VmState = (typeof VM_STATES)[number];

/** What is being done to an instance; null when nothing is. Nova: `nova.compute.task_states`. */
export const TASK_STATES = [
  'scheduling',
  'networking',
  'block_device_mapping',
  'spawning',
  'powering-off',
  'powering-on',
  'rebooting',
  'reboot_pending',
  'reboot_started',
  'rebooting_hard',
  'reboot_pending_hard',
  'reboot_started_hard',
  'pausing',
  'unpausing',
  'suspending',
  'resuming',
  'rescuing',
  'unrescuing',
  'rebuilding',
  'rebuild_block_device_mapping',
  'rebuild_spawning',
  'updating_password',
  'soft-deleting',
  'restoring',
  'image_snapshot',
  'image_snapshot_pending',
  'image_uploading',
  'image_backup',
  'resize_prep',
  'resize_migrating',
  'resize_migrated',
  'resize_finish',
  'resize_reverting',
  'resize_confirming',
  'migrating',
  'shelving',
  'shelving_image_pending_upload',
  'shelving_image_uploading',
  'shelving_offloading',
  'unshelving',
  'deleting',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** What the hypervisor says. The numbers are the API's. Nova: `nova.compute.power_state`. */
export const POWER = { noState: 0, running: 1, paused: 3, shutdown: 4, crashed: 6, suspended: 7 } as const;
export type PowerState = (typeof POWER)[keyof typeof POWER];
