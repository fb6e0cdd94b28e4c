import type { Clock } from '../../runtime/clock.ts';
import { forgetOldest } from './forget-oldest.ts';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';

interface Guesses {
  /** Wrong passwords as of `atMs`; one is forgotten in each interval since. */
  readonly wrong: number;
  readonly atMs: number;
  /** Logins that are being checked. */
  readonly running: number;
}

/**
 * Bounds how many wrong passwords come from one address, whatever names they are for: the bound of each name says nothing about
 * guesses over many. A right one uses nothing up. Kept in memory and bounded: the oldest are forgotten.
 *
 * Many people may share an address. So an address has many times what a name has, it gets one guess back each second, and whoever
 * has logged in from there before is known and not kept out by what others get wrong.
 */
export class AddressThrottle {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #guesses = new Map<string, Guesses>();
  readonly #known = new Set<string>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Milliseconds that a login from an address has to wait; 0 when it may be tried now. */
  waitMs(address: string): number {
    const { wrong, running } = this.#now(address);
    const { failuresOfAddressMax, failureOfAddressForgottenMs } = IDENTITY_HTTP_LIMITS;
    return Math.ceil(Math.max(0, wrong + running + 1 - failuresOfAddressMax) * failureOfAddressForgottenMs);
  }

  /** Admits a login from an address, which must be told to `ended` then; false: it has to wait. */
  begin(address: string): boolean {
    if (this.waitMs(address) > 0) return false;
    const { wrong, running, atMs } = this.#now(address);
    this.#put(address, { wrong, atMs, running: running + 1 });
    return true;
  }

  /** An admitted login was right, wrong, or could not be checked (null). */
  ended(address: string, name: string, wasRight: boolean | null): void {
    const { wrong, running, atMs } = this.#now(address);
    this.#put(address, { wrong: wrong + (wasRight === false ? 1 : 0), atMs, running: Math.max(0, running - 1) });
    if (wasRight === true) this.remember(address, name);
  }

  /** Somebody has logged in under a name from an address. */
  remember(address: string, name: string): void {
    const key = keyOf(address, name);
    this.#known.delete(key);
    this.#known.add(key);
    forgetOldest(this.#known, IDENTITY_HTTP_LIMITS.knownAddressesMax);
  }

  /** Whether somebody has logged in under this name from this address. */
  knows(address: string, name: string): boolean {
    return this.#known.has(keyOf(address, name));
  }

  #now(address: string): Guesses {
    const atMs = this.#clock.monotonic();
    const before = this.#guesses.get(address);
    if (before === undefined) return { wrong: 0, atMs, running: 0 };
    const forgotten = (atMs - before.atMs) / IDENTITY_HTTP_LIMITS.failureOfAddressForgottenMs;
    return { wrong: Math.max(0, before.wrong - forgotten), atMs, running: before.running };
  }

  /** Put last again: the map is ordered by the latest change, and what says nothing any more is not kept. */
  #put(address: string, guesses: Guesses): void {
    this.#guesses.delete(address);
    if (guesses.wrong === 0 && guesses.running === 0) return;
    this.#guesses.set(address, guesses);
    forgetOldest(this.#guesses, IDENTITY_HTTP_LIMITS.failuresRememberedMax);
  }
}

const keyOf = (address: string, name: string): string => `${address} ${name}`;
