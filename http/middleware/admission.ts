import type { Cancel, Clock } from '../../runtime/clock.ts';

/** Limits of the front end. */
export interface AdmissionLimits {
  /** Requests under way at once. Beyond it further ones are answered 503. */
  readonly requestsInFlightMax: number;
  /** How late the event loop may run, in milliseconds. When it runs later twice in a row, requests are answered 503. */
  readonly eventLoopDelayMsMax: number;
}

/** Why a request is not taken. */
export type Refusal = 'requests' | 'delay';
export const REFUSALS = ['requests', 'delay'] as const satisfies readonly Refusal[];

/** How often the event loop's delay is measured, in milliseconds. */
const SAMPLE_MS = 250;

/**
 * Decides at the door, before anything of a request's body is read, whether it is taken. A request that would wait
 * longer than its client does costs as much as a useful one; so it is told at once to come again.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #refused: Record<Refusal, number> = { requests: 0, delay: 0 };
  #delayMs = 0;
  #delayBeforeMs = 0;
  #cancel: Cancel;

  constructor(limits: AdmissionLimits, clock: Pick<Clock, 'monotonic' | 'after'>) {
    this.#limits = limits;
    this.#clock = clock;
    this.#cancel = this.#measure();
  }

  /** How late the event loop ran when last measured, in milliseconds. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** Requests refused so far, by reason. */
  get refused(): Readonly<Record<Refusal, number>> {
    return this.#refused;
  }

  /** Null: taken. Otherwise why not; it is counted. */
  refusal(requestsInFlight: number): Refusal | null {
    const { requestsInFlightMax, eventLoopDelayMsMax } = this.#limits;
    // Once is a hiccup: a large collection of garbage, a machine that slept. Twice is load.
    const isLate = Math.min(this.#delayMs, this.#delayBeforeMs) > eventLoopDelayMsMax;
    const reason = requestsInFlight >= requestsInFlightMax ? 'requests' : isLate ? 'delay' : null;
    if (reason !== null) this.#refused[reason]++;
    return reason;
  }

  stop(): void {
    this.#cancel();
  }

  /** A timer that comes late tells how late everything else comes. */
  #measure(): Cancel {
    const dueMs = this.#clock.monotonic() + SAMPLE_MS;
    return this.#clock.after(SAMPLE_MS, () => {
      this.#delayBeforeMs = this.#delayMs;
      this.#delayMs = Math.max(0, this.#clock.monotonic() - dueMs);
      this.#cancel = this.#measure();
    });
  }
}
