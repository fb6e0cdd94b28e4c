import type { Context } from '../../runtime/context.ts';
import type { NovaObject } from './nova-object.ts';
import { type Notification, notifier, type Sink } from './protocol.ts';

/** What only Nova's API tells, not a host. */
const OF_THE_API = /^(flavor|keypair|aggregate|server_group)\.|^instance\.(lock|unlock|update|evacuate)$/;

/** What its conductor tells. */
const OF_THE_CONDUCTOR = /^(instance\.rebuild_scheduled$|aggregate\.cache_images\.progress$|compute_task\.)/;

/** The publisher of a type, with the host that it is about. */
function publisherOf(eventType: string, host: string | null): string {
  if (OF_THE_CONDUCTOR.test(eventType)) return 'nova-conductor:novella';
  if (eventType.startsWith('scheduler.')) return 'nova-scheduler:novella';
  return OF_THE_API.test(eventType) ? 'nova-api:novella' : `nova-compute:${host ?? 'novella'}`;
}

/** Tells every sink, as part of the commit that does what is told. */
export function publish(
  sinks: readonly Sink[],
  eventType: string,
  host: string | null,
  payload: NovaObject,
  ctx: Context,
): void {
  const messageId = ctx.newId();
  const body = JSON.stringify({
    message_id: messageId,
    publisher_id: publisherOf(eventType, host),
    timestamp: new Date(ctx.nowMs).toISOString(),
    priority: eventType.endsWith('.error') ? 'ERROR' : 'INFO',
    event_type: eventType,
    payload,
  });
  const notification: Notification = { messageId, eventType, body };
  for (const sink of sinks) ctx.tell(notifier.at(sink), { type: 'notify', notification });
}
