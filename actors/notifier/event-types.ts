import type { InstanceAction } from '../instance/actions/row.ts';

/** What is told when an operation begins, ends well, and fails. */
export interface EventTypes {
  readonly begun: readonly string[];
  readonly ended: readonly string[];
  readonly failed: readonly string[];
}

/** Most operations are told as they begin and end; a failure of them is told by the fault in the end. */
const plain = (name: string): EventTypes => ({
  begun: [`instance.${name}.start`],
  ended: [`instance.${name}.end`],
  failed: [`instance.${name}.end`],
});

/** Of a few a failure has a type of its own. */
const withError = (name: string): EventTypes => ({ ...plain(name), failed: [`instance.${name}.error`] });

const several = (names: readonly string[]): readonly string[] => names.map((name) => `instance.${name}`);

/** By the event under which an operation is recorded; a phase that Nova tells by itself is told at the end of the whole. */
const BY_EVENT: Readonly<Record<string, EventTypes>> = {
  compute__do_build_and_run_instance: withError('create'),
  compute_terminate_instance: {
    begun: several(['delete.start', 'shutdown.start']),
    ended: several(['shutdown.end', 'delete.end']),
    failed: several(['shutdown.end', 'delete.end']),
  },
  compute_soft_delete_instance: plain('soft_delete'),
  compute_restore_instance: plain('restore'),
  compute_start_instance: plain('power_on'),
  compute_stop_instance: plain('power_off'),
  compute_reboot_instance: withError('reboot'),
  compute_pause_instance: plain('pause'),
  compute_unpause_instance: plain('unpause'),
  compute_suspend_instance: plain('suspend'),
  compute_resume_instance: plain('resume'),
  compute_rescue_instance: plain('rescue'),
  compute_unrescue_instance: plain('unrescue'),
  compute_rebuild_instance: { ...withError('rebuild'), begun: several(['rebuild_scheduled', 'rebuild.start']) },
  compute_shelve_instance: plain('shelve'),
  compute_shelve_offload_instance: plain('shelve_offload'),
  compute_unshelve_instance: plain('unshelve'),
  compute_snapshot_instance: plain('snapshot'),
  compute_backup_instance: plain('snapshot'),
  compute_confirm_resize: plain('resize_confirm'),
  compute_revert_resize: plain('resize_revert'),
  compute_trigger_crash_dump: plain('trigger_crash_dump'),
  compute_live_migration_abort: plain('live_migration_abort'),
  compute_live_migration_force_complete: plain('live_migration_force_complete'),
  compute_attach_volume: withError('volume_attach'),
  compute_detach_volume: plain('volume_detach'),
  compute_swap_volume: withError('volume_swap'),
  compute_attach_interface: withError('interface_attach'),
  compute_detach_interface: plain('interface_detach'),
  cold_migrate: {
    begun: several(['resize_prep.start', 'resize.start']),
    ended: several(['resize_prep.end', 'resize.end', 'resize_finish.start', 'resize_finish.end']),
    failed: several(['resize.error']),
  },
  compute_live_migration: {
    begun: several(['live_migration_pre.start']),
    ended: several([
      'live_migration_pre.end',
      'live_migration_post.start',
      'live_migration_post.end',
      'live_migration_post_dest.start',
      'live_migration_post_dest.end',
    ]),
    failed: several([
      'live_migration_rollback.start',
      'live_migration_rollback.end',
      'live_migration_rollback_dest.start',
      'live_migration_rollback_dest.end',
    ]),
  },
};

/** By the action, of what is recorded as an action of its own: it is told when it has been done. */
const BY_ACTION: Readonly<Record<string, readonly string[]>> = {
  lock: several(['lock']),
  unlock: several(['unlock']),
};

/** What is told of an action as it is recorded: `before`, as it was until now. */
export function eventTypesOf(before: InstanceAction | undefined, action: InstanceAction): readonly string[] {
  const done = BY_ACTION[action.action];
  if (done) return before ? [] : done;
  const [event] = action.events;
  const types = event && BY_EVENT[event.event];
  if (!event || !types) return [];
  const evacuated = action.action === 'evacuate' ? ['instance.evacuate'] : [];
  const begun = before ? [] : [...evacuated, ...types.begun];
  if (event.result === null || before?.events[0]?.result === 'Success') return begun;
  return [...begun, ...(event.result === 'Success' ? types.ended : types.failed)];
}

/** What is told of a guest, and so not of an instance that is on no host. */
export const OF_GUESTS: ReadonlySet<string> = new Set(several(['shutdown.start', 'shutdown.end']));

/** Every type that can be told of an instance. */
export const INSTANCE_EVENT_TYPES: ReadonlySet<string> = new Set([
  'instance.update',
  'instance.evacuate',
  ...Object.values(BY_EVENT).flatMap(({ begun, ended, failed }) => [...begun, ...ended, ...failed]),
  ...Object.values(BY_ACTION).flat(),
]);
