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

/** A single point of a history at which the process dies: the n-th commit or effect, counted from 1. */
export interface CrashPoint {
  readonly at: 'commit' | 'effect';
  readonly number: number;
  readonly when: 'before' | 'after';
}
