import type { NotificationSink } from '../../drivers/notifications.ts';
import type { EffectRecord, EffectRunner } from '../../runtime/effect.ts';
import type { EffectOutcome } from '../../runtime/message.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import { SINKS, type Sink } from './protocol.ts';
import { notificationId, notifications } from './row.ts';

/** The sinks that a runner can reach. */
export type NotificationSinks = Partial<Readonly<Record<Sink, NotificationSink>>>;

interface Arguments {
  readonly sink: Sink | undefined;
  readonly from: number;
  readonly to: number;
}

function argumentsOf({ args }: EffectRecord): Arguments {
  const given: Record<string, unknown> = typeof args === 'object' && args !== null ? { ...args } : {};
  const { from, to } = given;
  return {
    sink: SINKS.find((name) => name === given['sink']),
    from: typeof from === 'number' ? from : 1,
    to: typeof to === 'number' ? to : 0,
  };
}

/** Does the effects named `notify.…`, and has the others done by `rest`. */
export function withNotifications(rows: Reader, sinks: NotificationSinks, rest: EffectRunner): EffectRunner {
  return async (request, signal): Promise<EffectOutcome> => {
    if (request.name !== 'notify.deliver') return rest(request, signal);
    const { sink: name, from, to } = argumentsOf(request);
    const sink = name && sinks[name];
    if (!name || !sink) return failed({ code: 'SinkNotFound', reason: `There is no sink ${name ?? ''} any more.` });
    const bodies: string[] = [];
    for (let number = from; number <= to; number++) {
      const row = notifications.read(rows, notificationId(name, number));
      if (row) bodies.push(row.body);
    }
    const delivered = bodies.length === 0 ? { ok: true as const } : await sink.deliver(bodies, signal);
    if (delivered.ok) return ok(null);
    const { error } = delivered;
    return failed({ code: error.code, reason: 'reason' in error ? error.reason : error.code });
  };
}
