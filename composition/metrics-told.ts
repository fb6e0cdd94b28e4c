import type { Sample } from '../http/metrics/exposition.ts';
import type { Metric, Seen } from './metrics-seen.ts';
import type { ToldCounts } from './told.ts';

/** A count of each shard: 0 where nothing was told. */
const ofShard = (name: string, help: string, read: (told: ToldCounts) => ReadonlyMap<string, number>): Metric => ({
  name: `novella_shard_${name}`,
  type: 'counter',
  help,
  labels: ['shard'],
  read: ({ shards, told }: Seen): readonly Sample[] =>
    shards.map(({ name: shard }) => ({ labels: { shard }, value: read(told).get(shard) ?? 0 })),
});

/** A count of each thread of shards that has told anything, by its number. */
const ofThread = (name: string, help: string, read: (told: ToldCounts) => ReadonlyMap<string, number>): Metric => ({
  name: `novella_thread_${name}`,
  type: 'counter',
  help,
  labels: ['number'],
  read: ({ told }: Seen): readonly Sample[] =>
    [...read(told)].map(([number, value]) => ({ labels: { number }, value })),
});

/** What shards and threads have told of failures and of their mending. */
export const TOLD_METRICS: readonly Metric[] = [
  ofShard(
    'restarts_total',
    'How often a shard was opened again: after the death of its thread, or since its store failed.',
    ({ restarts }) => restarts,
  ),
  ofShard('store_failures_total', 'Commits that failed, after which the shard was closed.', (s) => s.storeFailures),
  ofShard('slow_handlers_total', 'Handlers that held the shard up for long.', ({ slowHandlers }) => slowHandlers),
  ofShard('moves_total', 'Moves of the shard to another thread.', ({ moves }) => moves),
  ofThread('deaths_total', 'Deaths of threads of shards, by their number.', ({ threadDeaths }) => threadDeaths),
  ofThread('hangs_total', 'Threads of shards that hang, by their number.', ({ threadHangs }) => threadHangs),
];
