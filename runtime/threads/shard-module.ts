import type { Shard } from '../shard.ts';
import type { ShardNotice } from '../supervisor.ts';

/** What a shard's thread is started with. Plain data. */
export interface ShardThreadData {
  /** URL of the module that exports `openShard`. */
  readonly module: string;
  readonly options: unknown;
  readonly client: string;
}

/** A shard that has been opened in its thread, with what else lives there. */
export interface OpenedShard {
  readonly shard: Shard;
  /** Answers `ShardControl.call`. */
  readonly call: (request: unknown) => Promise<unknown>;
  /** Lets go of what is not the shard's own; called after the shard has stopped. */
  readonly close: () => Promise<void>;
}

/** What a shard module exports: puts a shard together in its thread, from options of the program's own. */
export type OpenShard = (options: unknown, notice: (notice: ShardNotice) => void) => Promise<OpenedShard>;

/** What the thread tells the main side besides the message path. */
export type ThreadMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'notice'; readonly notice: ShardNotice };
