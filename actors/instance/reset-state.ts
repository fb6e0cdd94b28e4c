import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { recordDone } from './actions/record.ts';
import { abandon } from './engine.ts';
import { withoutMove } from './move.ts';
import { CONFIRM_TIMER } from './operations/resize.ts';
import { deleteShelvedImage } from './operations/shelve.ts';
import type { Requester } from './protocol.ts';
import type { Instance } from './row.ts';

/**
 * Gives an instance a state by order, whatever it was doing: what was under way ends as it stands, and the next look at
 * its host finds the truth. A deletion and a move go on, and end in a state of their own: they have something on more than
 * one host to give back. A resize that only waits for its confirmation is over: nobody could confirm it any more, and what
 * it keeps at its source would be lost for ever. One that is shelved is not any more, unless it has given up its host.
 * Nova: server action `os-resetState`.
 */
export function resetState(
  instance: Instance,
  state: 'active' | 'error',
  requester: Requester,
  ctx: Context,
): Instance {
  if (instance.deletedAtMs !== null) {
    ctx.reply(failed({ code: 'InstanceNotFound', instanceId: instance.id }));
    return instance;
  }
  ctx.reply(ok({ instanceId: instance.id }));
  recordDone(ctx, instance, 'resetState', null, requester);
  const { operation } = instance;
  const isGoing = operation?.action === 'delete' || (instance.move ?? null) !== null;
  const idle = operation === null || isGoing ? instance : abandon(instance, operation, ctx);
  const settled = isGoing && operation === null ? settle(idle, ctx) : idle;
  const reset = { ...settled, rescueImage: null, reclaimAtMs: null, updatedAtMs: ctx.nowMs };
  // Without a host there is nothing that it could be but shelved, and it would never come back from its image.
  if (reset.shelved && reset.host === null) return reset;
  deleteShelvedImage(reset, { ctx });
  return { ...reset, vmState: state, shelved: null };
}

/** What waits for its confirmation no longer: where the instance is, it stays. */
function settle(instance: Instance, ctx: Context): Instance {
  ctx.cancelTimer(CONFIRM_TIMER);
  return withoutMove(instance, ctx);
}
