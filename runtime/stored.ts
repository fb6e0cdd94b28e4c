import { EFFECT_PREFIX, type EffectRecord } from './effect.ts';
import { keyOf } from './key.ts';
import { DamagedRow, type Entry, type Reader } from './store.ts';
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

/** What becomes of a damaged row. */
type ToDamaged = (row: DamagedRow) => void;

const refuse: ToDamaged = (row) => {
  throw row;
};

/** The rows under a prefix that are not damaged. */
function* intactRows(store: Reader, prefix: string, damaged: ToDamaged): Iterable<Entry> {
  for (const key of store.keys({ prefix })) {
    let value: unknown;
    try {
      value = store.get(key);
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      damaged(error);
    }
    if (value !== undefined) yield { key, value };
  }
}

/** The messages that wait in a store, oldest first. */
export function* storedMessages(store: Reader, damaged = refuse): Iterable<StoredMessages> {
  for (const { key, value } of intactRows(store, QUEUE_PREFIX, damaged)) {
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

/**
 * Reads what is stored and not yet done. Rows of unknown form are left alone; so are damaged ones, when `damaged` is there to be told
 * of them: it throws otherwise.
 */
export function readPending(store: Reader, damaged = refuse): Pending {
  const queued = [...storedMessages(store, damaged)];
  const timers = [];
  for (const { key, value } of intactRows(store, TIMER_PREFIX, damaged)) {
    if (isTimerRecord(value)) timers.push({ key, timer: value });
  }
  const effects = [];
  for (const { key, value } of intactRows(store, EFFECT_PREFIX, damaged)) {
    if (isEffectRecord(value)) effects.push({ key, record: value });
  }
  return { queued, timers, effects };
}
