import { loadavg } from 'node:os';
import type { Clock } from '../runtime/clock.ts';
import type { Distribution, ShardStats } from '../runtime/stats.ts';
import type { Asked, ShardFigures } from './inside.ts';
import type { ThreadFigures } from './thread-figures.ts';

const MIB = 1_048_576;
const mib = (bytes: number): number => Math.round(bytes / MIB);
/** To a thousandth: milliseconds of handlers are small. */
const round = (value: number): number => Math.round(value * 1000) / 1000;

/** How often each of some names comes. */
function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** The process, as a report tells it. */
export function processFacts(clock: Clock): unknown {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { userCPUTime, systemCPUTime, fsRead, fsWrite, maxRSS } = process.resourceUsage();
  return {
    pid: process.pid,
    parent: process.ppid,
    user: process.getuid?.() ?? 'unknown',
    started: new Date(clock.now() - process.uptime() * 1000).toISOString(),
    uptimeSeconds: Math.round(process.uptime()),
    cpuSeconds: { user: round(userCPUTime / 1e6), system: round(systemCPUTime / 1e6) },
    memoryMib: {
      resident: mib(rss),
      residentMax: mib(maxRSS * 1024),
      heapUsed: mib(heapUsed),
      external: mib(external),
      buffers: mib(arrayBuffers),
    },
    blockOperations: { read: fsRead, write: fsWrite },
    loadAverage: loadavg().map(round),
    /** What keeps the event loop of the main thread busy or alive. */
    activeResources: counted(process.getActiveResourcesInfo()),
  };
}

const threadRow = (thread: string, { loopDelayMs, ...figures }: ThreadFigures): Readonly<Record<string, unknown>> => ({
  thread,
  id: figures.threadId,
  delayP50Ms: round(loopDelayMs.p50),
  delayP99Ms: round(loopDelayMs.p99),
  delayMaxMs: round(loopDelayMs.max),
  heapMib: mib(figures.heapUsedBytes),
  heapLimitMib: mib(figures.heapLimitBytes),
  externalMib: mib(figures.externalBytes),
  gcs: figures.gcs,
  gcMs: round(figures.gcMs),
});

/** The threads, a row each: the main one, and that of each shard. */
export const threadFacts = (
  main: ThreadFigures,
  shards: readonly { readonly name: string; readonly figures: Asked<ShardFigures> }[],
): unknown => [
  threadRow('main', main),
  ...shards.map(({ name, figures }) =>
    figures.ok ? threadRow(name, figures.value.thread) : { thread: `${name}: ${figures.reason}` },
  ),
];

const spread = ({ count, p50, p99, max }: Distribution): Readonly<Record<string, number>> => ({
  count,
  p50: round(p50),
  p99: round(p99),
  max: round(max),
});

/** A shard's figures: itself, its kinds of actors and its effects, a row each. */
export function shardFacts(stats: ShardStats, restarts: number): unknown {
  const { kinds, effects, batchSize, batchMs, commitMs, outbox, ...own } = stats;
  return {
    ...own,
    restarts,
    outbox,
    distributions: [
      { of: 'messages of a batch', ...spread(batchSize) },
      { of: 'batch, ms', ...spread(batchMs) },
      { of: 'commit, ms', ...spread(commitMs) },
    ],
    actors: Object.entries(kinds).map(([kind, { waitMs, handlingMs, ...figures }]) => ({
      kind,
      ...figures,
      waitP99Ms: round(waitMs.p99),
      handlingP99Ms: round(handlingMs.p99),
      handlingMaxMs: round(handlingMs.max),
    })),
    effects: Object.entries(effects).map(([effect, { durationMs, ...figures }]) => ({
      effect,
      ...figures,
      p99Ms: round(durationMs.p99),
      maxMs: round(durationMs.max),
    })),
  };
}
