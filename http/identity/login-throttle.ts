import type { Clock } from '../../runtime/clock.ts';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';

interface Failures {
  readonly count: number;
  readonly lastAtMs: number;
}

/**
 * Slows guessing down: after a few wrong passwords in a row for one name, further logins have to wait, longer with each.
 * Kept in memory: a restart forgives. Whether a name exists makes no difference, so waiting tells nothing about it.
 */
export class LoginThrottle {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Milliseconds that a login for this name has to wait; 0 when it may be tried now. */
  waitMs(name: string): number {
    const failures = this.#recent(name);
    if (!failures) return 0;
    const sinceMs = this.#clock.monotonic() - failures.lastAtMs;
    const over = failures.count - IDENTITY_HTTP_LIMITS.freeFailuresMax;
    if (over < 0) return 0;
    return Math.max(0, Math.min(IDENTITY_HTTP_LIMITS.loginWaitMsMax, 1_000 * 2 ** Math.min(over, 20)) - sinceMs);
  }

  /** The password was wrong. */
  failed(name: string): void {
    const count = (this.#recent(name)?.count ?? 0) + 1;
    // Put last again: the map is ordered by the latest failure, and the oldest goes when it is full.
    this.#failures.delete(name);
    this.#failures.set(name, { count, lastAtMs: this.#clock.monotonic() });
    if (this.#failures.size <= IDENTITY_HTTP_LIMITS.failuresRememberedMax) return;
    for (const oldest of this.#failures.keys()) {
      this.#failures.delete(oldest);
      break;
    }
  }

  /** The password was right: nothing is held against the name any more. */
  succeeded(name: string): void {
    this.#failures.delete(name);
  }

  /** The failures of a name, unless they are so old that they are forgotten. */
  #recent(name: string): Failures | undefined {
    const failures = this.#failures.get(name);
    if (!failures) return undefined;
    if (this.#clock.monotonic() - failures.lastAtMs < IDENTITY_HTTP_LIMITS.failuresKeptMs) return failures;
    this.#failures.delete(name);
    return undefined;
  }
}
