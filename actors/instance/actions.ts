import type { Context } from '../../runtime/context.ts';
import type { Operation, StepFailure } from './operation.ts';
import type { Requester } from './protocol.ts';
import { actionId, type Instance, type InstanceAction, instanceActions, type RunningOperation } from './row.ts';

/** Records that an operation has begun, as an action with one event. */
export function recordBegin(
  ctx: Context,
  instance: Instance,
  operation: Operation,
  running: RunningOperation,
  requester: Requester | null,
): void {
  const action: InstanceAction = {
    instanceId: instance.id,
    action: operation.action,
    requestId: running.requestId,
    userId: requester?.userId ?? null,
    projectId: requester?.projectId ?? null,
    startMs: running.startedMs,
    updatedMs: running.startedMs,
    message: null,
    events: [
      {
        event: operation.event,
        startMs: running.startedMs,
        finishMs: null,
        result: null,
        host: instance.host,
        details: null,
      },
    ],
  };
  ctx.put(instanceActions, actionId(instance.id, running.startedMs, running.requestId), action);
}

/** Records that an operation has ended: well, or with a failure. */
export function recordEnd(
  ctx: Context,
  instance: Instance,
  running: RunningOperation,
  failure: Pick<StepFailure, 'message'> | null,
): void {
  const id = actionId(instance.id, running.startedMs, running.requestId);
  const action = instanceActions.read(ctx.rows, id);
  if (!action) return;
  const events = action.events.map((event) => ({
    ...event,
    finishMs: ctx.nowMs,
    result: failure ? ('Error' as const) : ('Success' as const),
    host: event.host ?? instance.host,
    details: failure?.message ?? null,
  }));
  ctx.put(instanceActions, id, { ...action, updatedMs: ctx.nowMs, message: failure ? 'Error' : null, events });
}
