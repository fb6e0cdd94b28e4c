import type { Overlay } from './batch.ts';
import { keyOf } from './key.ts';
import type { Reader } from './store.ts';
import type { Delivery, Link, Numbered, ToShard } from './transport.ts';

/** Messages that are sent again at once: a peer that is away for long must not be drowned. */
const RESENT_MAX = 1_000;

const SEQUENCE_DIGITS = 16;
const sequenceText = (sequence: number): string => String(sequence).padStart(SEQUENCE_DIGITS, '0');
const messagePrefix = (peer: string): string => `${keyOf('o', peer)}/`;
const messageKey = (peer: string, sequence: number): string => messagePrefix(peer) + sequenceText(sequence);
const lastSentKey = (peer: string): string => keyOf('m', 'outbox', peer);
const lastTakenKey = (peer: string): string => keyOf('i', peer);

const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0);

function isDelivery(value: unknown): value is Delivery {
  return typeof value === 'object' && value !== null && 'kind' in value && 'message' in value;
}

/**
 * Messages between this shard and one other. Outgoing ones are numbered without gaps and stored with the batch that
 * sent them; they are sent again whenever the link is new and until the other side has taken them durably. Incoming ones
 * are taken in order and once: the last number taken is stored in the batch that takes the message.
 */
export class Peer {
  readonly name: string;
  readonly #self: string;
  #link: Link<ToShard, ToShard> | null = null;
  #lastSent: number;
  #lastTaken: number;
  /** Stored and not yet acknowledged, oldest first. */
  #unacknowledged: Numbered[] = [];

  constructor(self: string, name: string, store: Reader) {
    this.#self = self;
    this.name = name;
    this.#lastSent = asNumber(store.get(lastSentKey(name)));
    this.#lastTaken = asNumber(store.get(lastTakenKey(name)));
    for (const { key, value } of store.range({ prefix: messagePrefix(name) })) {
      const sequence = Number.parseInt(key.slice(-SEQUENCE_DIGITS), 10);
      if (isDelivery(value)) this.#unacknowledged.push({ sequence, delivery: value });
    }
  }

  /** Stores messages with the running batch. Returns what to send after its commit. */
  enclose(overlay: Overlay, deliveries: readonly Delivery[]): Numbered[] {
    const numbered = deliveries.map((delivery) => ({ sequence: ++this.#lastSent, delivery }));
    for (const { sequence, delivery } of numbered) overlay.set(messageKey(this.name, sequence), delivery);
    overlay.set(lastSentKey(this.name), this.#lastSent);
    return numbered;
  }

  /** Sends what a committed batch has stored. */
  release(numbered: readonly Numbered[]): void {
    for (const message of numbered) this.#unacknowledged.push(message);
    this.#link?.send({ type: 'numbered', from: this.#self, messages: numbered });
  }

  /** Takes over a new link and sends again what is not acknowledged. */
  connect(link: Link<ToShard, ToShard>): void {
    this.#link = link;
    for (let from = 0; from < this.#unacknowledged.length; from += RESENT_MAX) this.#resend(from);
  }

  /** Sends again the oldest messages that are not acknowledged; the receiver drops what it has. */
  resend(): void {
    if (this.#unacknowledged.length > 0) this.#resend(0);
  }

  #resend(from: number): void {
    const messages = this.#unacknowledged.slice(from, from + RESENT_MAX);
    this.#link?.send({ type: 'numbered', from: this.#self, messages });
  }

  /** The number of the oldest message that the other side has not taken yet. */
  get oldestUnacknowledged(): number | undefined {
    return this.#unacknowledged[0]?.sequence;
  }

  /** Of incoming messages, those to handle now: in order, none twice. Their number is stored with the running batch. */
  take(overlay: Overlay, messages: readonly Numbered[]): Delivery[] {
    const taken: Delivery[] = [];
    for (const { sequence, delivery } of messages) {
      if (sequence !== this.#lastTaken + 1) continue;
      this.#lastTaken = sequence;
      taken.push(delivery);
    }
    if (taken.length > 0) overlay.set(lastTakenKey(this.name), this.#lastTaken);
    return taken;
  }

  /** The number of the last message taken, durably or with the running batch. */
  get lastTaken(): number {
    return this.#lastTaken;
  }

  /** After a commit: tells the sender what has been taken durably, also when it sent something again. */
  acknowledge(sequence: number): void {
    this.#link?.send({ type: 'acknowledge', from: this.#self, sequence });
  }

  /** Forgets what the other side has taken. */
  acknowledged(overlay: Overlay, sequence: number): void {
    let done = 0;
    for (const message of this.#unacknowledged) {
      if (message.sequence > sequence) break;
      overlay.set(messageKey(this.name, message.sequence), undefined);
      done++;
    }
    if (done > 0) this.#unacknowledged = this.#unacknowledged.slice(done);
  }
}
