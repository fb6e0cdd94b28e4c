import type { ShardStats } from '../shard.ts';

/** What the main thread can ask of a shard's thread, over comlink: rare calls, never the message path. */
export interface ShardControl<Extra> {
  stats(): ShardStats;
  /** Finishes what has arrived, commits it and closes the store. The thread then ends by itself. */
  stop(): Promise<void>;
  /** What the program adds for its own use, such as reading a guest's console. */
  call(request: Extra): Promise<unknown>;
}
