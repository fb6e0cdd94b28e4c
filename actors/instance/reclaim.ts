import type { Context } from '../../runtime/context.ts';
import { limits } from '../limits.ts';
import { begin } from './engine.ts';
import { RECLAIM_TIMER } from './operations/soft-delete.ts';
import type { Instance } from './row.ts';

/** Deletes an instance for good when the time to restore it is over. Nova: `_reclaim_queued_deletes` of the compute manager. */
export function reclaim(instance: Instance, ctx: Context): Instance {
  const dueMs = instance.reclaimAtMs ?? null;
  if (instance.vmState !== 'soft-delete' || dueMs === null) return instance;
  // Deleted again since the timer was set, or about to be restored, which may fail.
  const waitMs = instance.operation === null ? dueMs - ctx.nowMs : limits.reclaimAgainMs;
  if (waitMs <= 0) return begin(instance, 'delete', `req-${ctx.newId()}`, null, ctx);
  ctx.setTimer(RECLAIM_TIMER, waitMs, { type: 'reclaim' });
  return instance;
}
