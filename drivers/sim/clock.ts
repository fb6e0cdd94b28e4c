/** The time of a simulated hypervisor: real, or virtual in a simulation. */
export interface SimClock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls `fn` once after so many milliseconds; the returned function prevents that. */
  after(ms: number, fn: () => void): () => void;
}
