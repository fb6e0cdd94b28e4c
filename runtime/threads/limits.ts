/** Limits of the threads of a process, each with its unit, its reason and its consequence. */
export interface ThreadLimits {
  /**
   * An event loop that does not turn for so long, in milliseconds, has hung: a report is written, and the process has to be
   * replaced. 5 s: no handler computes for a tenth of that, and clients wait longer.
   */
  readonly hangMs: number;
  /** Opening a store may take this many times longer: what is pending is read in one go. */
  readonly openingFactor: number;
  /** The pause before a thread that has died is started again, in milliseconds; it doubles with each death. */
  readonly restartFirstMs: number;
  readonly restartLongestMs: number;
  /** So many deaths of threads within `restartsWithinMs` are borne; the next one is a failure of the whole system. */
  readonly restartsMax: number;
  readonly restartsWithinMs: number;
  /** The longest pause before a shard that cannot store is opened again, in milliseconds. There is no last attempt: disks are emptied. */
  readonly reopenLongestMs: number;
  /** After so long without a failure the next pause is the first one again, in milliseconds. */
  readonly calmMs: number;
  /** Heap of a thread, in MiB; at its end the thread dies and is started again. Null: Node's own limit. */
  readonly heapMibMax: number | null;
  /**
   * The part of the heap for what is young, in MiB, which V8 keeps when a burst is over. 24 instead of Node's 48: the start of 1,000
   * hosts left an idle cloud with some 7 MiB less.
   */
  readonly youngHeapMibMax: number;
}

/** Limits that do not misfire on a loaded machine. */
export const DEFAULT_THREAD_LIMITS: ThreadLimits = {
  hangMs: 5_000,
  openingFactor: 12,
  restartFirstMs: 100,
  restartLongestMs: 10_000,
  restartsMax: 10,
  restartsWithinMs: 300_000,
  reopenLongestMs: 30_000,
  calmMs: 60_000,
  heapMibMax: null,
  youngHeapMibMax: 24,
};
