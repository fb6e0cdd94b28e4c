import type { Instance } from '../../../actors/instance/row.ts';

type VmState = Instance['vmState'];
type TaskState = NonNullable<Instance['taskState']>;

/** Every status of a server, also those that only later operations lead to: what the filter `status` may name. */
export const STATUSES = [
  'ACTIVE',
  'BUILD',
  'DELETED',
  'ERROR',
  'HARD_REBOOT',
  'MIGRATING',
  'PASSWORD',
  'PAUSED',
  'REBOOT',
  'REBUILD',
  'RESCUE',
  'RESIZE',
  'REVERT_RESIZE',
  'SHELVED',
  'SHELVED_OFFLOADED',
  'SHUTOFF',
  'SOFT_DELETED',
  'SUSPENDED',
  'UNKNOWN',
  'VERIFY_RESIZE',
] as const;
export type ServerStatus = (typeof STATUSES)[number];

interface StatusRow {
  readonly otherwise: ServerStatus;
  readonly during?: { readonly [T in TaskState]?: ServerStatus };
}

const REBUILDING = {
  rebuilding: 'REBUILD',
  rebuild_block_device_mapping: 'REBUILD',
  rebuild_spawning: 'REBUILD',
} as const;

const RESIZING = {
  resize_prep: 'RESIZE',
  resize_migrating: 'RESIZE',
  resize_migrated: 'RESIZE',
  resize_finish: 'RESIZE',
} as const;

/** The status of each state: Nova's `_STATE_MAP` (nova/api/openstack/common.py). A state without a row does not compile. */
const STATUS_OF: { readonly [S in VmState]: StatusRow } = {
  active: {
    otherwise: 'ACTIVE',
    during: {
      rebooting: 'REBOOT',
      reboot_pending: 'REBOOT',
      reboot_started: 'REBOOT',
      rebooting_hard: 'HARD_REBOOT',
      reboot_pending_hard: 'HARD_REBOOT',
      reboot_started_hard: 'HARD_REBOOT',
      ...REBUILDING,
      ...RESIZING,
      migrating: 'MIGRATING',
      updating_password: 'PASSWORD',
    },
  },
  building: { otherwise: 'BUILD' },
  stopped: { otherwise: 'SHUTOFF', during: { ...REBUILDING, ...RESIZING } },
  resized: { otherwise: 'VERIFY_RESIZE', during: { resize_reverting: 'REVERT_RESIZE' } },
  paused: { otherwise: 'PAUSED', during: { migrating: 'MIGRATING' } },
  suspended: { otherwise: 'SUSPENDED' },
  rescued: { otherwise: 'RESCUE' },
  error: { otherwise: 'ERROR', during: REBUILDING },
  deleted: { otherwise: 'DELETED' },
  'soft-delete': { otherwise: 'SOFT_DELETED' },
  shelved: { otherwise: 'SHELVED' },
  shelved_offloaded: { otherwise: 'SHELVED_OFFLOADED' },
};

/** The status that the API shows for an instance. */
export const statusOf = ({ vmState, taskState }: Pick<Instance, 'vmState' | 'taskState'>): ServerStatus => {
  const { otherwise, during } = STATUS_OF[vmState];
  return (taskState === null ? undefined : during?.[taskState]) ?? otherwise;
};

/** Statuses in which `progress` is shown. */
export const WITH_PROGRESS: ReadonlySet<ServerStatus> = new Set<ServerStatus>([
  'ACTIVE',
  'BUILD',
  'REBUILD',
  'RESIZE',
  'VERIFY_RESIZE',
  'MIGRATING',
]);

/** Statuses in which `fault` is shown. */
export const WITH_FAULT: ReadonlySet<ServerStatus> = new Set<ServerStatus>(['ERROR', 'DELETED']);

/** The states that the filter `status` stands for. */
export interface StatesOfStatuses {
  readonly vmStates: ReadonlySet<string>;
  /** Null: whatever the task is, since one of the statuses is that of a state without a task. */
  readonly taskStates: ReadonlySet<string> | null;
}

/** The states behind the values of the filter `status`, in any case; null when none of them is a status. */
export const statesOf = (statuses: readonly string[]): StatesOfStatuses | null => {
  const wanted = new Set(statuses.map((status) => status.toUpperCase()));
  if (!STATUSES.some((status) => wanted.has(status))) return null;
  const vmStates = new Set<string>();
  const taskStates = new Set<string>();
  let anyTask = false;
  for (const [vmState, { otherwise, during = {} }] of Object.entries(STATUS_OF)) {
    if (wanted.has(otherwise)) {
      vmStates.add(vmState);
      anyTask = true;
    }
    for (const [taskState, status] of Object.entries(during)) {
      if (!wanted.has(status)) continue;
      vmStates.add(vmState);
      taskStates.add(taskState);
    }
  }
  return { vmStates, taskStates: anyTask ? null : taskStates };
};
