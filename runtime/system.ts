import type { Address } from './address.ts';
import type { Cancel, Clock } from './clock.ts';
import type { AskError, AskOutcome } from './message.ts';
import { type Random, realRandom } from './random.ts';
import { failed } from './result.ts';
import { Sending, SentMessage } from './sending.ts';
import type { Delivery, Link, ToClient, ToShard } from './transport.ts';

/** What a client of an actor system is made of. */
export interface ActorSystemOptions {
  /** Tells this client from others of the same shards. */
  readonly client: string;
  readonly clock: Clock;
  /** The shard that owns an actor. */
  readonly shardOf: (kind: string, id: string) => string;
  /** Asks that may wait for a reply at once, over all shards. Beyond it an ask is refused with MailboxFull. */
  readonly asksInFlightMax: number;
  /** Where the numbers of calls begin. @default realRandom; a simulation gives its own, to repeat itself */
  readonly random?: Random;
  /** Called before the replies of a batch are handed out: a reader that is renewed here sees what they tell of. */
  readonly beforeReplies?: () => void;
}

/** How an ask is to be treated. */
export interface AskOptions {
  /** Milliseconds until AskTimedOut. */
  readonly deadlineMs: number;
  /** It passes ahead of what users have sent, and is taken when a mailbox is full of that: for what an operator asks. */
  readonly isSystem?: boolean;
}

interface Waiting {
  readonly shard: string;
  readonly deadlineAtMs: number;
  readonly deadlineMs: number;
  readonly settle: (outcome: AskOutcome<unknown>) => void;
}

/** Numbers of calls begin below this one, and have as many again before them until they are not exact any more. */
const FIRST_CALL_MAX = 2 ** 52;

/** Messages that wait to travel together; so many do not wait any longer. */
const SEND_AT_ONCE = 32;

/** How often overdue asks are looked for. A time-out may come this much late. */
const SWEEP_MS = 100;

/**
 * The outside's way to actors: it finds the shard, sends in batches, and matches replies. It holds no actor itself.
 * Calls of one turn of the event loop travel together.
 */
export class ActorSystem {
  readonly #options: ActorSystemOptions;
  readonly #links = new Map<string, Link<ToShard, ToClient>>();
  #outgoing = new Map<string, Sending>();
  readonly #waiting = new Map<number, Waiting>();
  /**
   * Numbers of calls begin anywhere: an asker stored by an earlier process must not meet a call of this one. Not at the time
   * of day, which begins anew with each start of a machine whose clock has no battery.
   */
  #calls: number;
  #flushing = false;
  #cancelSweep: Cancel | null = null;
  #closed = false;

  constructor(options: ActorSystemOptions) {
    this.#options = options;
    this.#calls = Math.floor((options.random ?? realRandom).fraction() * FIRST_CALL_MAX);
  }

  /** Links a shard. A link of the same name is replaced; asks that wait for the former one end with ShardStopped. */
  connect(shard: string, link: Link<ToShard, ToClient>): void {
    this.disconnect(shard);
    this.#links.set(shard, link);
    link.onReceive(({ replies }) => {
      this.#options.beforeReplies?.();
      for (const { call, reply } of replies) this.#settle(call, reply);
    });
  }

  /** Ends all asks that wait for a shard, since it has stopped. */
  disconnect(shard: string): void {
    this.#links.get(shard)?.close();
    this.#links.delete(shard);
    for (const [call, waiting] of this.#waiting) {
      if (waiting.shard !== shard) continue;
      this.#waiting.delete(call);
      waiting.settle(failed({ code: 'ShardStopped' }));
    }
  }

  /** Sends a message and waits for the reply, which comes only after everything it tells of is stored. Errors: AskError. */
  ask<Message, Reply>(
    to: Address<Message, Reply>,
    message: Message,
    { deadlineMs, isSystem }: AskOptions,
  ): Promise<AskOutcome<Reply>> {
    const shard = this.#options.shardOf(to.kind, to.id);
    if (this.#closed || !this.#links.has(shard)) return Promise.resolve(failed<AskError>({ code: 'ShardStopped' }));
    if (this.#waiting.size >= this.#options.asksInFlightMax) {
      return Promise.resolve(failed<AskError>({ code: 'MailboxFull', retryAfterMs: 1000 }));
    }
    const call = ++this.#calls;
    const promise = new Promise<AskOutcome<Reply>>((resolve) => {
      const settle = (outcome: AskOutcome<unknown>): void => {
        // The reply comes from the handler of `to`, whose protocol says its type.
        if (isReply<Reply>(outcome)) resolve(outcome);
      };
      const deadlineAtMs = this.#options.clock.monotonic() + deadlineMs;
      this.#waiting.set(call, { shard, deadlineAtMs, deadlineMs, settle });
    });
    const replyTo = { client: this.#options.client, call };
    const { kind, id } = to;
    this.#send(
      shard,
      isSystem ? { kind, id, message, replyTo, isSystem } : new SentMessage(kind, id, message, replyTo),
    );
    this.#sweepLater();
    return promise;
  }

  /** Sends a message without waiting. It is lost when the process ends before the shard's next commit, or the mailbox is full. */
  tell<Message>(to: Address<Message, unknown>, message: Message): void {
    const shard = this.#options.shardOf(to.kind, to.id);
    this.#send(shard, new SentMessage(to.kind, to.id, message, null));
  }

  /** Asks under way. */
  get inFlight(): number {
    return this.#waiting.size;
  }

  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    for (const shard of [...this.#links.keys()]) this.disconnect(shard);
  }

  #send(shard: string, delivery: Delivery): void {
    let outgoing = this.#outgoing.get(shard);
    if (outgoing === undefined) {
      outgoing = new Sending();
      this.#outgoing.set(shard, outgoing);
    }
    outgoing.deliveries.push(delivery);
    // A turn of the event loop can be long when many requests have come in; the shard need not wait for all of them.
    if (outgoing.deliveries.length >= SEND_AT_ONCE) {
      this.#flush();
      return;
    }
    if (this.#flushing) return;
    this.#flushing = true;
    this.#options.clock.soon(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const outgoing = this.#outgoing;
    // Before anything is sent: what cannot be (a function in a message) throws, and must not do so for ever. In a new map, since
    // V8 lets what a map held before it was cleared hold what it holds now: all that was sent would grow old with the first.
    this.#outgoing = new Map();
    for (const [shard, sending] of outgoing) this.#links.get(shard)?.send(sending);
  }

  #settle(call: number, reply: unknown): void {
    const waiting = this.#waiting.get(call);
    if (!waiting) return;
    this.#waiting.delete(call);
    waiting.settle(isReply(reply) ? reply : failed({ code: 'HandlerFailed', reason: 'The reply is not one.' }));
  }

  #sweepLater(): void {
    if (this.#cancelSweep) return;
    this.#cancelSweep = this.#options.clock.after(SWEEP_MS, () => {
      this.#cancelSweep = null;
      const now = this.#options.clock.monotonic();
      for (const [call, { deadlineAtMs, deadlineMs, settle }] of this.#waiting) {
        if (deadlineAtMs > now) continue;
        this.#waiting.delete(call);
        settle(failed({ code: 'AskTimedOut', deadlineMs }));
      }
      if (this.#waiting.size > 0) this.#sweepLater();
    });
  }
}

function isReply<Reply>(value: unknown): value is AskOutcome<Reply> {
  return typeof value === 'object' && value !== null && 'ok' in value;
}
