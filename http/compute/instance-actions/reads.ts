import { type InstanceAction, instanceActions, presentAction } from '../../../actors/instance/actions/row.ts';
import { instances } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { Page } from '../../paging.ts';

/** The actions of a server, the newest first. The one that is under way has no row yet. */
function* actionsOf(reader: Reader, serverId: string): IterableIterator<InstanceAction> {
  const server = instances.read(reader, serverId);
  let present = server ? presentAction(server) : null;
  for (const action of instanceActions.scan(reader, { idPrefix: `${serverId}.`, reverse: true })) {
    if (present && action.startMs <= present.startMs) {
      yield present;
      present = null;
    }
    yield action;
  }
  if (present) yield present;
}

/** The action that a request began; null when the server has none of it. */
export const actionOfRequest = (reader: Reader, serverId: string, requestId: string): InstanceAction | null => {
  for (const action of actionsOf(reader, serverId)) if (action.requestId === requestId) return action;
  return null;
};

/** Bounds of the time of the last change of an action, both included, in milliseconds since the epoch. */
export interface ChangedBetween {
  readonly since: number | null;
  readonly before: number | null;
}

/** A page of the actions of a server; null when its marker names no action. */
export const pageOfActions = (
  reader: Reader,
  serverId: string,
  page: Page,
  { since, before }: ChangedBetween,
): readonly InstanceAction[] | null => {
  const found: InstanceAction[] = [];
  let isPast = page.marker === null;
  for (const action of actionsOf(reader, serverId)) {
    if (!isPast) {
      isPast = action.requestId === page.marker;
      continue;
    }
    if (found.length === page.limit) break;
    const changedMs = action.updatedMs;
    if ((since === null || changedMs >= since) && (before === null || changedMs <= before)) found.push(action);
  }
  return isPast ? found : null;
};
