import type { Overlay } from './batch.ts';
import { keyOf } from './key.ts';
import type { PeerNotice } from './notice.ts';
import type { Reader } from './store.ts';
import { isDelivery } from './stored.ts';
import type { Delivery, Numbered, ToShard } from './transport.ts';

/** Messages that travel together when they are sent again. */
const TOGETHER_MAX = 1_000;

const SEQUENCE_DIGITS = 16;
const sequenceText = (sequence: number): string => String(sequence).padStart(SEQUENCE_DIGITS, '0');
const messagePrefix = (peer: string): string => `${keyOf('o', peer)}/`;
/** Where a shard has stored a message to another, until the other has taken it. */
export const messageKey = (peer: string, sequence: number): string => messagePrefix(peer) + sequenceText(sequence);
/** Where all of them are stored, to whomever. */
export const MESSAGES_PREFIX = 'o/';
const outboxKey = (peer: string): string => keyOf('m', 'outbox', peer);

/** Where it is stored to whom a shard has sent something. */
export const OUTBOXES_PREFIX = `${keyOf('m', 'outbox')}/`;

/** What is stored of an outbox beside its messages. */
interface OutboxRow {
  readonly epoch: string;
  readonly lastSent: number;
  /** The last number that may have been sent: numbers after it were given before the other side said what it had taken. */
  readonly lastSure: number;
}

function isOutboxRow(value: unknown): value is OutboxRow {
  return typeof value === 'object' && value !== null && 'epoch' in value && 'lastSure' in value;
}

/** What a shard has stored for another. */
export interface StoredOutbox extends OutboxRow {
  readonly messages: readonly Numbered[];
}

/** The outbox for a peer as it is stored; undefined: nothing was ever sent there. */
export function storedOutbox(store: Reader, peer: string): StoredOutbox | undefined {
  const row = store.get(outboxKey(peer));
  return isOutboxRow(row) ? { ...row, messages: storedMessagesFor(store, peer) } : undefined;
}

/** The messages that a shard has stored for another, in order; what the other has taken may still be among them. */
export function storedMessagesFor(store: Reader, peer: string): Numbered[] {
  const messages: Numbered[] = [];
  for (const { key, value } of store.range({ prefix: messagePrefix(peer) })) {
    const sequence = Number.parseInt(key.slice(-SEQUENCE_DIGITS), 10);
    if (isDelivery(value)) messages.push({ sequence, delivery: value });
  }
  return messages;
}

/** What an outbox is made of. */
interface OutboxOptions {
  /** The name of the shard itself. */
  readonly self: string;
  readonly peer: string;
  readonly store: Reader;
  readonly overlay: Overlay;
  readonly newEpoch: () => string;
  /** Messages on their way at once. */
  readonly inFlightMax: number;
  readonly send: (message: ToShard) => void;
  readonly notice: (notice: PeerNotice) => void;
}

