import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { familiesOf, METRICS } from '../../composition/metrics.ts';
import { lookAround, type MetricSources } from '../../composition/metrics-seen.ts';
import { ThreadWatch } from '../../composition/thread-figures.ts';
import { Told } from '../../composition/told.ts';
import { expositionOf } from '../../http/metrics/exposition.ts';
import { RequestMetrics } from '../../http/metrics/requests.ts';
import { Admission } from '../../http/middleware/admission.ts';
import { Flights } from '../../http/middleware/flight.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { type ReadFamily, readExposition } from '../http/metrics/exposition-parser.ts';
import { seenShard, someFigures } from './some-figures.ts';

/** What is served when two shards share a thread and a third does not answer. */
async function served(): Promise<ReadonlyMap<string, ReadFamily>> {
  const clock = new VirtualClock();
  const requests = new RequestMetrics();
  requests.answered('/compute/v2.1/servers/{id}', 'GET', 200, 3);
  const told = new Told();
  for (let n = 0; n < 2; n++) told.count({ type: 'shardBack', shard: 'cell2' });
  told.count({ type: 'threadDied', thread: 1, shards: [], error: new Error('x'), restartAfterMs: 1 });
  told.count({ type: 'threadHung', thread: 0, silentMs: 5_000 });
  const watch = new ThreadWatch(clock);
  const sources: MetricSources = {
    clock,
    version: '1.2.3',
    shards: () => [
      seenShard('api', { figures: someFigures('api', 5) }),
      seenShard('cell1', { figures: someFigures('cell1', 5) }),
      seenShard('cell2', {}),
    ],
    watch,
    flights: new Flights(clock),
    admission: new Admission({ requestsInFlightMax: 1, eventLoopDelayMsMax: 1 }, clock),
    requests,
    asksInFlight: () => 6,
    told,
  };
  const looking = lookAround(sources);
  await clock.advanceSettled(clock.now() + 1_000);
  const families = readExposition(expositionOf(familiesOf(await looking)));
  watch.stop();
  return families;
}

const sampleOf = (families: ReadonlyMap<string, ReadFamily>, name: string, labels: Readonly<Record<string, string>>) =>
  [...families.values()]
    .flatMap(({ samples }) => samples)
    .find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )?.value;

test('the exposition is valid, and every metric has the type and the labels that it declares', async () => {
  const families = await served();
  assert.deepEqual(
    [...families.keys()],
    METRICS.map(({ name }) => name),
  );
  for (const { name, type, labels } of METRICS) {
    const family = families.get(name);
    assert.equal(family?.type, type, name);
    for (const sample of family?.samples ?? []) {
      const own = Object.keys(sample.labels).filter((label) => label !== 'le' && label !== 'quantile');
      assert.deepEqual(own, labels, sample.name);
    }
  }
});

test('names follow the conventions: a prefix, base units, and no abbreviated ones', () => {
  assert.ok(METRICS.length > 40);
  for (const { name, type, help } of METRICS) {
    assert.match(name, /^(?:novella|process)_[a-z]+(?:_[a-z]+)*$/);
    assert.doesNotMatch(name, /_(?:ms|milliseconds|us|kb|mib|mb|percent)(?:_|$)/);
    if (type === 'histogram') assert.match(name, /_seconds$/);
    assert.match(help, /\.$/);
  }
});

test('durations of shards are told in seconds, sizes as they are', async () => {
  const families = await served();
  assert.equal(
    sampleOf(families, 'novella_shard_commit_duration_seconds', { shard: 'cell1', quantile: '0.99' }),
    0.008,
  );
  assert.equal(sampleOf(families, 'novella_shard_commit_duration_seconds_sum', { shard: 'cell1' }), 0.036);
  assert.equal(sampleOf(families, 'novella_shard_batch_messages', { shard: 'cell1', quantile: '1' }), 9);
  assert.equal(sampleOf(families, 'novella_mailbox_longest_messages', { shard: 'api', kind: 'instance' }), 6);
  assert.equal(sampleOf(families, 'novella_effects_timed_out_total', { effect: 'driver.ensureRunning' }), 5);
  assert.equal(sampleOf(families, 'novella_outbox_messages', { shard: 'api', to: 'cell2' }), 5);
  assert.equal(sampleOf(families, 'novella_asks_in_flight', {}), 6);
});

test('a shard that does not answer within a second is told as down, and the others as they are', async () => {
  const families = await served();
  const up = families.get('novella_shard_up')?.samples.map(({ labels, value }) => [labels['shard'], value]);
  assert.deepEqual(up, [
    ['api', 1],
    ['cell1', 1],
    ['cell2', 0],
  ]);
  assert.equal(sampleOf(families, 'novella_shard_messages_total', { shard: 'cell2' }), undefined);
  assert.equal(sampleOf(families, 'novella_shard_restarts_total', { shard: 'cell2' }), 2);
});

test('a thread of several shards is told once, under the names of all', async () => {
  const threads = (await served()).get('novella_heap_used_bytes')?.samples.map(({ labels }) => labels['thread']);
  assert.deepEqual(threads, ['main', 'api+cell1']);
});

test('docs/observability.md tells of every metric with its type and labels, and of no other', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs/observability.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `((?:novella|process)_[a-z_]+)` +\| (\w+) +\| ([^|]*?) +\| [^|]*\S +\|$/gm)].map(
    ([, name, type, labels = '']) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
    }),
  );
  assert.deepEqual(
    rows,
    METRICS.map(({ name, type, labels }) => ({ name, type, labels: [...labels] })),
  );
});
