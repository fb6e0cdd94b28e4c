import type { Overlay } from './batch.ts';
import type { Cancel, Clock } from './clock.ts';
import { type Acknowledgement, Inbox } from './inbox.ts';
import { lastKeyPart } from './key.ts';
import type { ShardLimits } from './limits.ts';
import type { PeerNotice } from './notice.ts';
import { OUTBOXES_PREFIX, Outbox } from './outbox.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';
import type { Delivery, Link, Numbered, ToShard } from './transport.ts';

/** Another shard: what goes there and what comes from there. */
interface Peer {
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  link: Link<ToShard, ToShard> | null;
  /** The oldest message that it had not acknowledged when it was last looked at. */
  oldest: number | undefined;
}

/** What a batch has for other shards, to be sent after its commit. */
export interface Outgoing {
  readonly messages: readonly { readonly peer: Peer; readonly numbered: readonly Numbered[] }[];
  readonly acknowledgements: readonly { readonly peer: Peer; readonly acknowledgement: Acknowledgement }[];
}

/** Messages or an acknowledgement of another shard. */
type FromPeer = Exclude<ToShard, { readonly type: 'deliver' }>;

/** What a shard's peers are made of. */
interface PeersOptions {
  /** The name of the shard itself. */
  readonly self: string;
  readonly store: Store;
  readonly overlay: Overlay;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: ShardLimits;
  readonly notice: (notice: PeerNotice) => void;
}

/**
 * The other shards that a shard talks to. Messages are sent with the commit that stores them; those that are still not
 * acknowledged after a while are sent again, so a transport may lose what it likes.
 */
export class Peers {
  readonly #options: PeersOptions;
  readonly #byName = new Map<string, Peer>();
  /** Peers whose messages came in since the last batch, or were sent again. */
  readonly #toAcknowledge = new Set<Peer>();
  #cancelResend: Cancel | null = null;
  #stopped = false;

  constructor(options: PeersOptions) {
    this.#options = options;
    for (const key of [...options.store.keys({ prefix: OUTBOXES_PREFIX })]) this.#peer(lastKeyPart(key));
  }

  connect(name: string, link: Link<ToShard, ToShard>): void {
    const peer = this.#peer(name);
    peer.link = link;
    peer.outbox.connected();
    this.#resendLater();
  }

  /** Takes what another shard has sent. Returns the messages to handle now: at most `room`. */
  take(incoming: FromPeer, room: number): readonly Delivery[] {
    const peer = this.#peer(incoming.from);
    if (incoming.type === 'acknowledge') {
      peer.outbox.acknowledged(incoming.epoch, incoming.sequence, incoming.more);
      return [];
    }
    this.#toAcknowledge.add(peer);
    return peer.inbox.take(incoming, room);
  }

  /** Whether a shard waits to be told what has been taken, or messages to be numbered anew, though nothing new has come. */
  get hasWork(): boolean {
    if (this.#toAcknowledge.size > 0) return true;
    for (const { outbox } of this.#byName.values()) if (outbox.hasWork) return true;
    return false;
  }

  /** Messages that other shards have not taken yet. */
  get unacknowledged(): number {
    let sum = 0;
    for (const { outbox } of this.#byName.values()) sum += outbox.length;
    return sum;
  }

  /** Messages that other shards have not taken yet, by shard. */
  lengths(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#byName].map(([name, { outbox }]) => [name, outbox.length]));
  }

  /** Ends a batch: stores its messages with it. `hasRoom`: messages that were left for lack of room may come again. */
  enclose(remote: ReadonlyMap<string, readonly Delivery[]>, hasRoom: boolean): Outgoing {
    if (remote.size === 0 && this.#byName.size === 0) return NOTHING;
    const messages: Outgoing['messages'][number][] = [];
    for (const name of remote.keys()) this.#peer(name);
    for (const [name, peer] of this.#byName) {
      const deliveries = remote.get(name) ?? [];
      if (deliveries.length === 0 && !peer.outbox.hasWork) continue;
      messages.push({ peer, numbered: peer.outbox.enclose(deliveries) });
    }
    const acknowledgements: Outgoing['acknowledgements'][number][] = [];
    for (const peer of this.#byName.values()) {
      if (!this.#toAcknowledge.has(peer) && !(hasRoom && peer.inbox.isFull)) continue;
      for (const acknowledgement of peer.inbox.acknowledgements(hasRoom)) {
        acknowledgements.push({ peer, acknowledgement });
      }
    }
    this.#toAcknowledge.clear();
    return { messages, acknowledgements };
  }

  /** Sends what a committed batch has stored. */
  release({ messages, acknowledgements }: Outgoing): void {
    for (const { peer, numbered } of messages) peer.outbox.release(numbered);
    for (const { peer, acknowledgement } of acknowledgements) {
      peer.link?.send({ type: 'acknowledge', from: this.#options.self, ...acknowledgement });
    }
    if (messages.length > 0) this.#resendLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelResend?.();
  }

  #peer(name: string): Peer {
    const known = this.#byName.get(name);
    if (known) return known;
    const { self, store, overlay, random, limits, notice } = this.#options;
    const outbox = new Outbox({
      self,
      peer: name,
      store,
      overlay,
      newEpoch: () => random.uuid(),
      inFlightMax: limits.peerInFlightMax,
      send: (message) => peer.link?.send(message),
      notice,
    });
    const peer: Peer = { outbox, inbox: new Inbox(name, store, overlay, notice), link: null, oldest: undefined };
    this.#byName.set(name, peer);
    return peer;
  }

  #resendLater(): void {
    if (this.#cancelResend || this.#stopped) return;
    this.#cancelResend = this.#options.clock.after(this.#options.limits.resendAfterMs, () => {
      this.#cancelResend = null;
      let isWaiting = false;
      for (const peer of this.#byName.values()) {
        const { oldest } = peer.outbox;
        if (oldest !== undefined) {
          isWaiting = true;
          if (peer.oldest === oldest) peer.outbox.resend();
        }
        peer.oldest = oldest;
      }
      if (isWaiting) this.#resendLater();
    });
  }
}

const NOTHING: Outgoing = { messages: [], acknowledgements: [] };
