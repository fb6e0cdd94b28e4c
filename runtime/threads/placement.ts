import { availableParallelism } from 'node:os';

/** How many threads host shards: `auto` leaves a core to the main thread, and starts none that would have no shard. */
export type ThreadCount = number | 'auto';

/** Threads for so many shards; never none. A number may be larger than that of the shards: they can be moved. */
export function threadsFor(wanted: ThreadCount, shards: number, cores: number = availableParallelism()): number {
  return Math.max(1, wanted === 'auto' ? Math.min(cores - 1, shards) : wanted);
}

/** A shard, where it is, and how much it has to do, in any unit. */
export interface PlacedLoad {
  readonly shard: string;
  readonly thread: number;
  readonly load: number;
}

/** A shard that ought to be on another thread. */
export interface Move {
  readonly shard: string;
  readonly to: number;
}

/** A move must lower the load of the busiest thread by this share of it: shards do not wander for nothing. */
const GAIN_MIN = 0.2;

/**
 * The one move that helps the busiest thread most, or null. One at a time: what a move has changed is known only when the
 * loads have been looked at again.
 */
export function bestMove(shards: readonly PlacedLoad[], threads: number): Move | null {
  const loads = Array.from({ length: threads }, () => 0);
  for (const { thread, load } of shards) loads[thread] = (loads[thread] ?? 0) + load;
  const busiest = loads.indexOf(Math.max(...loads));
  const idlest = loads.indexOf(Math.min(...loads));
  const highest = loads[busiest] ?? 0;
  const lowest = loads[idlest] ?? 0;
  let best: Move | null = null;
  let bestHighest = highest * (1 - GAIN_MIN);
  for (const { shard, thread, load } of shards) {
    if (thread !== busiest || load === 0) continue;
    const after = Math.max(highest - load, lowest + load);
    if (after > bestHighest) continue;
    best = { shard, to: idlest };
    bestHighest = after;
  }
  return best;
}

/** The thread with the fewest shards. */
export function fewestShards(
  shards: readonly { readonly slot: { readonly index: number } }[],
  threads: number,
): number {
  const counts = Array.from({ length: threads }, () => 0);
  for (const { slot } of shards) counts[slot.index] = (counts[slot.index] ?? 0) + 1;
  return counts.indexOf(Math.min(...counts));
}

/** What a shard has handled since it was last asked about, of what it has handled in all. */
export function loadSince(before: Map<string, number>, shard: string, messages: number): number {
  const load = Math.max(0, messages - (before.get(shard) ?? 0));
  before.set(shard, messages);
  return load;
}
