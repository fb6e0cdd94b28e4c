/** Pauses between attempts: each is twice the one before, up to the longest; after a calm time they begin anew. */
export class BackOff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #calmMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #pauseMs = 0;

  constructor({
    firstMs,
    longestMs,
    calmMs,
  }: { readonly firstMs: number; readonly longestMs: number; readonly calmMs: number }) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#calmMs = calmMs;
  }

  /** How long to wait after a failure at `nowMs`. */
  next(nowMs: number): number {
    // The pause itself is no calm.
    const isCalm = nowMs - this.#lastMs > this.#calmMs + this.#pauseMs;
    this.#pauseMs = isCalm ? this.#firstMs : Math.min(this.#pauseMs * 2, this.#longestMs);
    this.#lastMs = nowMs;
    return this.#pauseMs;
  }
}

/** Counts events within a sliding time. */
export class RateLimit {
  readonly #max: number;
  readonly #withinMs: number;
  #times: number[] = [];

  constructor(max: number, withinMs: number) {
    this.#max = max;
    this.#withinMs = withinMs;
  }

  /** Takes note of an event. False: there have been more than the limit within the time. */
  allows(nowMs: number): boolean {
    this.#times = this.#times.filter((atMs) => nowMs - atMs < this.#withinMs);
    this.#times.push(nowMs);
    return this.#times.length <= this.#max;
  }
}
