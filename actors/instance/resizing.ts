import type { Context } from '../../runtime/context.ts';
import { limits } from '../limits.ts';
import { project } from '../project/protocol.ts';
import { begin } from './engine.ts';
import { increaseOf, type Size } from './move.ts';
import { CONFIRM_TIMER } from './operations/resize.ts';
import type { BeginOperation } from './protocol.ts';
import { type OperationRequest, requestOf } from './requests.ts';
import type { Instance } from './row.ts';

/** How much more of its quota a project must have for what an instance is asked to begin. */
function increase(instance: Instance, request: OperationRequest): Size {
  const flavor = requestOf(request, 'resize')?.flavor ?? instance.flavor;
  return increaseOf(instance.flavor, flavor);
}

/** Whether a project must be asked first. */
export function needsQuota(instance: Instance, request: OperationRequest): boolean {
  const { cores, ramMib } = increase(instance, request);
  return cores > 0 || ramMib > 0;
}

/** Asks the project for the quota; it answers whoever asked when there is none, else the message comes back from there. */
export function reserveFirst(instance: Instance, message: BeginOperation, ctx: Context): Instance {
  const { id: instanceId, userId } = instance;
  const size = increase(instance, message);
  ctx.tell(project.at(instance.projectId), {
    type: 'reserve',
    instanceId,
    userId,
    begin: { ...message, reserved: { ...size, asker: ctx.asker } },
  });
  return instance;
}

/** A resize has waited long enough: it is confirmed, as soon as nothing else is under way. */
export function confirmOverdue(instance: Instance, migration: number, ctx: Context): Instance {
  if (instance.vmState !== 'resized' || instance.move?.migration !== migration) return instance;
  if (instance.operation === null) return begin(instance, 'confirmResize', `req-${ctx.newId()}`, null, ctx);
  ctx.setTimer(CONFIRM_TIMER, limits.confirmAgainMs, { type: 'confirmOverdue', migration });
  return instance;
}
