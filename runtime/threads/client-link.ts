import type { MessagePort } from 'node:worker_threads';
import type { Delivery, Link, ToClient, ToShard } from '../transport.ts';
import { type PortLink, portLink } from '../transports/port.ts';

/**
 * A client's link to a shard that outlives the shard's moves: while the shard is on its way, what the client sends is
 * held back, and the new thread gets it. Asks that are under way are answered over the new port.
 */
export class ClientLink implements Link<ToShard, ToClient> {
  #link: PortLink<ToShard, ToClient>;
  #receive: ((incoming: ToClient) => void) | null = null;
  /** What waits for the shard's new thread; null: nothing is held back. */
  #held: ToShard[] | null = null;
  #closed = false;
  #lastSent: ToShard | null = null;

  constructor(port: MessagePort) {
    this.#link = portLink<ToShard, ToClient>(port);
  }

  /** The batch of messages that was sent last, for reports. */
  get lastSent(): readonly Delivery[] {
    return this.#lastSent?.type === 'deliver' ? this.#lastSent.deliveries : [];
  }

  send(out: ToShard): void {
    this.#lastSent = out;
    if (this.#held) this.#held.push(out);
    else this.#link.send(out);
  }

  onReceive(receive: (incoming: ToClient) => void): void {
    this.#receive = receive;
    this.#link.onReceive(receive);
  }

  /** From now on, holds back what is sent. How much that can be is the client's limit of asks under way. */
  hold(): void {
    this.#held ??= [];
  }

  /** Goes on over another port: what was held back leaves, in order. */
  resume(port: MessagePort): void {
    this.#link.close();
    this.#link = portLink<ToShard, ToClient>(port);
    if (this.#closed) {
      this.#link.close();
      return;
    }
    if (this.#receive) this.#link.onReceive(this.#receive);
    for (const out of this.#held ?? []) this.#link.send(out);
    this.#held = null;
  }

  /** Hands over the replies that the shard has posted so far. */
  drain(): void {
    this.#link.drain();
  }

  close(): void {
    this.#closed = true;
    this.#held = null;
    this.#link.close();
  }
}
