/** Bounds of the buckets of a duration, in seconds: from an answer out of memory to one that waited for a disk or a queue. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** A bucket as Prometheus has it: how many were at most so long. */
export interface Bucket {
  readonly atMost: number;
  readonly count: number;
}

/** Durations counted in fixed buckets. Recording one is two additions. */
export class DurationHistogram {
  readonly #counts = new Array<number>(BOUNDS.length + 1).fill(0);
  sum = 0;
  count = 0;

  record(seconds: number): void {
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.sum += seconds;
    this.count++;
  }

  /** Cumulative; the last is for any duration. */
  buckets(): readonly Bucket[] {
    let count = 0;
    return this.#counts.map((own, index) => {
      count += own;
      return { atMost: BOUNDS[index] ?? Number.POSITIVE_INFINITY, count };
    });
  }
}
