import type { EffectRecord } from './effect.ts';
import type { Leftovers } from './leftovers.ts';
import type { ReplyTo } from './message.ts';
import type { TimerRecord } from './timer.ts';

/** How a message has failed so far. */
export interface Failures {
  /** How often its handler has thrown. */
  readonly attempts: number;
  readonly firstAtMs: number;
  readonly firstReason: string;
}

/** A message in a mailbox, with what has to happen around its handling. */
export class Letter {
  readonly message: unknown;
  readonly asker: ReplyTo | null;
  /** The row of the effect or timer, to be deleted in the batch that handles the letter: it proves that it was still to be handled. */
  readonly proof: string | null;
  /** The effect or timer that the letter comes from: it is dropped when that was taken back or replaced meanwhile. */
  readonly record: EffectRecord | TimerRecord | null;
  /** Whether the letter is lost with the process when no row holds it: asks are (their asker is gone, too). */
  readonly source: 'ask' | 'tell' | 'effect' | 'timer';
  /** It passes ahead of the letters of users: the ends of effects, timers, and what the program marks so. */
  readonly isSystem: boolean;
  failures: Failures | null = null;
  /** The row that holds the letter since a batch could not handle it, and its place there. */
  leftovers: Leftovers | null = null;
  place = 0;
  /** When it came, as the meter counts; 0 for the many whose wait is not measured. */
  arrived = 0;

  constructor(
    source: 'ask' | 'tell' | 'effect' | 'timer',
    message: unknown,
    asker: ReplyTo | null,
    proof: string | null,
    record: EffectRecord | TimerRecord | null,
    isSystem: boolean,
  ) {
    this.message = message;
    this.asker = asker;
    this.proof = proof;
    this.record = record;
    this.source = source;
    this.isSystem = isSystem;
  }
}

/** A letter that has not been handled yet. */
export const newLetter = (
  source: Letter['source'],
  message: unknown,
  asker: ReplyTo | null = null,
  proof: string | null = null,
  record: EffectRecord | TimerRecord | null = null,
  isSystem = false,
): Letter => new Letter(source, message, asker, proof, record, isSystem);

/** What a mailbox holds: a letter; or the message alone of one that a user told and that nothing more is known of. */
export type Item = Letter | object;

const letterOf = (item: Item): Letter => (item instanceof Letter ? item : newLetter('tell', item));

/**
 * The queue of one actor: letters of the system first, then those of users, each in the order in which they came. Not
 * bounded by itself: the shard refuses asks beyond `mailboxLengthMax`, while tells of other actors are always taken
 * (their sender was admitted).
 *
 * Most messages are told by a user's actor, and handled in the same batch: for these no letter is made, which costs as much as
 * all else on their way.
 */
export class Mailbox {
  /** The next letter; null does not mean that there is none. Most mailboxes never have a second one, and so no array. */
  #next: Item | null = null;
  /** Those behind it, from `#head` on. */
  #others: Item[] | null = null;
  #head = 0;
  /** Those before this place have been shown to `eachNew`. */
  #shown = 0;
  /** The letters of the system. Made when it is needed: most actors never have one. */
  #system: Mailbox | null = null;

  get length(): number {
    const users = (this.#next === null ? 0 : 1) + (this.#others === null ? 0 : this.#others.length - this.#head);
    return this.#system === null ? users : users + this.#system.length;
  }

  /** How many letters of the system wait. */
  get systemLength(): number {
    return this.#system === null ? 0 : this.#system.length;
  }

  push(letter: Letter): void {
    if (letter.isSystem) this.#ofSystem().#add(letter);
    else this.#add(letter);
  }

  /** Puts in what a user told, without a letter. */
  pushMessage(message: object): void {
    this.#add(message);
  }

  /** Puts a letter back to where it was taken from: it is the next again. */
  putBack(letter: Letter): void {
    if (letter.isSystem) this.#ofSystem().#insert(letter);
    else this.#insert(letter);
  }

  /** Takes what is next. */
  shift(): Item | undefined {
    if (this.#system !== null && this.#system.length > 0) return this.#system.shift();
    const item = this.#next;
    if (item !== null) {
      this.#next = null;
      return item;
    }
    return this.#others === null ? undefined : this.#takeFrom(this.#others);
  }

  /** Shows the letters that have come since the last time, and perhaps some older ones again: not all of a long mailbox. */
  eachNew(visit: (letter: Letter) => void): void {
    if (this.#system !== null) this.#system.eachNew(visit);
    if (this.#next !== null) {
      const letter = letterOf(this.#next);
      this.#next = letter;
      visit(letter);
    }
    if (this.#others === null) return;
    for (let i = Math.max(this.#head, this.#shown); i < this.#others.length; i++) {
      const item = this.#others[i];
      if (item === undefined) continue;
      const letter = letterOf(item);
      this.#others[i] = letter;
      visit(letter);
    }
    this.#shown = this.#others.length;
  }

  *[Symbol.iterator](): Iterator<Letter> {
    if (this.#system) yield* this.#system;
    if (this.#next) yield letterOf(this.#next);
    const others = this.#others ?? [];
    for (let i = this.#head; i < others.length; i++) {
      const item = others[i];
      if (item !== undefined) yield letterOf(item);
    }
  }

  #add(item: Item): void {
    if (this.#others !== null && this.#others.length > 0) this.#others.push(item);
    else if (this.#next === null) this.#next = item;
    else if (this.#others === null) this.#others = [item];
    else this.#others.push(item);
  }

  #insert(letter: Letter): void {
    const second = this.#next;
    this.#next = letter;
    if (second === null) return;
    this.#others ??= [];
    if (this.#head > 0) this.#others[--this.#head] = second;
    else this.#others.unshift(second);
    this.#shown = 0;
  }

  #takeFrom(others: Item[]): Item | undefined {
    const item = others[this.#head];
    if (item === undefined) return undefined;
    this.#head++;
    if (this.#head === others.length) {
      this.#others = null;
      this.#head = 0;
      this.#shown = 0;
    } else if (this.#head > 1024 && this.#head * 2 > others.length) {
      this.#others = others.slice(this.#head);
      this.#shown = Math.max(0, this.#shown - this.#head);
      this.#head = 0;
    }
    return item;
  }

  #ofSystem(): Mailbox {
    this.#system ??= new Mailbox();
    return this.#system;
  }
}
