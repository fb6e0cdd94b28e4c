import type { ShardNotice } from '../notice.ts';
import type { Shard } from '../shard.ts';

/** A shard that has been opened in a thread, with what else lives there. */
export interface OpenedShard {
  readonly shard: Shard;
  /** Answers `ShardThreads.call`. */
  readonly call: (request: unknown) => Promise<unknown>;
  /** Lets go of what is not the shard's own; called after the shard has stopped. */
  readonly close: () => Promise<void>;
}

/**
 * What a shard module exports: puts a shard together in its thread, from options of the program's own. It may be called
 * many times in one process, and for several shards of one thread: a shard that has failed is closed and opened again.
 * A shard's store is only ever open once, so what was opened must be closed again before a rejection. The shard itself
 * is made last: its clients are linked in the turn in which it is handed over.
 */
export type OpenShard = (options: unknown, notice: (notice: ShardNotice) => void) => Promise<OpenedShard>;

/** A shard as it is known before it runs. */
export interface ShardPlan {
  readonly name: string;
  /** URL of the module that exports `openShard`. */
  readonly module: string;
  /** Plain data. */
  readonly options: unknown;
  /** A start does not fail when it cannot be opened: that is tried again later. */
  readonly isOptional?: boolean;
  /** It stays closed until `reopen`. */
  readonly isClosed?: boolean;
}
