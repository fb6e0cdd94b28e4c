import type { Overlay } from './batch.ts';
import { keyOf } from './key.ts';
import type { PeerNotice } from './notice.ts';
import type { Reader } from './store.ts';
import type { Delivery, Numbered } from './transport.ts';

/** Epochs of a peer that are remembered as over: it would have to be restored so often to meet one again. */
const FORMER_MAX = 8;

const inboxKey = (peer: string): string => keyOf('i', peer);

/** What is stored of what a peer has sent. */
export interface InboxRow {
  /** The epoch of the peer's outbox; null before its first message. */
  readonly epoch: string | null;
  readonly lastTaken: number;
  /** Epochs that are over, the last one first. */
  readonly former: readonly string[];
}

function isInboxRow(value: unknown): value is InboxRow {
  return typeof value === 'object' && value !== null && 'epoch' in value && 'lastTaken' in value;
}

/** What a store says of what a peer has sent; undefined: nothing ever came from there. */
export function storedInbox(store: Reader, peer: string): InboxRow | undefined {
  const row = store.get(inboxKey(peer));
  return isInboxRow(row) ? row : undefined;
}

/** Messages from another shard, as they come. */
interface Incoming {
  readonly epoch: string;
  readonly acknowledged: number;
  readonly messages: readonly Numbered[];
}

/** What one other shard is to be told has been taken. */
export interface Acknowledgement {
  readonly epoch: string;
  readonly sequence: number | null;
  readonly more: boolean;
}

/**
 * What another shard has sent. Messages are taken in order and once: the last number taken is stored in the batch that
 * takes the message. A message after a gap is not taken; its sender repeats what is missing. Nor is one for which there
 * is no room: then the sender is told when there is.
 */
export class Inbox {
  readonly #peer: string;
  readonly #overlay: Overlay;
  readonly #notice: (notice: PeerNotice) => void;
  #row: InboxRow;
  /** Messages were left for lack of room. */
  #isFull = false;
  /** An epoch that is over was sent. */
  #refused: string | null = null;

  constructor(peer: string, store: Reader, overlay: Overlay, notice: (notice: PeerNotice) => void) {
    this.#peer = peer;
    this.#overlay = overlay;
    this.#notice = notice;
    const row = store.get(inboxKey(peer));
    this.#row = isInboxRow(row) ? row : { epoch: null, lastTaken: 0, former: [] };
  }

  /** Whether messages were left that would have been next. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Of incoming messages, those to handle now: in order, none twice, at most `room`. Stored with the running batch. */
  take({ epoch, acknowledged, messages }: Incoming, room: number): readonly Delivery[] {
    if (this.#row.former.includes(epoch)) {
      this.#refused = epoch;
      return [];
    }
    this.#follow(epoch, acknowledged);
    const taken: Delivery[] = [];
    let { lastTaken } = this.#row;
    for (const { sequence, delivery } of messages) {
      if (sequence !== lastTaken + 1) continue;
      if (taken.length >= room) {
        this.#isFull = true;
        break;
      }
      lastTaken = sequence;
      taken.push(delivery);
    }
    if (taken.length > 0) this.#store({ ...this.#row, lastTaken });
    return taken;
  }

  /** Goes on where the peer's outbox is, when that is not where this inbox has been. */
  #follow(epoch: string, acknowledged: number): void {
    const { epoch: known, lastTaken, former } = this.#row;
    if (known !== null && known !== epoch) {
      this.#notice({ type: 'peerRestarted', peer: this.#peer, lastTaken });
      this.#store({ epoch, lastTaken: 0, former: [known, ...former].slice(0, FORMER_MAX) });
    } else if (known === null) this.#store({ epoch, lastTaken: 0, former });
    // The peer has forgotten these: they were acknowledged by this shard, and are not in its store.
    if (acknowledged <= this.#row.lastTaken) return;
    this.#notice({ type: 'messagesLost', peer: this.#peer, count: acknowledged - this.#row.lastTaken });
    this.#store({ ...this.#row, lastTaken: acknowledged });
  }

  /** Ends a batch: what the peer is to be told after its commit. `hasRoom`: messages that were left may come again. */
  acknowledgements(hasRoom: boolean): readonly Acknowledgement[] {
    const due: Acknowledgement[] = [];
    if (this.#refused !== null) due.push({ epoch: this.#refused, sequence: null, more: false });
    this.#refused = null;
    const { epoch, lastTaken } = this.#row;
    const more = this.#isFull && hasRoom;
    if (epoch !== null) due.push({ epoch, sequence: lastTaken, more });
    if (more) this.#isFull = false;
    return due;
  }

  #store(row: InboxRow): void {
    this.#row = row;
    this.#overlay.set(inboxKey(this.#peer), row);
  }
}
