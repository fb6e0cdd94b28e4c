import { timeKeyPart } from '../../../runtime/key.ts';
import { table } from '../../../runtime/table.ts';
import type { Instance, RunningOperation } from '../row.ts';

/** One thing that was done to an instance, with its events. Nova: `os-instance-actions`. */
export interface InstanceAction {
  readonly instanceId: string;
  readonly action: string;
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly startMs: number;
  readonly updatedMs: number;
  /** `Error` when an event failed. */
  readonly message: string | null;
  readonly events: readonly InstanceActionEvent[];
}

export interface InstanceActionEvent {
  readonly event: string;
  readonly startMs: number;
  readonly finishMs: number | null;
  readonly result: 'Success' | 'Error' | null;
  readonly host: string | null;
  readonly details: string | null;
}

/** What an operation is recorded as. Until it has ended it stands in the instance itself: so it is written once and not twice. */
export interface OperationRecord {
  readonly action: string;
  readonly event: string;
  /** Who asked for it; null: nobody. */
  readonly userId: string | null;
  readonly projectId: string | null;
  /** The host of the instance when it began. */
  readonly host: string | null;
}

/** By `actionId`. */
export const instanceActions = table<InstanceAction>({ name: 'instance-action' });

/** The id of an action's row: the instance, then the time, so that an instance's actions are a range in order. */
export const actionId = (instanceId: string, startMs: number, requestId: string): string =>
  `${instanceId}.${timeKeyPart(startMs)}.${requestId}`;

/** The action of an operation that is under way; null: it has a row. */
export function actionUnderWay(
  instanceId: string,
  { requestId, startedMs, record }: Pick<RunningOperation, 'requestId' | 'startedMs' | 'record'>,
): InstanceAction | null {
  if (record === undefined) return null;
  const { action, event, userId, projectId, host } = record;
  return {
    instanceId,
    action,
    requestId,
    userId,
    projectId,
    startMs: startedMs,
    updatedMs: startedMs,
    message: null,
    events: [{ event, startMs: startedMs, finishMs: null, result: null, host, details: null }],
  };
}

/** The action of what an instance is doing; null: nothing, or it has a row. */
export const presentAction = ({ id, operation }: Instance): InstanceAction | null =>
  operation === null ? null : actionUnderWay(id, operation);
