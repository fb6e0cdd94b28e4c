import type { InstanceAction, InstanceActionEvent } from '../../../actors/instance/actions/row.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { derived, since, stepped } from '../../stepped.ts';
import { hostIdOf } from '../servers/view-fields.ts';
import { isoMicroseconds } from '../times.ts';

/** What a caller may see of the events of an action. */
export interface EventSight {
  /** Everything: tracebacks and names of hosts. */
  readonly all: boolean;
  readonly details: boolean;
}

/** An action without its events. */
export const actionView = stepped(
  (action: InstanceAction) => baseOf(action),
  ['2.58', (action: InstanceAction) => ({ ...baseOf(action), updated_at: isoMicroseconds(action.updatedMs) })],
);

const baseOf = (action: InstanceAction) => ({
  action: action.action,
  instance_uuid: action.instanceId,
  request_id: action.requestId,
  user_id: action.userId,
  project_id: action.projectId,
  start_time: isoMicroseconds(action.startMs),
  message: action.message,
});

const withHost = since('2.62', true);
const withDetails = since('2.84', true);

/** An event of an action. */
export const eventView = derived([withHost, withDetails], (version) => {
  const [hasHost, hasDetails] = [withHost.at(version) === true, withDetails.at(version) === true];
  return (event: InstanceActionEvent, server: Instance, sight: EventSight) => ({
    event: event.event,
    start_time: isoMicroseconds(event.startMs),
    finish_time: isoMicroseconds(event.finishMs),
    result: event.result,
    // What failed is told in words; there is no stack of calls to show.
    ...(sight.all ? { traceback: event.result === 'Error' ? event.details : null } : {}),
    ...(hasHost ? { hostId: hostIdOf(event.host, server.projectId) } : {}),
    ...(hasHost && sight.all ? { host: event.host ?? '' } : {}),
    ...(hasDetails && sight.details ? { details: event.details } : {}),
  });
});
