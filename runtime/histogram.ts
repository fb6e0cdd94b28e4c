import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Distribution } from './stats.ts';

/** Steps of a value's unit that are told apart: microseconds of a duration in milliseconds. */
const STEPS_PER_UNIT = 1_000;
/** Larger values count as this one: 71 minutes, or 4 million of what is counted. */
const STEPS_MAX = 2 ** 32;
/** Digits that are exact: percentiles are within one hundredth. A histogram takes 28 KiB with two, and ten times that with three. */
const FIGURES = 2;

/** How values were distributed since the start. Recording costs about 30 ns, and memory only from the first value on. */
export class Histogram {
  #buckets: RecordableHistogram | null = null;
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Records a value of at least 0; durations are in milliseconds. */
  record(value: number): void {
    this.#buckets ??= createHistogram({ lowest: 1, highest: STEPS_MAX, figures: FIGURES });
    this.#buckets.record(Math.min(STEPS_MAX, Math.max(1, Math.round(value * STEPS_PER_UNIT))));
    this.#count++;
    this.#sum += value;
    if (value > this.#max) this.#max = value;
  }

  /** What has been recorded, as plain data. */
  distribution(): Distribution {
    const at = (percentile: number): number =>
      this.#buckets ? Math.min(this.#max, this.#buckets.percentile(percentile) / STEPS_PER_UNIT) : 0;
    return { count: this.#count, sum: this.#sum, max: this.#max, p50: at(50), p90: at(90), p99: at(99) };
  }
}
