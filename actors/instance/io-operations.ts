import type { ActorKind } from '../../runtime/actor.ts';
import { cell } from '../cell/protocol.ts';
import type { InstanceState } from './handle.ts';
import type { Instance } from './row.ts';
import type { TaskState } from './states.ts';

/** Task states in which an instance reads and writes much. Nova: `io_workload` of nova/compute/stats.py. */
const BUSY: ReadonlySet<TaskState> = new Set([
  'resize_migrating',
  'rebuilding',
  'resize_prep',
  'image_snapshot',
  'image_backup',
  'rescuing',
  'unshelving',
]);

/** The host that an instance keeps busy; null: none. */
export function busyHost(instance: Instance | null): string | null {
  if (instance === null || instance.deletedAtMs !== null) return null;
  const { vmState, taskState, host } = instance;
  const isBusy = vmState === 'building' || (taskState !== null && BUSY.has(taskState));
  return isBusy ? host : null;
}

/**
 * Instances that tell their cell when they keep their host busy, and when no longer. Only for a cloud whose filters ask for
 * it: each creation is two messages longer.
 */
export const tellingBusy = <Message>(kind: ActorKind<InstanceState, Message>): ActorKind<InstanceState, Message> => ({
  ...kind,
  handle(before, message, ctx) {
    const after = kind.handle(before, message, ctx);
    const host = busyHost(after ?? null);
    const known = after ?? before;
    if (known && host !== busyHost(before ?? null))
      ctx.tell(cell.at(known.cell), { type: 'busy', instanceId: known.id, host });
    return after;
  },
});
