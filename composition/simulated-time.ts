import type { EffectRunner } from '../runtime/effect.ts';
import type { VirtualClock } from '../runtime/simulation/virtual-clock.ts';

/** Turns without an end in which nothing may be waited for any longer: something goes on for ever. */
const TURNS_MAX = 100_000;
/** Promises after which an effect that has not ended waits for time to go on: a driver's answer has some tens of them. */
const IDLE_PROMISES_MAX = 200;

/**
 * The time of a simulated cloud: it goes on when it is told to, and not before all that belongs to a moment has come to its
 * end, calls of the clock as well as effects, whose promises settle between these.
 */
export class SimulatedTime {
  readonly #clock: VirtualClock;
  readonly #failures: readonly string[];
  #effectsUnderWay = 0;

  /** `failures`: what has gone wrong in the cloud so far; with the first of them time stands still. */
  constructor(clock: VirtualClock, failures: readonly string[]) {
    this.#clock = clock;
    this.#failures = failures;
  }

  /** The same effects, whose ends are waited for. */
  waitingFor(effects: EffectRunner): EffectRunner {
    return async (record, signal) => {
      this.#effectsUnderWay++;
      try {
        return await effects(record, signal);
      } finally {
        this.#effectsUnderWay--;
      }
    };
  }

  /** Calls of this moment, and the promises between them, until there are none. Throws when something has failed, or goes on for ever. */
  async settle(): Promise<void> {
    const clock = this.#clock;
    for (let turns = 0; turns < TURNS_MAX; turns++) {
      clock.advanceTo(clock.now());
      await this.#effectsAtRest();
      // The end of an effect is told one promise after it.
      await null;
      await null;
      const [failure] = this.#failures;
      if (failure !== undefined) throw new Error(`The simulated cloud failed: ${failure}`);
      const { nextMs } = clock;
      if (nextMs === undefined || nextMs > clock.now()) return;
    }
    throw new Error('The simulated cloud does not come to rest.');
  }

  /** Goes on to a moment, milliseconds since 1970, and settles at each on the way at which something is due. Throws as `settle`. */
  async advanceTo(ms: number): Promise<void> {
    const clock = this.#clock;
    while (clock.now() < ms) {
      clock.advanceTo(Math.min(clock.nextMs ?? ms, ms));
      await this.settle();
    }
  }

  /** Until no effect is under way, or those that are wait for time to go on. */
  async #effectsAtRest(): Promise<void> {
    let before = this.#effectsUnderWay;
    for (let idle = 0; this.#effectsUnderWay > 0 && idle < IDLE_PROMISES_MAX; idle++) {
      await null;
      if (this.#effectsUnderWay !== before) idle = 0;
      before = this.#effectsUnderWay;
    }
  }
}
