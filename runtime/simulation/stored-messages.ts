import { EFFECT_PREFIX } from '../effect.ts';
import { storedInbox } from '../inbox.ts';
import { MESSAGES_PREFIX, storedMessagesFor } from '../outbox.ts';
import type { Reader } from '../store.ts';
import { QUEUE_PREFIX, readPending, storedMessages } from '../stored.ts';
import { TIMER_PREFIX } from '../timer.ts';
import type { Delivery } from '../transport.ts';
import type { Invariant, World } from './world.ts';

/** What is to be done, of whatever kind. */
const PENDING_PREFIXES = [MESSAGES_PREFIX, QUEUE_PREFIX, EFFECT_PREFIX, TIMER_PREFIX];

/** The number of the last message that a shard has stored as taken from another. */
export const lastTaken = (rows: Reader, from: string): number => storedInbox(rows, from)?.lastTaken ?? 0;

/** Messages between actors that are stored and not handled: on their way to another shard, or waiting in their own. */
export function* messagesUnderWay(world: World): Iterable<Delivery> {
  for (const [name, { disk }] of world.shards) {
    for (const { deliveries } of storedMessages(disk)) yield* deliveries;
    for (const to of world.shards.keys()) {
      const taken = lastTaken(world.rows(to), name);
      for (const { sequence, delivery } of storedMessagesFor(disk, to)) if (sequence > taken) yield delivery;
    }
  }
}

/** What a shard still has to do: every row of a message, effect or timer that has not come to its end. */
function* leftToDo(rows: Reader): Iterable<string> {
  const { queued, timers, effects } = readPending(rows);
  for (const { key } of queued) yield `messages in ${key} were never handled`;
  for (const { timer } of timers) yield `timer ${timer.name} of ${timer.kind}/${timer.id} never came`;
  for (const { record } of effects) yield `effect ${record.effectId} of ${record.kind}/${record.id} never ended`;
  for (const key of rows.keys({ prefix: MESSAGES_PREFIX })) yield `message ${key} was never acknowledged`;
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