/**
 * Messages of this shard for one other. They are numbered without gaps and stored with the batch that sent them, and
 * sent until the other side has taken them durably; so many at once that a slow peer is not drowned.
 *
 * An outbox has an **epoch**, a random id: numbers of two epochs have nothing to do with each other. After a start it
 * asks what the other side has taken before it sends. If that is more than it has ever sent, its store has gone back (it
 * was restored, or lost its last commits in a power cut), and the same numbers would mean other messages: it numbers
 * what it has anew, in another epoch. What was in the store that went back has been taken by then, and is dropped.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #epoch: string;
  #lastSent: number;
  #lastSure: number;
  /** Stored by batches that are not durable yet. */
  #enclosed = 0;
  /** Stored and not yet acknowledged, oldest first; those before `#head` are done with. */
  #messages: Numbered[] = [];
  #head = 0;
  /** How many of those from `#head` on have been sent over the present link. */
  #underWay = 0;
  /** Whether the other side has said in this life of the shard what it has taken. Needless in an epoch of this life. */
  #isGreeted: boolean;
  /**
   * What the running batch has to store before anything is sent: that the present numbers are sure, or messages with new
   * numbers. `storing`: it is being committed.
   */
  #pending: 'none' | 'sure' | 'renewal' | 'storing' = 'none';

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { store, peer } = options;
    const row = store.get(outboxKey(peer));
    const stored = isOutboxRow(row) ? row : null;
    this.#epoch = stored?.epoch ?? options.newEpoch();
    this.#lastSent = stored?.lastSent ?? 0;
    this.#lastSure = stored?.lastSure ?? 0;
    this.#isGreeted = stored === null;
    this.#messages = storedMessagesFor(store, peer);
  }

  /** Messages that the other side has not taken yet. */
  get length(): number {
    return this.#messages.length - this.#head + this.#enclosed;
  }

  /** The number of the oldest of them. */
  get oldest(): number | undefined {
    return this.#messages[this.#head]?.sequence;
  }

  /** Whether the running batch has to store something for it, though nothing new is sent. */
  get hasWork(): boolean {
    // Not while a batch that was numbered before is being committed: its end would be taken for that of this one.
    return (this.#pending === 'sure' || this.#pending === 'renewal') && this.#enclosed === 0;
  }

  /** Stores messages with the running batch. `release` sends them after its commit. */
  enclose(deliveries: readonly Delivery[]): readonly Numbered[] {
    const { overlay, peer } = this.#options;
    const numbered = this.hasWork && this.#pending === 'renewal' ? this.#renew() : [];
    if (this.hasWork) {
      this.#pending = 'storing';
      this.#isGreeted = true;
    }
    for (const delivery of deliveries) numbered.push({ sequence: ++this.#lastSent, delivery });
    for (const { sequence, delivery } of numbered) overlay.set(messageKey(peer, sequence), delivery);
    if (this.#isGreeted) this.#lastSure = this.#lastSent;
    const row: OutboxRow = { epoch: this.#epoch, lastSent: this.#lastSent, lastSure: this.#lastSure };
    overlay.set(outboxKey(peer), row);
    this.#enclosed += numbered.length;
    return numbered;
  }

  /** Takes the messages out, to be numbered from 1 in a new epoch. */
  #renew(): Numbered[] {
    const { overlay, peer, newEpoch } = this.#options;
    this.#epoch = newEpoch();
    this.#lastSent = 0;
    const renewed: Numbered[] = [];
    for (const { sequence, delivery } of this.#messages.slice(this.#head)) {
      overlay.set(messageKey(peer, sequence), undefined);
      if (sequence > this.#lastSure) renewed.push({ sequence: ++this.#lastSent, delivery });
    }
    this.#messages = [];
    this.#head = 0;
    this.#underWay = 0;
    return renewed;
  }

  /** Sends what a committed batch has stored. */
  release(numbered: readonly Numbered[]): void {
    for (const message of numbered) this.#messages.push(message);
    this.#enclosed -= numbered.length;
    if (this.#pending === 'storing') this.#pending = 'none';
    if (this.#isGreeted) this.#sendOn(this.#options.inFlightMax);
    else this.#greet();
  }

  /** A new link: what was under way is lost with the former one. */
  connected(): void {
    this.#again(this.#options.inFlightMax);
  }

  /** Sends the oldest messages again; the receiver drops what it has. */
  resend(): void {
    this.#again(TOGETHER_MAX);
  }

  #again(max: number): void {
    this.#underWay = 0;
    if (this.#isGreeted) this.#sendOn(max);
    else this.#greet();
  }

  /** Asks what the other side has taken: a message without messages is acknowledged like any other. */
  #greet(): void {
    if (this.#pending === 'none') this.#send([]);
  }

  /**
   * The other side has taken everything up to `sequence` of an epoch, or takes nothing more of it (null) since it has seen
   * a later one. `more`: it has dropped messages for lack of room, and has room again.
   */
  acknowledged(epoch: string, sequence: number | null, more: boolean): void {
    // What comes late tells of an epoch that is over; what is being numbered anew has not been sent.
    if (epoch !== this.#epoch || this.#pending !== 'none') return;
    if (sequence === null || sequence > (this.#isGreeted ? this.#lastSent : this.#lastSure)) {
      this.#options.notice({ type: 'outboxRestarted', peer: this.#options.peer, lastSent: this.#lastSent });
      this.#pending = 'renewal';
      this.#isGreeted = false;
      return;
    }
    if (!this.#isGreeted) {
      if (this.#lastSure === this.#lastSent) this.#isGreeted = true;
      else this.#pending = 'sure';
    }
    const { overlay, peer } = this.#options;
    for (let next = this.oldest; next !== undefined && next <= sequence; next = this.oldest) {
      overlay.set(messageKey(peer, next), undefined);
      this.#head++;
      if (this.#underWay > 0) this.#underWay--;
    }
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    if (more) this.#underWay = 0;
    this.#sendOn(this.#options.inFlightMax);
  }

  /** Sends what is not under way yet, until `max` messages are. */
  #sendOn(max: number): void {
    if (this.#pending !== 'none') return;
    const end = Math.min(this.#messages.length - this.#head, max);
    while (this.#underWay < end) {
      const from = this.#head + this.#underWay;
      const messages = this.#messages.slice(from, from + Math.min(TOGETHER_MAX, end - this.#underWay));
      this.#underWay += messages.length;
      this.#send(messages);
    }
  }

  #send(messages: readonly Numbered[]): void {
    const { self, send } = this.#options;
    // Those that are numbered and not durable yet have not been sent, let alone taken.
    const acknowledged = (this.oldest ?? this.#lastSent - this.#enclosed + 1) - 1;
    send({ type: 'numbered', from: self, epoch: this.#epoch, acknowledged, messages });
  }
}
