import type { Context } from '../../runtime/context.ts';
import type { Operation, StepFailure } from './operation.ts';
import type { Requester } from './protocol.ts';
import { actionId, type Instance, type InstanceAction, instanceActions, type RunningOperation } from './row.ts';

/** Records that an operation has begun, as an action with one event. */
export function recordBegin(
  ctx: Context,
  instance: Instance,
  operation: Pick<Operation, 'action' | 'event'>,
  running: Pick<RunningOperation, 'requestId' | 'startedMs'>,
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

/** Records something that is done at once, as an action with one event that has succeeded; null: without one. */
export function recordDone(
  ctx: Context,
  instance: Instance,
  action: string,
  event: string | null,
  { requestId, userId, projectId }: Requester,
): void {
  const atMs = ctx.nowMs;
  ctx.put(instanceActions, actionId(instance.id, atMs, requestId), {
    instanceId: instance.id,
    action,
    requestId,
    userId,
    projectId,
    startMs: atMs,
    updatedMs: atMs,
    message: null,
    events:
      event === null
        ? []
        : [{ event, startMs: atMs, finishMs: atMs, result: 'Success', host: instance.host, details: null }],
  });
}

/** Records that an operation has ended: well, or with a failure. */
export function recordEnd(
  ctx: Context,
  instance: Instance,
  running: Pick<RunningOperation, 'requestId' | 'startedMs'>,
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
