import type { RetentionOrder } from './retention-job.ts';

/** What the operator's side asks of a shard's thread. Plain data. */
export type OperatorRequest =
  /** Answered with ShardFigures. */
  | { readonly type: 'figures' }
  /** The shard's own part of the Guru Meditation Report: plain data for people. */
  | { readonly type: 'report' }
  /** What is known of an actor: its stored row, its mailbox, its effects and timers. */
  | { readonly type: 'inspect'; readonly kind: string; readonly id: string }
  /** Answered with a list of StoredDeadLetter, oldest first. */
  | { readonly type: 'deadLetters'; readonly limit: number; readonly after?: string }
  /** Answered with a list of DeadLetterSummary, newest first. */
  | { readonly type: 'newestDeadLetters'; readonly limit: number }
  | { readonly type: 'retryDeadLetter'; readonly key: string }
  | { readonly type: 'dropDeadLetter'; readonly key: string }
  /** Whether the log is told how the shard's cell decides. */
  | { readonly type: 'logDecisions'; readonly isOn: boolean }
  /** There is another cell now: its actors are in a shard of its own. */
  | { readonly type: 'cellAdded'; readonly cell: string }
  /** Answered with a RetentionPiece, when it is stored. */
  | { readonly type: 'retain'; readonly order: RetentionOrder };
