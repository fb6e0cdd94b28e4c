import type { Cancel, Clock } from '../clock.ts';
import { Heap } from '../heap.ts';

/** A call to come. */
interface Call {
  readonly atMs: number;
  /** Its place among those of its moment. */
  readonly turn: number;
  readonly sequence: number;
  /** Null when it has been cancelled. */
  run: (() => void) | null;
}

const isBefore = (a: Call, b: Call): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && (a.turn < b.turn || (a.turn === b.turn && a.sequence < b.sequence)));

/**
 * Time that stands still until it is moved. Calls happen in the order of their time, those of one time in the order in
 * which they were asked for, or in one that is drawn; so the same program with the same seed has the same history, at the
 * speed of the machine.
 *
 * Promises settle between calls only in `…Settled` walks: plain ones are for programs that are synchronous throughout.
 */
export class VirtualClock implements Clock {
  readonly #startMs: number;
  readonly #drawTurn: () => number;
  readonly #calls = new Heap<Call>(isBefore);
  #nowMs: number;
  #sequence = 0;

  /**
   * `startMs`: milliseconds since 1970. @default 2025-01-01T00:00:00Z
   * `drawTurn`: draws a number for each call; of those due at one moment, the one with the lowest comes first.
   */
  constructor(startMs = 1_735_689_600_000, drawTurn: () => number = () => 0) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#drawTurn = drawTurn;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs - this.#startMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    const call = this.#add(this.#nowMs + Math.max(0, delayMs), run);
    return () => {
      call.run = null;
    };
  }

  /** Calls `run` at the present time, after what is due by then, unless turns are drawn. */
  soon(run: () => void): void {
    this.#add(this.#nowMs, run);
  }

  /** When the next call is due; undefined when nothing is to come. */
  get nextMs(): number | undefined {
    this.#dropCancelled();
    return this.#calls.first?.atMs;
  }

  /** Makes the next call, moving time on to it. False when nothing is to come by `untilMs`. */
  step(untilMs = Number.POSITIVE_INFINITY): boolean {
    this.#dropCancelled();
    const { first } = this.#calls;
    if (!first || first.atMs > untilMs) return false;
    this.#calls.pop();
    this.#nowMs = first.atMs;
    first.run?.();
    return true;
  }

  /** Makes all calls that are due by a moment (milliseconds since 1970), then stands at it. Returns how many. */
  advanceTo(untilMs: number): number {
    let calls = 0;
    while (this.step(untilMs)) calls++;
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    return calls;
  }

  /** Makes calls until nothing is to come. Throws beyond `callsMax`: something goes on for ever. Returns how many. */
  runUntilIdle(callsMax = 10_000_000): number {
    let calls = 0;
    while (this.step()) {
      if (++calls > callsMax) throw new Error(`More than ${callsMax} calls, and still not idle.`);
    }
    return calls;
  }

  /** Like `advanceTo`, but lets promises settle after each call: for programs with promises in them, such as drivers. */
  async advanceSettled(untilMs: number): Promise<number> {
    let calls = 0;
    await settled();
    while (this.step(untilMs)) {
      calls++;
      await settled();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    return calls;
  }

  #add(atMs: number, run: () => void): Call {
    const call: Call = { atMs, turn: this.#drawTurn(), sequence: ++this.#sequence, run };
    this.#calls.push(call);
    return call;
  }

  #dropCancelled(): void {
    while (this.#calls.first?.run === null) this.#calls.pop();
  }
}

/** Chains of promises that are this long settle between two calls. */
const PROMISE_CHAIN_MAX = 20;

async function settled(): Promise<void> {
  for (let i = 0; i < PROMISE_CHAIN_MAX; i++) await null;
}
