import type { Clock } from '../../runtime/clock.ts';

/** How many requests of a project are taken in a minute, by what they do; -1: any number. */
export interface RateLimits {
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
}

/** Projects whose requests are counted at once. The one that has been quiet longest is forgotten first: it loses nothing. */
const PROJECTS_MAX = 10_000;
const MINUTE_MS = 60_000;

/** What a project has left, as of a time on the monotonic clock. */
interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/**
 * Counts the requests of projects against their limits. A project may send a minute's worth at once; what it has sent
 * comes back evenly over a minute. In memory of one process: an upper bound against clients that run wild, not a bill.
 */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: RateLimits, clock: Pick<Clock, 'monotonic'>) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Null: taken, and counted. Otherwise in how many seconds to come again. */
  refusal(projectId: string, method: string): number | null {
    const isRead = method === 'GET' || method === 'HEAD';
    const perMinute = isRead ? this.#limits.readsPerMinute : this.#limits.writesPerMinute;
    if (perMinute < 0) return null;
    const key = `${isRead ? 'r' : 'w'}${projectId}`;
    const nowMs = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { left: perMinute, atMs: nowMs };
    const left = Math.min(perMinute, bucket.left + ((nowMs - bucket.atMs) * perMinute) / MINUTE_MS);
    // Behind all others: the map is in the order of last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: left >= 1 ? left - 1 : left, atMs: nowMs });
    if (this.#buckets.size > PROJECTS_MAX) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    if (left >= 1) return null;
    return perMinute === 0 ? MINUTE_MS / 1000 : Math.max(1, Math.ceil(((1 - left) * MINUTE_MS) / perMinute / 1000));
  }
}
