import type { ReplyTo } from './message.ts';
import type { Delivery } from './transport.ts';

/*
 * What a client sends is made of classes, and its lists by `slice`. V8 watches the places where literals are written: of those
 * whose objects have once outlived some collections of the young generation it puts all later ones into the old one at once.
 * There each keeps all that it holds from being collected, until the next full collection: every message and id that
 * was ever sent. Objects of classes always begin young.
 */

/** A message of a client on its way to an actor. */
export class SentMessage implements Delivery {
  readonly kind: string;
  readonly id: string;
  readonly message: unknown;
  readonly replyTo: ReplyTo | null;

  constructor(kind: string, id: string, message: unknown, replyTo: ReplyTo | null) {
    this.kind = kind;
    this.id = id;
    this.message = message;
    this.replyTo = replyTo;
  }
}

const NONE: readonly Delivery[] = [];

/** Messages of a client that travel to a shard together. */
export class Sending {
  readonly type = 'deliver';
  readonly deliveries: Delivery[] = NONE.slice();
}
