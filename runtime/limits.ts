/** Limits of a shard, each with its unit, its reason and its consequence. */
export interface ShardLimits {
  /**
   * Longest queue of one actor, in messages. Beyond it callers get MailboxFull; what actors tell each other is taken, but
   * not tried again when it fails.
   */
  readonly mailboxLengthMax: number;
  /** Messages waiting in all mailboxes of a shard. Beyond it callers get MailboxFull, so overload does not grow memory. */
  readonly shardQueueMax: number;
  /**
   * Messages of other shards that are taken while `shardQueueMax` refuses callers already, so that callers cannot shut
   * other shards out. Beyond it they are not taken, nor acknowledged: their sender keeps them.
   */
  readonly peerQueueReserve: number;
  /** Messages to all other shards that are stored and not yet taken. Beyond it callers get MailboxFull: they may make more. */
  readonly outboxLengthMax: number;
  /** Messages to one other shard that are on their way; further ones wait in the outbox until these are acknowledged. */
  readonly peerInFlightMax: number;
  /** Messages handled in one batch; a quarter more, where that ends an actor's turn. More means fewer commits and later replies; what is left over is stored and goes on. */
  readonly batchMessagesMax: number;
  /**
   * Batches whose commits may be under way while the next one is computed. A batch that is not full waits for the commit before
   * it and grows meanwhile. 2: one being synced, a full one behind it. 1: nothing is computed during a commit.
   */
  readonly commitsInFlightMax: number;
  /** Actors kept in memory; the ones idle longest are passivated beyond it. */
  readonly activeActorsMax: number;
  /** Actors that got no message for so long are passivated: at the latest after twice the time. Infinity: never. */
  readonly idleAfterMs: number;
  /** What the states of actors with a table may take in memory, about (see `rough-bytes.ts`); beyond it they are passivated. */
  readonly memoryBudgetBytes: number;
  /** Effects of one lane under way at once; further ones wait. */
  readonly laneInFlightMax: number;
  /** Effects that are stored and have not ended, waiting ones as well: a record in memory each. Beyond it callers get MailboxFull. */
  readonly effectsPendingMax: number;
  /** How often a message that was not an ask is tried again when its handler throws, before it becomes a dead letter. */
  readonly deliveryAttemptsMax: number;
  /** Dead letters that are kept. Beyond it the oldest are dropped, which the notice `deadLetter` tells: what fails now can still be mended. */
  readonly deadLettersMax: number;
  /** The first pause before a message that failed is tried again; each further one is twice as long. Its actor waits with it. */
  readonly retryDelayMs: number;
  /** The longest such pause. */
  readonly retryDelayMaxMs: number;
  /** Failures of one kind's handlers in a minute; more are told with the notice `kindFailing`. */
  readonly failuresPerMinuteMax: number;
  /** A handler that takes longer holds up all actors of the shard, and is told with the notice `slowHandler`. */
  readonly slowHandlerMs: number;
  /** Messages to another shard that it has not acknowledged for so long are sent again. */
  readonly resendAfterMs: number;
  /** What a refused caller is told to wait. */
  readonly retryAfterMs: number;
}

/** Limits that fit an appliance as well as a server with a hundred thousand instances. */
export const DEFAULT_SHARD_LIMITS: ShardLimits = {
  mailboxLengthMax: 10_000,
  shardQueueMax: 50_000,
  peerQueueReserve: 10_000,
  outboxLengthMax: 50_000,
  peerInFlightMax: 10_000,
  batchMessagesMax: 4_000,
  commitsInFlightMax: 2,
  activeActorsMax: 50_000,
  idleAfterMs: 600_000,
  memoryBudgetBytes: 256 * 1024 * 1024,
  laneInFlightMax: 64,
  effectsPendingMax: 100_000,
  deliveryAttemptsMax: 3,
  deadLettersMax: 10_000,
  retryDelayMs: 100,
  retryDelayMaxMs: 10_000,
  failuresPerMinuteMax: 60,
  slowHandlerMs: 50,
  resendAfterMs: 2_000,
  retryAfterMs: 1_000,
};
