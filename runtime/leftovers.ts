import type { Activation } from './activations.ts';
import type { Overlay } from './batch.ts';
import type { Letter } from './mailbox.ts';
import type { RunQueue } from './run-queue.ts';
import { queueKey, queueSequence, type StoredMessages } from './stored.ts';
import type { Delivery } from './transport.ts';

/** Messages in one row. More make fewer rows; fewer make less to write again when only some of a row have been handled. */
const ROW_MESSAGES_MAX = 500;

/** A row of messages that a batch could not handle. */
export interface Leftovers {
  readonly key: string;
  /** In the order in which they stand in their mailboxes; null: handled since. */
  readonly deliveries: (Delivery | null)[];
  left: number;
  /** Whether some have been handled since the row was written. */
  changed: boolean;
}

/**
 * Keeps what a batch could not handle: it must outlive a crash, unless its sender would repeat it or is gone, too. Many
 * messages stand in one row, since most of them are handled with the next batch: a row for each would cost more than
 * the messages themselves.
 */
export class LeftoverRows {
  readonly #overlay: Overlay;
  #sequence = 0;
  /** Rows of which messages have been handled in the running batch. */
  #changed: Leftovers[] = [];

  constructor(overlay: Overlay) {
    this.#overlay = overlay;
  }

  /** Takes note that a stored letter has been handled, or has become a dead letter. */
  handled(letter: Letter): void {
    const { leftovers } = letter;
    if (leftovers === null) return;
    leftovers.deliveries[letter.place] = null;
    leftovers.left--;
    if (leftovers.changed) return;
    leftovers.changed = true;
    this.#changed.push(leftovers);
  }

  /** Ends a batch: writes what is left over of it, and what is still left over of those before. */
  store(runQueue: RunQueue): void {
    for (const leftovers of this.#changed) {
      const { key, deliveries, left } = leftovers;
      this.#overlay.set(key, left === 0 ? undefined : deliveries.filter((delivery) => delivery !== null));
      leftovers.changed = false;
    }
    this.#changed = [];
    if (runQueue.letters === 0) return;
    const rows: Leftovers[] = [];
    for (const activation of runQueue.actors()) {
      activation.mailbox.eachNew((letter) => {
        if (letter.source === 'tell' && letter.leftovers === null) this.#hold(rows, activation, letter);
      });
    }
    // A copy: what is stored does not change when these are handled.
    for (const { key, deliveries } of rows) this.#overlay.set(key, deliveries.slice());
    this.#overlay.keep();
  }

  /** The stored row of letters that are put into their mailboxes again. */
  resumed({ key, deliveries }: StoredMessages): Leftovers {
    this.#sequence = Math.max(this.#sequence, queueSequence(key));
    return { key, deliveries: [...deliveries], left: deliveries.length, changed: false };
  }

  #hold(rows: Leftovers[], { kind, id }: Activation, letter: Letter): void {
    let row = rows.at(-1);
    if (row === undefined || row.left === ROW_MESSAGES_MAX) {
      row = { key: queueKey(++this.#sequence), deliveries: [], left: 0, changed: false };
      rows.push(row);
    }
    const { message, asker: replyTo, isSystem } = letter;
    const delivery: Delivery = { kind: kind.kind, id, message, replyTo };
    letter.leftovers = row;
    letter.place = row.left++;
    row.deliveries.push(isSystem ? { ...delivery, isSystem } : delivery);
  }
}
