import type { DeadLetters } from './dead-letters.ts';
import type { Handling } from './handling.ts';

/** Whoever waits for the commit of an operation. */
export interface Answer {
  readonly kept: () => void;
  readonly lost: (error: Error) => void;
}

/** An operation that waits for the next batch. */
interface Waiting {
  readonly what: 'retry' | 'drop';
  readonly key: string;
  readonly resolve: (existed: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** What people ask of a shard itself. It is done at the beginning of a batch, ahead of all messages, and stored with it. */
export class Operations {
  readonly #deadLetters: DeadLetters;
  readonly #handling: Handling;
  #waiting: Waiting[] = [];

  constructor(deadLetters: DeadLetters, handling: Handling) {
    this.#deadLetters = deadLetters;
    this.#handling = handling;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Retries or drops a dead letter with the next batch. Resolves after its commit. */
  add(what: Waiting['what'], key: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ what, key, resolve, reject });
    });
  }

  /** Does what waits, in the running batch. Returns whom to tell after its commit. */
  run(): readonly Answer[] {
    if (this.#waiting.length === 0) return NOBODY;
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map(({ what, key, resolve, reject }) => {
      const letter = this.#deadLetters.take(key);
      if (letter && what === 'retry') this.#handling.deliver({ ...letter, replyTo: null });
      return { kept: () => resolve(letter !== undefined), lost: reject };
    });
  }

  /** Refuses what still waits. */
  stop(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

const NOBODY: readonly Answer[] = [];
