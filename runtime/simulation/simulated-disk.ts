import { compareKeys } from '../key.ts';
import type { Entry, KeyRange, Write } from '../store.ts';
import type { SurvivingRows } from './crashing-store.ts';

/**
 * Rows of one simulated shard, which outlive its crashes. Made for histories of some hundred rows, which are walked
 * after every commit.
 */
export class SimulatedDisk implements SurvivingRows {
  readonly #rows = new Map<string, unknown>();
  /** In order, by code point. */
  readonly #keys: string[] = [];
  /** Until when there is no space, in monotonic milliseconds. */
  fullUntilMs = 0;

  get(key: string): unknown {
    return this.#rows.get(key);
  }

  *range(range: KeyRange): Iterable<Entry> {
    for (const key of this.keys(range)) yield { key, value: this.#rows.get(key) };
  }

  /** The keys as they stand now: rows may be written during the walk. */
  keys({ prefix, after, reverse = false, limit = Number.POSITIVE_INFINITY }: KeyRange): Iterable<string> {
    const keys = this.#keys;
    const found: string[] = [];
    for (let index = this.#indexOf(prefix); index < keys.length; index++) {
      const key = keys[index] ?? '';
      if (!key.startsWith(prefix)) break;
      const isWithin = after === undefined || (reverse ? compareKeys(key, after) < 0 : compareKeys(key, after) > 0);
      if (isWithin) found.push(key);
    }
    if (reverse) found.reverse();
    return found.length > limit ? found.slice(0, limit) : found;
  }

  renew(): void {}

  apply(writes: readonly Write[]): void {
    for (const [key, value] of writes) {
      if (value === undefined) {
        if (this.#rows.delete(key)) this.#keys.splice(this.#indexOf(key), 1);
      } else {
        if (!this.#rows.has(key)) this.#keys.splice(this.#indexOf(key), 0, key);
        this.#rows.set(key, value);
      }
    }
  }

  /** Where a key stands, or would. */
  #indexOf(wanted: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.#keys[middle] ?? '', wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
