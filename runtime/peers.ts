import type { Overlay } from './batch.ts';
import type { Cancel, Clock } from './clock.ts';
import { keyOf, lastKeyPart } from './key.ts';
import { Peer } from './outbox.ts';
import type { Reader } from './store.ts';
import type { Delivery, Link, Numbered, ToShard } from './transport.ts';

/** What a batch has for other shards, to be sent after its commit. */
export interface Outgoing {
  readonly messages: readonly { readonly peer: Peer; readonly numbered: readonly Numbered[] }[];
  readonly acknowledgements: readonly { readonly peer: Peer; readonly sequence: number }[];
}

/** What a shard's peers are made of. */
interface PeersOptions {
  /** The name of the shard itself. */
  readonly self: string;
  readonly store: Reader;
  readonly overlay: Overlay;
  readonly clock: Clock;
  readonly resendAfterMs: number;
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
  /** The oldest message that each peer had not acknowledged when it was last looked at. */
  readonly #oldest = new Map<Peer, number>();
  #cancelResend: Cancel | null = null;
  #stopped = false;

  constructor(options: PeersOptions) {
    this.#options = options;
    const known = [...options.store.keys({ prefix: `${keyOf('m', 'outbox')}/` })];
    for (const key of known) this.#peer(lastKeyPart(key));
  }

  connect(name: string, link: Link<ToShard, ToShard>): void {
    this.#peer(name).connect(link);
    this.#resendLater();
  }

  /** Of the messages that a shard sent, those to handle now. */
  take(from: string, messages: readonly Numbered[]): readonly Delivery[] {
    const peer = this.#peer(from);
    this.#toAcknowledge.add(peer);
    return peer.take(this.#options.overlay, messages);
  }

  acknowledged(by: string, sequence: number): void {
    this.#peer(by).acknowledged(this.#options.overlay, sequence);
  }

  /** Whether a shard waits to be told what has been taken, though nothing new has come. */
  get owesAcknowledgements(): boolean {
    return this.#toAcknowledge.size > 0;
  }

  /** Ends a batch: stores its messages with it. */
  enclose(remote: ReadonlyMap<string, readonly Delivery[]>): Outgoing {
    const messages: { readonly peer: Peer; readonly numbered: readonly Numbered[] }[] = [];
    for (const [name, deliveries] of remote) {
      const peer = this.#peer(name);
      messages.push({ peer, numbered: peer.enclose(this.#options.overlay, deliveries) });
    }
    const acknowledgements = [...this.#toAcknowledge].map((peer) => ({ peer, sequence: peer.lastTaken }));
    this.#toAcknowledge.clear();
    return { messages, acknowledgements };
  }

  /** Sends what a committed batch has stored. */
  release({ messages, acknowledgements }: Outgoing): void {
    for (const { peer, numbered } of messages) peer.release(numbered);
    for (const { peer, sequence } of acknowledgements) peer.acknowledge(sequence);
    if (messages.length > 0) this.#resendLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelResend?.();
  }

  #peer(name: string): Peer {
    let peer = this.#byName.get(name);
    if (!peer) {
      peer = new Peer(this.#options.self, name, this.#options.store);
      this.#byName.set(name, peer);
    }
    return peer;
  }

  #resendLater(): void {
    if (this.#cancelResend || this.#stopped) return;
    this.#cancelResend = this.#options.clock.after(this.#options.resendAfterMs, () => {
      this.#cancelResend = null;
      let isWaiting = false;
      for (const peer of this.#byName.values()) {
        const oldest = peer.oldestUnacknowledged;
        if (oldest === undefined) continue;
        isWaiting = true;
        if (this.#oldest.get(peer) === oldest) peer.resend();
        this.#oldest.set(peer, oldest);
      }
      if (isWaiting) this.#resendLater();
    });
  }
}
