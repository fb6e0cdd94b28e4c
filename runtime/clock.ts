/** Ends a pending call; harmless when it has run already. */
export type Cancel = () => void;

/**
 * Time as a port. Shards, effects and drivers take it from here and nowhere else, so that a simulated cloud runs in
 * virtual time and a test never waits.
 */
export interface Clock {
  /** Milliseconds since 1970. May jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds that never go back, from an arbitrary start. For durations. */
  monotonic(): number;
  /** Calls `run` once after at least `delayMs`. */
  after(delayMs: number, run: () => void): Cancel;
  /** Calls `run` as soon as what is already due has been done. */
  soon(run: () => void): void;
}

/** The longest delay of a timer of Node (2^31 - 1 ms, 24.8 days); longer ones are set again on the way. */
const NODE_DELAY_MS_MAX = 2_147_483_647;

/** The machine's clock. Its timers do not keep the process alive. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    let timer: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const stretchMs = Math.min(remainingMs, NODE_DELAY_MS_MAX);
      timer = setTimeout(() => {
        if (remainingMs > stretchMs) arm(remainingMs - stretchMs);
        else run();
      }, stretchMs);
      timer.unref();
    };
    arm(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
  soon: (run) => {
    setImmediate(run);
  },
};
