/** How a duration or a size was distributed since the shard's start. Durations are in milliseconds. All 0 when nothing was recorded. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Figures of one kind of actor in a shard. Counters count from the shard's start. */
export interface KindStats {
  /** Actors in memory. */
  readonly active: number;
  /** Messages that wait in mailboxes now. */
  readonly queued: number;
  /** The longest mailbox now. */
  readonly queuedLongest: number;
  readonly messages: number;
  /** Handlers that threw. */
  readonly failures: number;
  readonly deadLetters: number;
  /** Asks refused since a mailbox, or the shard, was full. */
  readonly refused: number;
  /** From arrival to handler, sampled. */
  readonly waitMs: Distribution;
  /** Time in the handler, sampled; those slower than the limit for slow handlers are always recorded. */
  readonly handlingMs: Distribution;
}

/** Figures of one name of effect in a shard. */
export interface EffectStats {
  readonly inFlight: number;
  /** Stored and waiting for a place in their lane. */
  readonly waiting: number;
  readonly ended: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly durationMs: Distribution;
}

/** Figures of a shard, for metrics and reports. Plain data: it crosses threads. */
export interface ShardStats {
  readonly name: string;
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly batches: number;
  readonly messages: number;
  readonly commits: number;
  readonly failures: number;
  /** Messages that wait in all mailboxes now. */
  readonly queued: number;
  readonly timers: number;
  readonly effectsInFlight: number;
  /** Dead letters in the store. */
  readonly deadLetters: number;
  /** Messages to other shards that these have not taken yet, by shard. */
  readonly outbox: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, KindStats>>;
  readonly effects: Readonly<Record<string, EffectStats>>;
  /** Messages handled in a batch. */
  readonly batchSize: Distribution;
  /** Time a batch took to compute. */
  readonly batchMs: Distribution;
  /** Time from handing a commit to the store until it was durable. */
  readonly commitMs: Distribution;
}
