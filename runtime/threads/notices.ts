import type { ShardNotice } from '../notice.ts';

/** What the threads of a process tell of themselves, for logs and metrics. */
export type ThreadNotice =
  /** From a shard itself. */
  | { readonly type: 'shard'; readonly shard: string; readonly notice: ShardNotice }
  /** `restartAfterMs` is null when there have been too many deaths: the system has failed. */
  | {
      readonly type: 'threadDied';
      readonly thread: number;
      readonly shards: readonly string[];
      readonly error: Error;
      readonly restartAfterMs: number | null;
    }
  | { readonly type: 'threadRestarted'; readonly thread: number; readonly shards: readonly string[] }
  /** A shard has been closed since its store failed, or could not be opened. */
  | { readonly type: 'shardAway'; readonly shard: string; readonly error: Error; readonly retryAfterMs: number }
  | { readonly type: 'shardBack'; readonly shard: string }
  | { readonly type: 'shardMoved'; readonly shard: string; readonly from: number; readonly to: number }
  | { readonly type: 'threadHung'; readonly thread: number; readonly silentMs: number }
  | { readonly type: 'closeFailed'; readonly thread: number; readonly error: Error };

/** `StoreUnsafe`: a store failed in a way that may have damaged the process. */
export type ThreadsFailure = 'ThreadHung' | 'TooManyDeaths' | 'StoreUnsafe';

/** Why a system of threads cannot go on by itself. */
export class ThreadsFailed extends Error {
  override readonly name = 'ThreadsFailed';
  readonly code: ThreadsFailure;
  constructor(code: ThreadsFailure, message: string, cause?: Error) {
    super(message, { cause });
    this.code = code;
  }
}
