import type { MetricType, Sample } from '../http/metrics/exposition.ts';
import type { Distribution, EffectStats, KindStats, ShardStats } from '../runtime/stats.ts';
import { type Metric, type Seen, summaryOf } from './metrics-seen.ts';

type Labels = Readonly<Record<string, string>>;

const eachShard = (read: (stats: ShardStats, labels: Labels) => readonly Sample[]) => (seen: Seen) =>
  seen.shards.flatMap(({ figures }) =>
    figures.ok ? read(figures.value.shard, { shard: figures.value.shard.name }) : [],
  );

/** A number of each shard. */
const ofShard = (name: string, type: MetricType, help: string, read: (stats: ShardStats) => number): Metric => ({
  name: `novella_shard_${name}`,
  type,
  help,
  labels: ['shard'],
  read: eachShard((stats, labels) => [{ labels, value: read(stats) }]),
});

/** A distribution of each shard; `unit` 1000 for milliseconds. */
const spread = (name: string, help: string, unit: number, read: (stats: ShardStats) => Distribution): Metric => ({
  name: `novella_shard_${name}`,
  type: 'summary',
  help: `${help} Quantiles since the start of the shard; 1 is the largest.`,
  labels: ['shard'],
  read: eachShard((stats, labels) => summaryOf(labels, read(stats), unit)),
});

const eachKind = (read: (stats: KindStats, labels: Labels) => readonly Sample[]) =>
  eachShard(({ kinds }, labels) => Object.entries(kinds).flatMap(([kind, stats]) => read(stats, { ...labels, kind })));

/** A number of each kind of actor. */
const ofKind = (name: string, type: MetricType, help: string, read: (stats: KindStats) => number): Metric => ({
  name: `novella_${name}`,
  type,
  help,
  labels: ['shard', 'kind'],
  read: eachKind((stats, labels) => [{ labels, value: read(stats) }]),
});

const eachEffect = (read: (stats: EffectStats, labels: Labels) => readonly Sample[]) =>
  eachShard(({ effects }, labels) =>
    Object.entries(effects).flatMap(([effect, stats]) => read(stats, { ...labels, effect })),
  );

/** A number of each name of effect. */
const ofEffect = (name: string, type: MetricType, help: string, read: (stats: EffectStats) => number): Metric => ({
  name: `novella_${name}`,
  type,
  help,
  labels: ['shard', 'effect'],
  read: eachEffect((stats, labels) => [{ labels, value: read(stats) }]),
});

/** The shards, their actors and their effects. */
export const SHARD_METRICS: readonly Metric[] = [
  {
    name: 'novella_shard_up',
    type: 'gauge',
    help: '1: the shard has answered within a second and runs; 0: not, and nothing else is told of it.',
    labels: ['shard'],
    read: ({ shards }) =>
      shards.map(({ name, figures }) => ({
        labels: { shard: name },
        value: figures.ok && figures.value.shard.state === 'running' ? 1 : 0,
      })),
  },
  ofShard('messages_total', 'counter', 'Messages handled.', ({ messages }) => messages),
  ofShard('batches_total', 'counter', 'Batches computed.', ({ batches }) => batches),
  ofShard('commits_total', 'counter', 'Commits handed to the store.', ({ commits }) => commits),
  ofShard('queued_messages', 'gauge', 'Messages that wait in all mailboxes.', ({ queued }) => queued),
  ofShard('timers', 'gauge', 'Timers that are set.', ({ timers }) => timers),
  ofShard('dead_letters', 'gauge', 'Dead letters in the store.', ({ deadLetters }) => deadLetters),
  {
    name: 'novella_retention_rows_total',
    type: 'counter',
    help: 'Rows of deleted instances that were archived, or purged from the archive.',
    labels: ['shard', 'what'],
    read: ({ shards }) =>
      shards.flatMap(({ name: shard, figures }) =>
        figures.ok
          ? Object.entries(figures.value.retention).map(([what, value]) => ({ labels: { shard, what }, value }))
          : [],
      ),
  },
  spread('batch_messages', 'Messages of a batch.', 1, ({ batchSize }) => batchSize),
  spread('batch_duration_seconds', 'Time that a batch took to compute.', 1000, ({ batchMs }) => batchMs),
  spread(
    'commit_duration_seconds',
    'From handing a commit to the store until it was durable.',
    1000,
    (s) => s.commitMs,
  ),
  {
    name: 'novella_outbox_messages',
    type: 'gauge',
    help: 'Messages to another shard that it has not taken yet.',
    labels: ['shard', 'to'],
    read: eachShard(({ outbox }, labels) =>
      Object.entries(outbox).map(([to, value]) => ({ labels: { ...labels, to }, value })),
    ),
  },
  ofKind('actors_active', 'gauge', 'Actors in memory.', ({ active }) => active),
  ofKind('mailbox_messages', 'gauge', 'Messages that wait in mailboxes.', ({ queued }) => queued),
  ofKind('mailbox_longest_messages', 'gauge', 'Messages in the longest mailbox.', ({ queuedLongest }) => queuedLongest),
  ofKind('messages_total', 'counter', 'Messages handled.', ({ messages }) => messages),
  ofKind('handler_failures_total', 'counter', 'Handlers that threw.', ({ failures }) => failures),
  ofKind('dead_letters_total', 'counter', 'Messages that became dead letters.', ({ deadLetters }) => deadLetters),
  ofKind('asks_refused_total', 'counter', 'Asks refused since a mailbox or the shard was full.', (s) => s.refused),
  {
    name: 'novella_message_wait_seconds',
    type: 'summary',
    help: 'From the arrival of a message to its handler, sampled. Quantiles since the start of the shard.',
    labels: ['shard', 'kind'],
    read: eachKind(({ waitMs }, labels) => summaryOf(labels, waitMs)),
  },
  {
    name: 'novella_message_handling_seconds',
    type: 'summary',
    help: 'Time in the handler, sampled; slow ones always count. Quantiles since the start of the shard.',
    labels: ['shard', 'kind'],
    read: eachKind(({ handlingMs }, labels) => summaryOf(labels, handlingMs)),
  },
  ofEffect('effects_in_flight', 'gauge', 'Effects that have been started and have not ended.', (s) => s.inFlight),
  ofEffect('effects_waiting', 'gauge', 'Effects that wait for a place in their lane.', ({ waiting }) => waiting),
  ofEffect('effects_ended_total', 'counter', 'Effects that have ended, whatever their outcome.', ({ ended }) => ended),
  ofEffect('effects_failed_total', 'counter', 'Effects that ended with an error.', ({ failed }) => failed),
  ofEffect('effects_timed_out_total', 'counter', 'Effects that did not end in time.', ({ timedOut }) => timedOut),
  {
    name: 'novella_effect_duration_seconds',
    type: 'summary',
    help: 'From the start of an effect to its end. Quantiles since the start of the shard.',
    labels: ['shard', 'effect'],
    read: eachEffect(({ durationMs }, labels) => summaryOf(labels, durationMs)),
  },
];
