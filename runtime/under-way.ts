import { storedInbox } from './inbox.ts';
import { lastKeyPart } from './key.ts';
import { OUTBOXES_PREFIX, type StoredOutbox, storedOutbox } from './outbox.ts';
import type { Reader } from './store.ts';
import { storedMessages } from './stored.ts';
import type { Delivery } from './transport.ts';

/**
 * Messages that shards with these stores will handle once they run: those that wait in a shard, and those that are on their way to
 * another one. The stores may be of different moments: what the other one has taken already, or would not take, is left out.
 * `stores` by the names of their shards.
 */
export function* messagesUnderWay(stores: ReadonlyMap<string, Reader>): Iterable<Delivery> {
  for (const [name, store] of stores) {
    for (const { deliveries } of storedMessages(store)) yield* deliveries;
    for (const key of store.keys({ prefix: OUTBOXES_PREFIX })) {
      const peer = lastKeyPart(key);
      const outbox = storedOutbox(store, peer);
      if (outbox) yield* pendingOf(outbox, stores.get(peer), name);
    }
  }
}

/** As the outbox asks at a start, and the inbox answers: see there. */
function* pendingOf(outbox: StoredOutbox, receiver: Reader | undefined, sender: string): Iterable<Delivery> {
  const { epoch, lastSure, messages } = outbox;
  const inbox = receiver && storedInbox(receiver, sender);
  const isOver = inbox?.former.includes(epoch) === true;
  const taken = inbox?.epoch === epoch ? inbox.lastTaken : 0;
  // Numbered anew: what may have been sent before has been taken.
  const from = isOver || taken > lastSure ? lastSure : taken;
  for (const { sequence, delivery } of messages) if (sequence > from) yield delivery;
}
