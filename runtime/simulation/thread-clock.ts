import type { Cancel, Clock } from '../clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

/**
 * The clock of one simulated thread: it ends with the thread, its wall clock can be set, and a turn of its event loop takes
 * a while, so that threads get ahead of each other. As in Node, what is asked for `soon` comes in that order.
 */
export class ThreadClock implements Clock {
  readonly #time: VirtualClock;
  readonly #turnMs: () => number;
  #turn: (() => void)[] = [];
  #offsetMs = 0;
  #isDead = false;

  /** `turnMs`: milliseconds from a call of `soon` to the turn that it asks for. */
  constructor(time: VirtualClock, turnMs: () => number) {
    this.#time = time;
    this.#turnMs = turnMs;
  }

  now(): number {
    return Math.floor(this.#time.now()) + this.#offsetMs;
  }

  monotonic(): number {
    return this.#time.monotonic();
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.#time.after(delayMs, () => {
      if (!this.#isDead) run();
    });
  }

  soon(run: () => void): void {
    this.#turn.push(run);
    if (this.#turn.length > 1) return;
    this.#time.after(this.#turnMs(), () => {
      const turn = this.#turn;
      this.#turn = [];
      for (const asked of turn) if (!this.#isDead) asked();
    });
  }

  /** Sets the wall clock forward, or back with a negative number; durations go on as before. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  /** The thread has ended: nothing that it asked for comes any more. */
  die(): void {
    this.#isDead = true;
  }
}
