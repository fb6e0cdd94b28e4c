/** Limits of a shard, each with its unit, its reason and its consequence. */
export interface ShardLimits {
  /** Longest queue of one actor, in messages. Beyond it callers get MailboxFull. */
  readonly mailboxLengthMax: number;
  /** Messages waiting in all mailboxes of a shard. Beyond it callers get MailboxFull, so overload does not grow memory. */
  readonly shardQueueMax: number;
  /** Messages handled in one batch. More means fewer commits and later replies; what is left over is stored and goes on. */
  readonly batchMessagesMax: number;
  /** Batches whose commits may be under way while the next one is computed. 2: one being synced, one filling up. */
  readonly commitsInFlightMax: number;
  /** Actors kept in memory; the ones idle longest are passivated beyond it. */
  readonly activeActorsMax: number;
  /** Effects of one lane under way at once; further ones wait. */
  readonly laneInFlightMax: number;
  /** How often a message that was not an ask is tried again when its handler throws, before it becomes a dead letter. */
  readonly deliveryAttemptsMax: number;
  /** Messages to another shard that it has not acknowledged for so long are sent again. */
  readonly resendAfterMs: number;
  /** What a refused caller is told to wait. */
  readonly retryAfterMs: number;
}

/** Limits that fit an appliance as well as a server with a hundred thousand instances. */
export const DEFAULT_SHARD_LIMITS: ShardLimits = {
  mailboxLengthMax: 10_000,
  shardQueueMax: 50_000,
  batchMessagesMax: 4_000,
  commitsInFlightMax: 2,
  activeActorsMax: 50_000,
  laneInFlightMax: 64,
  deliveryAttemptsMax: 3,
  resendAfterMs: 2_000,
  retryAfterMs: 1_000,
};
