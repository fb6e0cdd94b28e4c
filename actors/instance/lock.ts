import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { recordDone } from './actions/record.ts';
import type { LockChange } from './protocol.ts';
import type { Instance } from './row.ts';

/** Locks or unlocks an instance in any state, and records it. Nova: `lock` and `unlock` of nova.compute.api. */
export function changeLock(instance: Instance, change: LockChange, ctx: Context): Instance {
  if (instance.deletedAtMs !== null) {
    ctx.reply(failed({ code: 'InstanceNotFound', instanceId: instance.id }));
    return instance;
  }
  ctx.reply(ok({ instanceId: instance.id }));
  const { requester } = change;
  const isOwner = requester.projectId === instance.projectId;
  if (change.type === 'unlock') {
    recordDone(ctx, instance, 'unlock', 'api_unlock', requester);
    return { ...instance, locked: false, lockedReason: null, lockedBy: null, updatedAtMs: ctx.nowMs };
  }
  // Only an administrator of another project takes over a lock.
  if (instance.locked && isOwner) return instance;
  recordDone(ctx, instance, 'lock', 'api_lock', requester);
  const lockedReason = change.reason ?? instance.lockedReason;
  return { ...instance, locked: true, lockedReason, lockedBy: isOwner ? 'owner' : 'admin', updatedAtMs: ctx.nowMs };
}
