import type { SeenShard, ShardFigures } from '../../composition/inside.ts';
import type { OperatorRequest } from '../../composition/operator-requests.ts';
import type { ThreadFigures } from '../../composition/thread-figures.ts';
import type { Distribution, ShardStats } from '../../runtime/stats.ts';

const spread = (count: number): Distribution => ({ count, sum: count * 4, max: 9, p50: 3, p90: 6, p99: 8 });

const someStats = (name: string): ShardStats => ({
  name,
  state: 'running',
  batches: 10,
  messages: 200,
  commits: 9,
  failures: 2,
  queued: 7,
  timers: 4,
  effectsInFlight: 3,
  deadLetters: 1,
  outbox: { cell2: 5 },
  kinds: {
    instance: {
      active: 11,
      queued: 7,
      queuedLongest: 6,
      messages: 150,
      failures: 2,
      deadLetters: 1,
      refused: 8,
      waitMs: spread(15),
      handlingMs: spread(15),
    },
  },
  effects: {
    'driver.ensureRunning': { inFlight: 1, waiting: 2, ended: 30, failed: 4, timedOut: 5, durationMs: spread(30) },
  },
  batchSize: spread(10),
  batchMs: spread(10),
  commitMs: spread(9),
});

const someThread = (threadId: number): ThreadFigures => ({
  threadId,
  heapUsedBytes: 10_000_000,
  heapTotalBytes: 20_000_000,
  heapLimitBytes: 2_000_000_000,
  externalBytes: 1_000_000,
  gcs: 3,
  gcMs: 12,
  loopDelayMs: spread(100),
});

export const someFigures = (name: string, threadId: number): ShardFigures => ({
  shard: someStats(name),
  thread: someThread(threadId),
  retention: { archived: 12, purged: 5 },
});

/** A shard that answers each request with what is given for it, and never the others. */
export const seenShard = (name: string, answers: Partial<Record<OperatorRequest['type'], unknown>>): SeenShard => ({
  name,
  restarts: 2,
  call: ({ type }) => (type in answers ? Promise.resolve(answers[type]) : new Promise(() => {})),
});
