import { table } from '../../runtime/table.ts';
import type { Notification, Sink } from './protocol.ts';

/** How far a sink is. */
export interface Notifier {
  readonly sink: Sink;
  /** The number of the last notification taken; they are numbered from 1. */
  readonly last: number;
  /** The number of the oldest one that has not been delivered; above `last`: none waits. */
  readonly first: number;
  /** The last number of those that are being delivered; null: none are. */
  readonly deliveringTo: number | null;
  /** Attempts in a row that have failed. */
  readonly failures: number;
  /** How many were given up, or had to go since too many waited. */
  readonly lost: number;
}

/** By the sink. */
export const notifiers = table<Notifier>({ name: 'notifier' });

/** A notification that waits for its delivery to a sink, or was given up. */
export interface WaitingNotification extends Notification {
  readonly sink: Sink;
  readonly number: number;
}

/** By `notificationId`: those of a sink are in the order in which they came. */
export const notifications = table<WaitingNotification>({ name: 'notification' });

/** Those that were given up, with the same ids: for people. */
export const deadNotifications = table<WaitingNotification>({ name: 'dead-notification' });

/** The id of a row: the sink, then the number with leading zeros. */
export const notificationId = (sink: Sink, number: number): string => `${sink}.${String(number).padStart(16, '0')}`;
