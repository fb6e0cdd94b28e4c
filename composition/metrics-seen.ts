import type { MetricType, Sample } from '../http/metrics/exposition.ts';
import type { RequestMetrics } from '../http/metrics/requests.ts';
import type { Admission } from '../http/middleware/admission.ts';
import type { Flights } from '../http/middleware/flight.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Distribution } from '../runtime/stats.ts';
import { type Asked, figuresOf, type SeenShard, type ShardFigures } from './inside.ts';
import type { ThreadFigures, ThreadWatch } from './thread-figures.ts';
import type { ToldCounts } from './told.ts';

/** Where the figures come from. */
export interface MetricSources {
  readonly clock: Clock;
  readonly version: string;
  readonly shards: () => readonly SeenShard[];
  readonly watch: ThreadWatch;
  readonly flights: Flights;
  readonly admission: Admission;
  readonly requests: RequestMetrics;
  /** Asks that wait for a reply. */
  readonly asksInFlight: () => number;
  readonly told: ToldCounts;
}

/** A shard as a scrape has found it. */
export interface SeenFigures {
  readonly name: string;
  readonly figures: Asked<ShardFigures>;
}

/** What one scrape sees, taken at one moment. */
export interface Seen {
  readonly version: string;
  readonly startedAtMs: number;
  readonly main: ThreadFigures;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  readonly shards: readonly SeenFigures[];
  readonly requests: RequestMetrics;
  readonly requestsInFlight: number;
  readonly refused: Admission['refused'];
  readonly asksInFlight: number;
  readonly told: ToldCounts;
}

/** Looks at everything. Takes no longer than the time limit of a shard's answer. */
export async function lookAround(sources: MetricSources): Promise<Seen> {
  const { clock, version, watch, flights, admission, requests, asksInFlight, told } = sources;
  const shards = await Promise.all(
    sources.shards().map(async (shard): Promise<SeenFigures> => {
      return { name: shard.name, figures: await figuresOf(clock, shard) };
    }),
  );
  const { user, system } = process.cpuUsage();
  return {
    version,
    startedAtMs: clock.now() - process.uptime() * 1000,
    main: watch.figures(),
    rssBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    shards,
    requests,
    requestsInFlight: flights.count,
    refused: admission.refused,
    asksInFlight: asksInFlight(),
    told,
  };
}

/** A metric: what it is called, what it says, and how it is read from what was seen at a scrape. */
export interface Metric {
  /** By Prometheus' conventions: base units, `_total` for counters. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** The names of its labels; their values come from the program, never from a client. */
  readonly labels: readonly string[];
  readonly read: (seen: Seen) => readonly Sample[];
}

/** The quantiles, sum and count of a distribution in milliseconds, as a summary in seconds; with `unit` 1 as they are. */
export function summaryOf(
  labels: Readonly<Record<string, string>>,
  distribution: Distribution,
  unit = 1000,
): readonly Sample[] {
  const { count, sum, max, p50, p90, p99 } = distribution;
  const quantile = (share: string, value: number): Sample => ({
    labels: { ...labels, quantile: share },
    value: value / unit,
  });
  return [
    quantile('0.5', p50),
    quantile('0.9', p90),
    quantile('0.99', p99),
    quantile('1', max),
    { suffix: '_sum', labels, value: sum / unit },
    { suffix: '_count', labels, value: count },
  ];
}
