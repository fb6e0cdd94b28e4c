import type { Flights } from '../http/middleware/flight.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Failure } from './failures.ts';
import { ANSWER_MS_MAX, type Asked, figuresOf, type SeenShard, type ShardFigures, within } from './inside.ts';
import type { PackageInfo } from './package-info.ts';
import type { Recent } from './recent.ts';
import { processFacts, shardFacts, threadFacts } from './report-facts.ts';
import { masked } from './secrets.ts';
import type { ThreadWatch } from './thread-figures.ts';
import { workerStacks } from './worker-stacks.ts';

/** Where a report's facts come from. */
export interface ReportSources {
  readonly clock: Clock;
  readonly package: PackageInfo;
  /** Settings as they hold; secrets among them are masked here. */
  readonly settings: unknown;
  readonly driver: unknown;
  readonly shards: () => readonly SeenShard[];
  readonly watch: ThreadWatch;
  readonly flights: Flights;
  readonly asksInFlight: () => number;
  readonly recentLines: Recent<string>;
  readonly recentFailures: Recent<Failure>;
}

/** A part of a report: plain data, or why there is none. */
export interface ReportSection {
  readonly title: string;
  readonly content: unknown;
}

/** A Guru Meditation Report. Plain data without secrets. */
export interface Report {
  readonly reason: string;
  readonly at: string;
  readonly sections: readonly ReportSection[];
}

/** Requests under way that a report names. */
const REQUESTS_MAX = 100;
/** Dead letters that a report names, of each shard. */
const LETTERS_MAX = 5;

/** What stands in place of an answer. */
const answered = (asked: Asked<unknown>): unknown => (asked.ok ? asked.value : asked.reason);

/** What a shard's thread was asked and has answered so far. */
interface SeenInside {
  readonly shard: SeenShard;
  readonly figures: Asked<ShardFigures>;
  readonly report: Asked<unknown>;
  readonly deadLetters: Asked<unknown>;
}

async function lookInto(clock: Clock, shard: SeenShard): Promise<SeenInside> {
  const ask = async (request: Parameters<SeenShard['call']>[0]): Promise<unknown> => shard.call(request);
  const [figures, report, deadLetters] = await Promise.all([
    figuresOf(clock, shard),
    within(clock, ANSWER_MS_MAX, ask({ type: 'report' })),
    within(clock, ANSWER_MS_MAX, ask({ type: 'newestDeadLetters', limit: LETTERS_MAX })),
  ]);
  return { shard, figures, report, deadLetters };
}

/** What the main thread knows by itself, without waiting for anybody. */
const mainSections = (
  sources: ReportSources,
): { readonly before: readonly ReportSection[]; readonly after: readonly ReportSection[] } => ({
  before: [
    { title: 'Package', content: packageFacts(sources.package) },
    { title: 'Process', content: processFacts(sources.clock) },
  ],
  after: [
    {
      title: 'Requests in flight',
      content: {
        requests: sources.flights.count,
        asks: sources.asksInFlight(),
        oldest: sources.flights.oldest(REQUESTS_MAX),
      },
    },
    { title: 'Last failures', content: sources.recentFailures.all },
    { title: 'Configuration', content: { driver: sources.driver, settings: masked(sources.settings) } },
    { title: 'Last warnings and errors of the log', content: sources.recentLines.all },
  ],
});

/** A report of what the main thread knows by itself, and of what is handed in. */
export function reportOfMain(sources: ReportSources, reason: string, more: ReportSection): Report {
  const { before, after } = mainSections(sources);
  const threads = { title: 'Threads', content: threadFacts(sources.watch.figures(), []) };
  return { reason, at: new Date(sources.clock.now()).toISOString(), sections: [...before, threads, more, ...after] };
}

/**
 * Looks at everything and puts a report together, in about 2 s at most: whatever does not answer in its time is told so.
 * The sections are those of Nova's reports (oslo.reports) with what takes their place here.
 */
export async function makeReport(sources: ReportSources, reason: string): Promise<Report> {
  const { clock } = sources;
  const seen = await Promise.all(sources.shards().map((shard) => lookInto(clock, shard)));
  const isHanging = seen.some(({ figures }) => !figures.ok);
  const stacks = isHanging ? await workerStacks(clock, ANSWER_MS_MAX) : [];
  const { before, after } = mainSections(sources);
  const threads = seen.map(({ shard, figures }) => ({ name: shard.name, figures }));
  const sections: ReportSection[] = [
    ...before,
    { title: 'Threads', content: threadFacts(sources.watch.figures(), threads) },
    ...(isHanging
      ? [{ title: 'Stacks of worker threads', content: stacks.length > 0 ? stacks : 'none could be had' }]
      : []),
    ...seen.flatMap(shardSections),
    ...after,
  ];
  return { reason, at: new Date(clock.now()).toISOString(), sections };
}

const shardSections = ({ shard, figures, report, deadLetters }: SeenInside): readonly ReportSection[] => [
  {
    title: `Shard ${shard.name}`,
    content: figures.ok ? shardFacts(figures.value.shard, shard.restarts) : figures.reason,
  },
  { title: `Shard ${shard.name}: what it does`, content: answered(report) },
  { title: `Shard ${shard.name}: newest dead letters`, content: answered(deadLetters) },
];

const packageFacts = ({ name, version, dependencies }: PackageInfo): unknown => ({
  name,
  version,
  node: process.versions.node,
  v8: process.versions.v8,
  platform: `${process.platform} ${process.arch}`,
  dependencies,
});
