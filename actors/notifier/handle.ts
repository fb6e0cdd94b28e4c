import type { Context } from '../../runtime/context.ts';
import { limits } from '../limits.ts';
import { type NotifierMessage, SINKS } from './protocol.ts';
import { deadNotifications, type Notifier, notificationId, notifications } from './row.ts';

/** A sink, or nothing yet that was told to it. */
export type NotifierState = Notifier | null;

const AGAIN_TIMER = 'deliver-again';
const DELIVER_EFFECT = 'deliver';

/**
 * Handles one message of a notifier. What it is given it keeps until the sink has taken it: at least once, in order. A sink
 * that does not take something is asked again, later each time; after so many attempts that is given up, and the next goes.
 */
export function handle(state: NotifierState, message: NotifierMessage, ctx: Context): NotifierState {
  const own = state ?? fresh(ctx.self.id);
  if (own === null) return state;
  switch (message.type) {
    case 'notify': {
      const number = own.last + 1;
      const { sink } = own;
      ctx.put(notifications, notificationId(sink, number), { ...message.notification, sink, number });
      return deliver(bounded({ ...own, last: number }, ctx), ctx);
    }
    case 'deliverAgain':
      return deliver({ ...own, deliveringTo: null }, ctx);
    case 'delivered':
      return deliver(forget(own, message.upTo, ctx), ctx);
    case 'effectEnded':
      if (own.deliveringTo === null) return own;
      return message.outcome.ok ? deliver(forget(own, own.deliveringTo, ctx), ctx) : failed(own, own.deliveringTo, ctx);
  }
}

function fresh(id: string): NotifierState {
  const sink = SINKS.find((name) => name === id);
  return sink === undefined ? null : { sink, last: 0, first: 1, deliveringTo: null, failures: 0, lost: 0 };
}

/** Has the next ones delivered, unless some are. The program that embeds the cloud comes for its own. */
function deliver(state: Notifier, ctx: Context): Notifier {
  const { sink, first, last } = state;
  if (sink === 'program' || state.deliveringTo !== null || first > last) return state;
  const to = Math.min(last, first + limits.notificationBatchMax - 1);
  ctx.effect({
    effectId: DELIVER_EFFECT,
    name: 'notify.deliver',
    args: { sink, from: first, to },
    deadlineMs: limits.notificationDeliveryMs,
    lane: `notify:${sink}`,
  });
  return { ...state, deliveringTo: to };
}

/** Those up to `to` have been taken. */
function forget(state: Notifier, to: number, ctx: Context): Notifier {
  const end = Math.min(to, state.last);
  for (let number = state.first; number <= end; number++) {
    ctx.put(notifications, notificationId(state.sink, number), undefined);
  }
  return { ...state, first: Math.max(state.first, end + 1), deliveringTo: null, failures: 0 };
}

function failed(state: Notifier, to: number, ctx: Context): Notifier {
  const failures = state.failures + 1;
  if (failures < limits.notificationAttemptsMax) {
    const delayMs = Math.min(limits.notificationAgainMsMax, limits.notificationAgainMs * 2 ** (failures - 1));
    ctx.setTimer(AGAIN_TIMER, delayMs, { type: 'deliverAgain' });
    return { ...state, failures };
  }
  return deliver(giveUp(state, to, ctx), ctx);
}

/** Those up to `to` become dead letters; of these only the last ones are kept. */
function giveUp(state: Notifier, to: number, ctx: Context): Notifier {
  const { sink } = state;
  for (let number = state.first; number <= to; number++) {
    const id = notificationId(sink, number);
    const row = notifications.read(ctx.rows, id);
    if (row) ctx.put(deadNotifications, id, row);
  }
  const dead = [...deadNotifications.scan(ctx.rows, { idPrefix: `${sink}.` })];
  for (const { number } of dead.slice(0, Math.max(0, dead.length - limits.deadNotificationsMax))) {
    ctx.put(deadNotifications, notificationId(sink, number), undefined);
  }
  const given = Math.max(0, to - state.first + 1);
  return { ...forget(state, to, ctx), lost: state.lost + given };
}

/**
 * Too many wait: the oldest goes. Also when it is on its way, since a sink that takes nothing has some on their way until
 * they are given up; one that it takes in that moment counts as lost all the same.
 */
function bounded(state: Notifier, ctx: Context): Notifier {
  const { sink, first, last } = state;
  if (last - first < limits.notificationsWaitingMax) return state;
  ctx.put(notifications, notificationId(sink, first), undefined);
  return { ...state, first: first + 1, lost: state.lost + 1 };
}
