import type { Activation } from './activations.ts';
import { type Letter, newLetter } from './mailbox.ts';

/** What became of a letter: handled, or its handler threw and it is to be tried again after so many milliseconds. */
export type Handled = 'handled' | { readonly retryAfterMs: number };

/** Of a batch's letters, one in so many is not for the system to pass ahead: what never ends must not shut users out. */
const IN_TURN_SHARE = 8;

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
  /** The letter of messages that have none, one after the other. */
  readonly #standIn = newLetter('tell', null);

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
   * Hands letters to `handle` until none is left or `budget` of them have been handled. Every actor has one turn, with
   * the letters it has so far, before the first has another. What is put meanwhile is part of the same run.
   * Returns how many letters were handed over.
   */
  run(batch: number, budget: number, handle: (activation: Activation, letter: Letter) => Handled): number {
    const actors = this.#actors;
    let left = budget;
    let urgentLeft = budget - Math.floor(budget / IN_TURN_SHARE);
    let turns = 0;
    while (left > 0) {
      if (this.#urgent.length > 0 && urgentLeft > 0) {
        const urgentBudget = Math.min(left, urgentLeft);
        const handled = urgentBudget - this.#urgentTurns(batch, urgentBudget, handle);
        left -= handled;
        urgentLeft -= handled;
      }
      const activation = actors[turns];
      if (left <= 0 || !activation) break;
      turns++;
      if (!activation.isResting) left = this.#turn(activation, batch, activation.mailbox.length, left, handle);
      // One that rests is put in again when it wakes.
      activation.isQueued = activation.mailbox.length > 0 && !activation.isResting;
      if (activation.isQueued) actors.push(activation);
    }
    this.#actors = actors.slice(turns);
    return budget - left;
  }

  /** Lets the actors with letters of the system handle these. Returns what is left of the budget. */
  #urgentTurns(batch: number, budget: number, handle: (activation: Activation, letter: Letter) => Handled): number {
    const urgent = this.#urgent;
    this.#urgent = [];
    let left = budget;
    for (let turn = 0; turn < urgent.length; turn++) {
      const activation = urgent[turn];
      if (!activation) continue;
      activation.isUrgent = false;
      if (left > 0 && !activation.isResting) {
        left = this.#turn(activation, batch, activation.mailbox.systemLength, left, handle);
      }
      if (activation.mailbox.systemLength === 0 || activation.isResting || activation.isUrgent) continue;
      activation.isUrgent = true;
      this.#urgent.push(activation);
    }
    return left;
  }

  #turn(
    activation: Activation,
    batch: number,
    letters: number,
    budget: number,
    handle: (activation: Activation, letter: Letter) => Handled,
  ): number {
    const { mailbox } = activation;
    activation.usedInBatch = batch;
    let left = budget;
    for (let turn = Math.min(letters, left); turn > 0; turn--) {
      const taken = mailbox.shift(this.#standIn);
      if (!taken) break;
      left--;
      this.#letters--;
      const handled = handle(activation, taken);
      if (handled === 'handled') continue;
      const letter = taken === this.#standIn ? keptFrom(taken) : taken;
      mailbox.putBack(letter);
      this.#letters++;
      activation.isResting = true;
      this.#resting.add(activation);
      this.#rest(activation, handled.retryAfterMs);
      break;
    }
    return left;
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

/** A letter for a message that had none, now that it has to be kept. */
function keptFrom({ message, failures }: Letter): Letter {
  const letter = newLetter('tell', message);
  letter.failures = failures;
  return letter;
}
