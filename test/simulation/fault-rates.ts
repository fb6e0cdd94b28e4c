/** How often things go wrong: as probabilities from 0 (never) to 1 (always), or as mean times between two (0: never). */
export interface FaultRates {
  /** The process dies at a commit: before it is durable, or after it and before anybody hears of it. */
  readonly crashAtCommit: number;
  /** A commit takes up to some seconds. */
  readonly commitSlow: number;
  /** The disk is full at a commit, and for some seconds on: the controller starts again and again until there is space. */
  readonly diskFull: number;
  /** What a batch answers is lost on its way to the clients. */
  readonly replyLost: number;
  /** The process dies at an effect: before the driver is called, or after it and before its answer is handled. */
  readonly crashAtEffect: number;
  /** The driver answers with an error, having done it or not. */
  readonly driverFails: number;
  /** The driver never answers that it has made a guest run, having done it or not. */
  readonly driverSilent: number;
  /** A client asks a second time without waiting for the answer. */
  readonly asksTwice: number;
  /** A host loses its power, and has it again after some seconds. */
  readonly powerCutMs: number;
  /** A host cannot be reached, and can again after some seconds. */
  readonly cutOffMs: number;
  /** The controller's wall clock is set forward or back, by up to a minute. */
  readonly clockJumpMs: number;
  /** A guest shuts itself down, or crashes. */
  readonly guestEndsMs: number;
}

export const NO_FAULTS: FaultRates = {
  crashAtCommit: 0,
  commitSlow: 0,
  diskFull: 0,
  replyLost: 0,
  crashAtEffect: 0,
  driverFails: 0,
  driverSilent: 0,
  asksTwice: 0,
  powerCutMs: 0,
  cutOffMs: 0,
  clockJumpMs: 0,
  guestEndsMs: 0,
};

/** The kinds of weather a history can have; a seed has the one of its number. */
export const WEATHERS: readonly FaultRates[] = [
  { ...NO_FAULTS, crashAtCommit: 0.05, crashAtEffect: 0.05 },
  { ...NO_FAULTS, crashAtCommit: 0.25, crashAtEffect: 0.06 },
  { ...NO_FAULTS, crashAtCommit: 0.02, crashAtEffect: 0.02, driverFails: 0.15, asksTwice: 0.3 },
  { ...NO_FAULTS, crashAtCommit: 0.01, crashAtEffect: 0.01, driverFails: 0.05, driverSilent: 0.05 },
  { ...NO_FAULTS, driverFails: 0.5 },
  { ...NO_FAULTS, powerCutMs: 8_000, crashAtCommit: 0.005, asksTwice: 0.1 },
  { ...NO_FAULTS, commitSlow: 0.1, diskFull: 0.02, replyLost: 0.1, crashAtCommit: 0.01, driverFails: 0.05 },
  { ...NO_FAULTS, clockJumpMs: 5_000, replyLost: 0.05, commitSlow: 0.05, crashAtEffect: 0.02, driverSilent: 0.03 },
  { ...NO_FAULTS, powerCutMs: 15_000, cutOffMs: 10_000, guestEndsMs: 2_000, crashAtEffect: 0.02, driverFails: 0.05 },
];

/** The weather of the history of a seed. */
export const weatherOfSeed = (seed: number): FaultRates => WEATHERS[seed % WEATHERS.length] ?? NO_FAULTS;

/**
 * The weather of a seed for a large cloud: hosts lose their power and come back in every history. The controller dies
 * less often at an effect, since each of its starts looks at every host, and it would hardly ever be up.
 */
export const hostsDyingOfSeed = (seed: number): FaultRates => {
  const weather = weatherOfSeed(seed);
  const { crashAtCommit, crashAtEffect } = weather;
  const dying = weather.powerCutMs > 0 ? {} : { powerCutMs: 6_000, cutOffMs: 12_000, guestEndsMs: 4_000 };
  return { ...weather, ...dying, crashAtCommit: crashAtCommit / 3, crashAtEffect: crashAtEffect / 20 };
};

/** A single point of a history at which the process dies: the n-th commit or effect, counted from 1. */
export interface CrashPoint {
  readonly at: 'commit' | 'effect';
  readonly number: number;
  readonly when: 'before' | 'after';
}
