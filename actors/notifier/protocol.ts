import { protocol } from '../../runtime/address.ts';
import type { EffectEnded } from '../../runtime/message.ts';

/** Where notifications go. Each has a notifier of its own, so that one that is down does not hold up another. */
export const SINKS = ['webhook', 'file', 'program'] as const;
export type Sink = (typeof SINKS)[number];

/** Something that has happened, as Nova's versioned notifications tell it. */
export interface Notification {
  /** A UUID that stays the same however often it is delivered. */
  readonly messageId: string;
  /** Such as `instance.create.end`. */
  readonly eventType: string;
  /** The whole as JSON text, as it is delivered. */
  readonly body: string;
}

/** What a notifier can be told. */
export type NotifierMessage =
  /** From whoever has done it, in the commit that does it: deliver this. */
  | { readonly type: 'notify'; readonly notification: Notification }
  /** An attempt at delivery ended. */
  | EffectEnded
  /** From itself, by timer: a delivery that failed is due again. */
  | { readonly type: 'deliverAgain' }
  /** From the program that embeds the cloud: it has got those up to this number. */
  | { readonly type: 'delivered'; readonly upTo: number };

export const notifier = protocol<NotifierMessage, never>('notifier');
