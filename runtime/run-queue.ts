import type { Activation } from './activations.ts';
import type { ShardLimits } from './limits.ts';
import type { Letter } from './mailbox.ts';

/** The actors of a shard that have letters, in the order in which they got the first. */
export class RunQueue {
  #actors: Activation[] = [];
  #letters = 0;

  get isEmpty(): boolean {
    return this.#actors.length === 0;
  }

  /** Letters in all mailboxes. */
  get letters(): number {
    return this.#letters;
  }

  /** Whether an actor's mailbox, or all of them together, take no more from clients. */
  isFull({ kind, mailbox }: Activation, limits: ShardLimits): boolean {
    return (
      mailbox.length >= (kind.mailboxLengthMax ?? limits.mailboxLengthMax) || this.#letters >= limits.shardQueueMax
    );
  }

  put(activation: Activation, letter: Letter): void {
    activation.mailbox.push(letter);
    this.#letters++;
    if (activation.queued) return;
    activation.queued = true;
    this.#actors.push(activation);
  }

  /**
   * Hands letters to `handle` until none is left or `budget` of them have been handled. Every actor has one turn, with
   * the letters it has so far, before the first has another. What is put meanwhile is part of the same run; letters for
   * which `handle` returns false are put back at its end.
   */
  run(batch: number, budget: number, handle: (activation: Activation, letter: Letter) => boolean): void {
    const again: { readonly activation: Activation; readonly letter: Letter }[] = [];
    const actors = this.#actors;
    let left = budget;
    let turns = 0;
    while (left > 0 && turns < actors.length) {
      const activation = actors[turns++];
      if (!activation) continue;
      const { mailbox } = activation;
      activation.usedInBatch = batch;
      for (let turn = Math.min(mailbox.length, left); turn > 0; turn--, left--) {
        const letter = mailbox.shift();
        if (!letter) break;
        this.#letters--;
        if (!handle(activation, letter)) again.push({ activation, letter });
      }
      activation.queued = mailbox.length > 0;
      if (activation.queued) actors.push(activation);
    }
    this.#actors = actors.slice(turns);
    for (const { activation, letter } of again) this.put(activation, letter);
  }

  *[Symbol.iterator](): Iterator<{ readonly activation: Activation; readonly letter: Letter }> {
    for (const activation of this.#actors) {
      for (const letter of activation.mailbox) yield { activation, letter };
    }
  }
}
