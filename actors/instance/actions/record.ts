import type { Context } from '../../../runtime/context.ts';
import type { Operation, StepFailure } from '../operation.ts';
import type { Requester } from '../protocol.ts';
import type { Instance, RunningOperation } from '../row.ts';
import {
  actionId,
  actionUnderWay,
  type InstanceAction,
  type InstanceActionEvent,
  instanceActions,
  type OperationRecord,
} from './row.ts';

type Recorded = Pick<RunningOperation, 'requestId' | 'startedMs' | 'record'>;

/** What an operation that begins will be recorded as. */
export const recordOf = (
  { host }: Instance,
  { action, event }: Pick<Operation, 'action' | 'event'>,
  requester: Requester | null,
): OperationRecord => ({
  action,
  event,
  userId: requester?.userId ?? null,
  projectId: requester?.projectId ?? null,
  host,
});

/** Records that something has begun that is no operation of the instance, as an action with one event. */
export function recordBegin(ctx: Context, { id }: Instance, running: Required<Recorded>): void {
  const action = actionUnderWay(id, running);
  if (action) ctx.put(instanceActions, actionId(id, running.startedMs, running.requestId), action);
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

/** Records that something has ended: well, or with a failure. Without a record of its own it stands in its row since it began. */
export function recordEnd(
  ctx: Context,
  instance: Instance,
  running: Recorded,
  failure: Pick<StepFailure, 'message'> | null,
): void {
  const { requestId, startedMs, record } = running;
  const id = actionId(instance.id, startedMs, requestId);
  if (record !== undefined) {
    ctx.put(instanceActions, id, endedAction(instance, requestId, startedMs, record, ctx.nowMs, failure));
    return;
  }
  const action = instanceActions.read(ctx.rows, id);
  if (!action) return;
  const events = action.events.map(
    ({ event, startMs: beganMs, host }): InstanceActionEvent => ({
      event,
      startMs: beganMs,
      finishMs: ctx.nowMs,
      result: failure ? 'Error' : 'Success',
      host: host ?? instance.host,
      details: failure?.message ?? null,
    }),
  );
  ctx.put(instanceActions, id, { ...action, updatedMs: ctx.nowMs, message: failure ? 'Error' : null, events });
}

/** What an operation of this record has come to: an action with one event. */
function endedAction(
  { id: instanceId, host }: Instance,
  requestId: string,
  startMs: number,
  { action, event, userId, projectId, host: hostBefore }: OperationRecord,
  nowMs: number,
  failure: Pick<StepFailure, 'message'> | null,
): InstanceAction {
  return {
    instanceId,
    action,
    requestId,
    userId,
    projectId,
    startMs,
    updatedMs: nowMs,
    message: failure ? 'Error' : null,
    events: [
      {
        event,
        startMs,
        finishMs: nowMs,
        result: failure ? 'Error' : 'Success',
        host: hostBefore ?? host,
        details: failure?.message ?? null,
      },
    ],
  };
}
