import type { Clock } from '../../runtime/clock.ts';
import { forgetOldest } from './forget-oldest.ts';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';

/** Whether a login may be tried now; if not, how long it has to wait (null: too many wait already). */
export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly waitMs: number | null };

/** The logins of one name that are under way. */
interface Turns {
  running: number;
  readonly waiting: ((admission: Admission) => void)[];
}

interface Failures {
  readonly count: number;
  readonly lastAtMs: number;
}

/**
 * Slows guessing down: after a few wrong passwords in a row for one name, further logins have to wait, longer with each.
 * Kept in memory: a restart forgives. Whether a name exists makes no difference, so waiting tells nothing about it.
 * A login counts while it is checked as if it failed: guessing in parallel gains nothing. Where no failure is known, several
 * logins at once get in, a few at a time.
 */
export class LoginThrottle {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #failures = new Map<string, Failures>();
  readonly #turns = new Map<string, Turns>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Waits for the turn of a login. Once admitted, it must be told to `ended`. */
  async begin(name: string): Promise<Admission> {
    const turns = this.#turns.get(name) ?? { running: 0, waiting: [] };
    const admission = this.#admission(name, turns);
    if (admission?.admitted === false) return admission;
    this.#turns.set(name, turns);
    if (admission !== null && turns.waiting.length === 0) {
      turns.running++;
      return admission;
    }
    if (turns.waiting.length >= IDENTITY_HTTP_LIMITS.checksOfNameWaitingMax) return { admitted: false, waitMs: null };
    return new Promise((resolve) => turns.waiting.push(resolve));
  }

  /** An admitted login has been checked; null: it could not be. Others that wait have their turn, or learn that they have to wait longer. */
  ended(name: string, wasRight: boolean | null): void {
    if (wasRight === true) this.succeeded(name);
    if (wasRight === false) this.failed(name);
    const turns = this.#turns.get(name);
    if (!turns) return;
    turns.running--;
    while (turns.waiting.length > 0) {
      const admission = this.#admission(name, turns);
      if (admission === null) return;
      if (admission.admitted) turns.running++;
      turns.waiting.shift()?.(admission);
    }
    if (turns.running === 0) this.#turns.delete(name);
  }

  /** What becomes of the next login of a name; null: it waits for one that is under way. */
  #admission(name: string, { running }: Turns): Admission | null {
    const waitMs = this.waitMs(name);
    if (waitMs > 0) return { admitted: false, waitMs };
    const { checksOfNameMax, freeFailuresMax } = IDENTITY_HTTP_LIMITS;
    const ifAllFail = (this.#recent(name)?.count ?? 0) + running;
    const isFree = running === 0 || (running < checksOfNameMax && ifAllFail < freeFailuresMax);
    return isFree ? { admitted: true } : null;
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
    forgetOldest(this.#failures, IDENTITY_HTTP_LIMITS.failuresRememberedMax);
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
