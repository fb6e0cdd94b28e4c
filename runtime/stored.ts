import { EFFECT_PREFIX, type EffectRecord } from './effect.ts';
import { keyOf } from './key.ts';
import type { Reader } from './store.ts';
import { TIMER_PREFIX, type TimerRecord } from './timer.ts';
import type { Delivery } from './transport.ts';

/** Where messages wait that one batch could not handle. */
export const QUEUE_PREFIX = 'q/';

/** The key of a row of queued messages: they sort in the order in which they were stored. */
export const queueKey = (sequence: number): string => QUEUE_PREFIX + String(sequence).padStart(16, '0');

/** The number in such a key. */
export const queueSequence = (key: string): number => Number.parseInt(key.slice(QUEUE_PREFIX.length), 10);

/** The key of a pending effect: one an id and actor. */
export const effectKey = (kind: string, id: string, effectId: string): string =>
  EFFECT_PREFIX + keyOf(kind, id, effectId);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Guards for the runtime's own rows. Their checksums were verified; these tell the types apart for the compiler. */
const isEffectRecord = (value: unknown): value is EffectRecord =>
  isObject(value) && 'effectId' in value && 'name' in value && 'deadlineMs' in value;

const isTimerRecord = (value: unknown): value is TimerRecord => isObject(value) && 'dueMs' in value;

/** Of a message as it is stored: in the queue, or in an outbox. */
export const isDelivery = (value: unknown): value is Delivery =>
  isObject(value) && 'kind' in value && 'message' in value;

/** Messages of one row that wait for a later batch. */
export interface StoredMessages {
  readonly key: string;
  readonly deliveries: readonly Delivery[];
}

/** The messages that wait in a store, oldest first. */
export function* storedMessages(store: Reader): Iterable<StoredMessages> {
  for (const { key, value } of store.range({ prefix: QUEUE_PREFIX })) {
    // A store of before had a row for each message.
    const deliveries = (Array.isArray(value) ? value : [value]).filter(isDelivery);
    if (deliveries.length > 0) yield { key, deliveries };
  }
}

/** What a shard that ended has left to do. */
export interface Pending {
  readonly queued: readonly StoredMessages[];
  readonly timers: readonly { readonly key: string; readonly timer: TimerRecord }[];
  readonly effects: readonly { readonly key: string; readonly record: EffectRecord }[];
}

/** Reads what is stored and not yet done. Rows of unknown form are left alone. */
export function readPending(store: Reader): Pending {
  const queued = [...storedMessages(store)];
  const timers = [];
  for (const { key, value } of store.range({ prefix: TIMER_PREFIX })) {
    if (isTimerRecord(value)) timers.push({ key, timer: value });
  }
  const effects = [];
  for (const { key, value } of store.range({ prefix: EFFECT_PREFIX })) {
    if (isEffectRecord(value)) effects.push({ key, record: value });
  }
  return { queued, timers, effects };
}
