import type { EffectRecord } from './effect.ts';
import type { ReplyTo } from './message.ts';
import type { TimerRecord } from './timer.ts';

/** A message in a mailbox, with what has to happen around its handling. */
export interface Letter {
  readonly message: unknown;
  readonly asker: ReplyTo | null;
  /** A row to delete in the batch that handles the letter: it proves that the letter was still to be handled. */
  proof: string | null;
  /** The effect or timer that the letter comes from: it is dropped when that was taken back or replaced meanwhile. */
  readonly record: EffectRecord | TimerRecord | null;
  /** Whether the letter is lost with the process when no row holds it: asks are (their asker is gone, too). */
  readonly source: 'ask' | 'tell' | 'effect' | 'timer';
  /** How often its handler has thrown. */
  attempts: number;
}

/** A letter that has not been handled yet. */
export const newLetter = (
  source: Letter['source'],
  message: unknown,
  { asker = null, proof = null, record = null }: Partial<Pick<Letter, 'asker' | 'proof' | 'record'>> = {},
): Letter => ({ message, asker, proof, record, source, attempts: 0 });

/**
 * The queue of one actor: first in, first out. Not bounded by itself: the shard
 * refuses asks beyond `mailboxLengthMax`, while tells of other actors are always taken (their sender was admitted).
 */
export class Mailbox {
  #letters: Letter[] = [];
  #head = 0;

  get length(): number {
    return this.#letters.length - this.#head;
  }

  push(letter: Letter): void {
    this.#letters.push(letter);
  }

  shift(): Letter | undefined {
    const letter = this.#letters[this.#head];
    if (letter === undefined) return undefined;
    // The usual case: one letter, and the array stays.
    if (this.#letters.length === 1) return this.#letters.pop();
    this.#head++;
    if (this.#head === this.#letters.length) {
      this.#letters = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#letters.length) {
      this.#letters = this.#letters.slice(this.#head);
      this.#head = 0;
    }
    return letter;
  }

  *[Symbol.iterator](): Iterator<Letter> {
    for (let i = this.#head; i < this.#letters.length; i++) {
      const letter = this.#letters[i];
      if (letter) yield letter;
    }
  }
}
