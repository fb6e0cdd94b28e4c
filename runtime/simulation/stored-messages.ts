import { EFFECT_PREFIX } from '../effect.ts';
import { keyOf } from '../key.ts';
import type { Reader } from '../store.ts';
import { readPending, storedMessages } from '../stored.ts';
import { TIMER_PREFIX } from '../timer.ts';
import type { Delivery } from '../transport.ts';
import type { Invariant, World } from './world.ts';

const SEQUENCE_DIGITS = 16;
const OUTBOX_PREFIX = 'o/';
const QUEUE_PREFIX = 'q/';
/** Everything else that is to be done: effects, timers. */
const PENDING_PREFIXES = [OUTBOX_PREFIX, QUEUE_PREFIX, EFFECT_PREFIX, TIMER_PREFIX];

/** Where a shard has stored a message to another, until the other has taken it. */
export const outboxKey = (to: string, sequence: number): string =>
  `${keyOf('o', to)}/${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;

/** Where a shard has stored the number of the last message that it has taken from another. */
const inboxKey = (from: string): string => keyOf('i', from);

/** The number of the last message that a shard has stored as taken from another. */
export function lastTaken(rows: Reader, from: string): number {
  const row = rows.get(inboxKey(from));
  const taken = typeof row === 'object' && row !== null && 'lastTaken' in row ? row.lastTaken : 0;
  return typeof taken === 'number' ? taken : 0;
}

function isDelivery(value: unknown): value is Delivery {
  return typeof value === 'object' && value !== null && 'kind' in value && 'message' in value;
}

/** Messages between actors that are stored and not handled: on their way to another shard, or waiting in their own. */
export function* messagesUnderWay(world: World): Iterable<Delivery> {
  for (const [name, { disk }] of world.shards) {
    for (const { deliveries } of storedMessages(disk)) yield* deliveries;
    for (const to of world.shards.keys()) {
      const taken = lastTaken(world.rows(to), name);
      for (const { key, value } of disk.range({ prefix: `${keyOf('o', to)}/` })) {
        if (Number(key.slice(-SEQUENCE_DIGITS)) > taken && isDelivery(value)) yield value;
      }
    }
  }
}

/** What a shard still has to do: every row of a message, effect or timer that has not come to its end. */
function* leftToDo(rows: Reader): Iterable<string> {
  const { queued, timers, effects } = readPending(rows);
  for (const { key } of queued) yield `messages in ${key} were never handled`;
  for (const { timer } of timers) yield `timer ${timer.name} of ${timer.kind}/${timer.id} never came`;
  for (const { record } of effects) yield `effect ${record.effectId} of ${record.kind}/${record.id} never ended`;
  for (const key of rows.keys({ prefix: OUTBOX_PREFIX })) yield `message ${key} was never acknowledged`;
}

/** Whether any shard is down, or has something to do. */
export function isAtRest({ shards }: World): boolean {
  for (const { disk, shard } of shards.values()) {
    if (shard === null) return false;
    for (const prefix of PENDING_PREFIXES) for (const _ of disk.keys({ prefix, limit: 1 })) return false;
  }
  return true;
}

/** What every system of actors promises: whatever was stored to be done comes to its end. */
export const nothingIsLeft: Invariant = {
  name: 'everything stored comes to its end',
  when: 'rest',
  *check({ shards }) {
    for (const { name, disk } of shards.values()) for (const text of leftToDo(disk)) yield `${name}: ${text}`;
  },
};
