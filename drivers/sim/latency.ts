/**
 * How long something takes, in milliseconds: always the same, evenly between two bounds, or log-normal (most near the
 * median, few much longer, none beyond `maxMs`).
 */
export type Latency =
  | number
  | { readonly minMs: number; readonly maxMs: number }
  | { readonly medianMs: number; readonly sigma: number; readonly maxMs: number };

/** How long each kind of order takes. 0 takes no timer at all: the answer is there at once. */
export interface SimLatency {
  readonly spawn: Latency;
  readonly stop: Latency;
  readonly reboot: Latency;
  readonly delete: Latency;
  /** Of a volume. Default: none. */
  readonly plug?: Latency;
  /** Default: as `spawn`. */
  readonly migrate?: Latency;
  /** Besides, milliseconds for each GiB of the guest's memory. Default: 0. */
  readonly migratePerGib?: number;
}

/** Everything at once. */
export const noLatency: SimLatency = { spawn: 0, stop: 0, reboot: 0, delete: 0 };

/** One duration, drawn with `random` (evenly in [0, 1)). A fixed one draws nothing. */
export function sampleLatency(latency: Latency, random: () => number): number {
  if (typeof latency === 'number') return latency;
  if ('minMs' in latency) return latency.minMs + random() * (latency.maxMs - latency.minMs);
  // Box-Muller; 1 - random() is never 0, whose logarithm is not a number.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(latency.maxMs, latency.medianMs * Math.exp(latency.sigma * normal));
}

const MIB_PER_GIB = 1024;

/** How long it takes to move a guest that runs: the more memory it has, the longer. */
export function migrationLatency(latency: SimLatency, memoryMib: number, random: () => number): Latency {
  const { migrate = latency.spawn, migratePerGib = 0 } = latency;
  return migratePerGib === 0 ? migrate : sampleLatency(migrate, random) + (migratePerGib * memoryMib) / MIB_PER_GIB;
}
