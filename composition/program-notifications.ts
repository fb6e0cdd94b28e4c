import { type Notification, notifier } from '../actors/notifier/protocol.ts';
import { notificationId, notifications, notifiers } from '../actors/notifier/row.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Reader } from '../runtime/store.ts';
import type { ActorSystem } from '../runtime/system.ts';

/** Hears notifications. One that throws, or whose promise fails, hears the same ones again. */
export type NotificationListener = (notification: Notification) => void | Promise<void>;

/** How often the program looks for new ones, in milliseconds. */
const LOOK_EVERY_MS = 200;
/** Wait before a listener that failed is given the same ones again. */
const AGAIN_MS = 5_000;
/** Given between two acknowledgements: as many may come again after a crash. */
const BATCH_MAX = 100;

/** What a pump works with. */
interface PumpOptions {
  readonly system: ActorSystem;
  /** Of the store that the notifiers are in. */
  readonly reader: Reader;
  readonly clock: Clock;
  readonly listener: NotificationListener;
  readonly failed: (error: unknown) => void;
}

/**
 * Gives notifications to the program that embeds the cloud, in order and one after the other, and acknowledges them when it
 * has handled them: what was not comes again, also after a restart. Returns what ends it.
 */
export function pumpNotifications({ system, reader, clock, listener, failed }: PumpOptions): () => void {
  let isStopped = false;
  let handled = 0;
  const give = async (): Promise<number> => {
    reader.renew();
    const state = notifiers.read(reader, 'program');
    const to = Math.min(state?.last ?? 0, handled + BATCH_MAX);
    const from = Math.max(state?.first ?? 1, handled + 1);
    for (let number = from; number <= to && !isStopped; number++) {
      const row = notifications.read(reader, notificationId('program', number));
      if (row) await listener({ messageId: row.messageId, eventType: row.eventType, body: row.body });
      handled = number;
    }
    // Told again until the rows are gone: a tell can be lost with the process.
    if (state && handled >= state.first) system.tell(notifier.at('program'), { type: 'delivered', upTo: handled });
    return state && state.last > handled ? 0 : LOOK_EVERY_MS;
  };
  const next = (): void => {
    if (isStopped) return;
    give()
      .catch((error: unknown) => {
        failed(error);
        return AGAIN_MS;
      })
      .then((waitMs) => {
        if (!isStopped) clock.after(waitMs, next);
      });
  };
  next();
  return () => {
    isStopped = true;
  };
}
