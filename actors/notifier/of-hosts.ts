import type { ActorKind } from '../../runtime/actor.ts';
import { type Host, heartbeatMs } from '../host/row.ts';
import { publish } from './envelope.ts';
import { type NovaObject, novaObject, novaTime } from './nova-object.ts';
import type { Sink } from './protocol.ts';

/** The version of nova-compute that these services say they have: that of the newest microversion. */
const SERVICE_VERSION = 70;

const servicePayload = (host: Host, nowMs: number): NovaObject =>
  novaObject('ServiceStatusPayload', {
    uuid: host.serviceId,
    binary: 'nova-compute',
    topic: 'compute',
    host: host.name,
    availability_zone: host.zone,
    disabled: host.disabled,
    disabled_reason: host.disabledReason,
    forced_down: host.forcedDown === true,
    last_seen_up: novaTime(heartbeatMs(host, nowMs)),
    report_count: 0,
    version: SERVICE_VERSION,
  });

/** Hosts, where something is to be told of them: that they are new, or are disabled, enabled or said to be down. */
export function notifyingHosts<Message>(
  kind: ActorKind<Host | null, Message>,
  sinks: readonly Sink[],
): ActorKind<Host | null, Message> {
  return {
    ...kind,
    handle(state, message, ctx) {
      const next = kind.handle(state, message, ctx);
      if (next === null) return next;
      if (state === null) publish(sinks, 'service.create', next.name, servicePayload(next, ctx.nowMs), ctx);
      else if (isChanged(state, next))
        publish(sinks, 'service.update', next.name, servicePayload(next, ctx.nowMs), ctx);
      return next;
    },
  };
}

const isChanged = (before: Host, next: Host): boolean =>
  before.disabled !== next.disabled ||
  before.disabledReason !== next.disabledReason ||
  (before.forcedDown ?? false) !== (next.forcedDown ?? false);
