import type { Activation } from './activations.ts';
import { Letter } from './mailbox.ts';

/** What became of a letter: handled, or its handler threw and it is to be tried again after so many milliseconds. */
export type Handled = 'handled' | { readonly letter: Letter; readonly retryAfterMs: number };

/** Who handles what stands in mailboxes. */
export interface Handler {
  handle(activation: Activation, letter: Letter): Handled;
  /** As `handle`, for a message that a user told and that has no letter. */
  handleMessage(activation: Activation, message: object): Handled;
}

/** Of a batch's letters, one in so many is not for the system to pass ahead: what never ends must not shut users out. */
const IN_TURN_SHARE = 8;
/** A turn goes on beyond the batch's end when no more than this part of a batch is left of it: what is left over has to be stored. */
const OVERRUN_SHARE = 4;

/**
 * The actors of a shard that have letters. Those with letters of the system come first, the others in the order in which
 * they got their first. An actor that has to wait before a letter is tried again stands apart, with its whole mailbox:
 * so its letters keep their order, and the others go on.
 */
export class RunQueue {
  #actors: Activation[] = [];
  /** Actors with letters of the system, which have a turn before all others; most of them stand in `#actors`, too. */
  #urgent: Activation[] = [];
  readonly #resting = new Set<Activation>();
  readonly #rest: (activation: Activation, forMs: number) => void;
  #letters = 0;
  /** Letters of the first actor's turn that the last batch had no room for. */
  #turnLeft = 0;

  /** `rest` is told of an actor that is to be woken after so many milliseconds. */
  constructor(rest: (activation: Activation, forMs: number) => void) {
    this.#rest = rest;
  }

  /** Whether no actor can have a turn now. */
  get isEmpty(): boolean {
    return this.#actors.length === 0 && this.#urgent.length === 0;
  }

  /** Letters in all mailboxes, also of actors that rest. */
  get letters(): number {
    return this.#letters;
  }

  put(activation: Activation, letter: Letter): void {
    activation.mailbox.push(letter);
    this.#letters++;
    if (letter.isSystem && !activation.isUrgent && !activation.isResting) {
      activation.isUrgent = true;
      this.#urgent.push(activation);
    }
    if (activation.isQueued || activation.isResting) return;
    activation.isQueued = true;
    this.#actors.push(activation);
  }

  /** As `put`, for what a user told. */
  putMessage(activation: Activation, message: object): void {
    activation.mailbox.pushMessage(message);
    this.#letters++;
    if (activation.isQueued || activation.isResting) return;
    activation.isQueued = true;
    this.#actors.push(activation);
  }

  /** Lets an actor that rested have turns again. */
  wake(activation: Activation): void {
    if (!this.#resting.delete(activation)) return;
    activation.isResting = false;
    if (!activation.isQueued && activation.mailbox.length > 0) {
      activation.isQueued = true;
      this.#actors.push(activation);
    }
    if (activation.isUrgent || activation.mailbox.systemLength === 0) return;
    activation.isUrgent = true;
    this.#urgent.push(activation);
  }

  /**
   * Hands letters to `handler` until none is left or about `budget` of them have been handled. Every actor has one turn, with
   * the letters it has so far, before the first has another; a turn that the budget ends goes on with the next run. What is
   * put meanwhile is part of the same run.
   * Returns how many letters were handed over.
   */
  run(batch: number, budget: number, handler: Handler): number {
    const actors = this.#actors;
    let left = budget;
    let urgentLeft = budget - Math.floor(budget / IN_TURN_SHARE);
    const overrun = Math.floor(budget / OVERRUN_SHARE);
    let turns = 0;
    while (left > 0) {
      if (this.#urgent.length > 0 && urgentLeft > 0) {
        const urgentBudget = Math.min(left, urgentLeft);
        const handled = urgentBudget - this.#urgentTurns(batch, urgentBudget, handler);
        left -= handled;
        urgentLeft -= handled;
      }
      const activation = actors[turns];
      if (left <= 0 || !activation) break;
      const length = this.#turnLeft > 0 ? this.#turnLeft : activation.mailbox.length;
      this.#turnLeft = 0;
      if (!activation.isResting) {
        const share = length <= left + overrun ? length : left;
        left -= this.#turn(activation, batch, share, handler);
        if (share < length && !activation.isResting) {
          this.#turnLeft = length - share;
          break;
        }
      }
      turns++;
      // One that rests is put in again when it wakes.
      activation.isQueued = activation.mailbox.length > 0 && !activation.isResting;
      if (activation.isQueued) actors.push(activation);
    }
    this.#actors = actors.slice(turns);
    return budget - left;
  }

  /** Lets the actors with letters of the system handle these. Returns what is left of the budget. */
  #urgentTurns(batch: number, budget: number, handler: Handler): number {
    const urgent = this.#urgent;
    this.#urgent = [];
    let left = budget;
    for (let turn = 0; turn < urgent.length; turn++) {
      const activation = urgent[turn];
      if (!activation) continue;
      activation.isUrgent = false;
      if (left > 0 && !activation.isResting) {
        left -= this.#turn(activation, batch, Math.min(activation.mailbox.systemLength, left), handler);
      }
      if (activation.mailbox.systemLength === 0 || activation.isResting || activation.isUrgent) continue;
      activation.isUrgent = true;
      this.#urgent.push(activation);
    }
    return left;
  }

  /** Hands over so many letters of an actor, or fewer when one is to be tried again. Returns how many. */
  #turn(activation: Activation, batch: number, letters: number, handler: Handler): number {
    const { mailbox } = activation;
    activation.usedInBatch = batch;
    let done = 0;
    while (done < letters) {
      const item = mailbox.shift();
      if (item === undefined) break;
      done++;
      this.#letters--;
      const handled =
        item instanceof Letter ? handler.handle(activation, item) : handler.handleMessage(activation, item);
      if (handled === 'handled') continue;
      mailbox.putBack(handled.letter);
      this.#letters++;
      activation.isResting = true;
      this.#resting.add(activation);
      this.#rest(activation, handled.retryAfterMs);
      break;
    }
    return done;
  }

  /** The actors that rest. */
  get resting(): Iterable<Activation> {
    return this.#resting;
  }

  /** Every actor with letters, once. */
  *actors(): Iterable<Activation> {
    for (const activation of this.#actors) if (!activation.isResting) yield activation;
    yield* this.#resting;
  }

  *[Symbol.iterator](): Iterator<{ readonly activation: Activation; readonly letter: Letter }> {
    for (const activation of this.actors()) {
      for (const letter of activation.mailbox) yield { activation, letter };
    }
  }
}
