import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Failure } from '../../composition/failures.ts';
import type { SeenShard } from '../../composition/inside.ts';
import { packageInfo } from '../../composition/package-info.ts';
import { Recent } from '../../composition/recent.ts';
import { makeReport, type ReportSources, reportOfMain } from '../../composition/report.ts';
import { reportText } from '../../composition/report-text.ts';
import { ThreadWatch } from '../../composition/thread-figures.ts';
import { Flights } from '../../http/middleware/flight.ts';
import { realClock } from '../../runtime/clock.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { writeReportFile } from '../../runtime/threads/report-file.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';
import { failingShard } from './failing-shard.ts';
import { seenShard, someFigures } from './some-figures.ts';

const folder = temporaryFolder();
const watch = new ThreadWatch(realClock);
after(() => {
  folder.remove();
  watch.stop();
});

function sources(shards: readonly SeenShard[], changes: Partial<ReportSources> = {}): ReportSources {
  const clock = new VirtualClock();
  return {
    clock,
    package: packageInfo(),
    settings: { listen: { host: '127.0.0.1', port: 8774 }, admin: { password: 'hunter2' } },
    driver: { name: 'sim', reason: 'asked for' },
    shards: () => shards,
    watch,
    flights: new Flights(clock),
    asksInFlight: () => 3,
    recentLines: new Recent<string>(10),
    recentFailures: new Recent<Failure>(10),
    ...changes,
  };
}

/** Lets virtual time go on until something has come to its end. */
async function inTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await clock.advanceSettled(clock.now() + 1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}

const answers = { figures: someFigures('cell1', 1), report: { mailboxes: [], queued: 7 }, newestDeadLetters: [] };

test('a report says what runs, what it does and how it is configured, for people and for programs', async () => {
  const { shard, seen, stop } = failingShard(new MemoryStore(realClock));
  const made = await makeReport(sources([seen]), 'a test');
  const text = reportText(made);
  for (const words of [
    /version +\d+\.\d+\.\d+/,
    /node +v?\d+/,
    /pid +\d+/,
    /port +8774/,
    /reason +a test/,
    /asks +3/,
  ]) {
    assert.match(text, words);
  }
  assert.match(text, /=== Shard cell1 =/);
  assert.equal(shard.stats().state, 'running');
  assert.deepEqual(JSON.parse(JSON.stringify(made)), made, 'it is plain data');
  await stop();
});

test('no secret of the settings stands in a report', async () => {
  const made = await makeReport(sources([seenShard('cell1', answers)]), 'a test');
  assert.doesNotMatch(JSON.stringify(made) + reportText(made), /hunter2/);
});

test('what comes from outside cannot write to the terminal that shows a report', async () => {
  const hostile = '\u001b]0;owned\u0007\u009b2J\u202e';
  const recentLines = new Recent<string>(10);
  recentLines.add(`{"msg":"${hostile}"}`);
  const recentFailures = new Recent<Failure>(10);
  recentFailures.add({
    at: 'now',
    shard: 's',
    what: 'handler failed',
    actor: hostile,
    message: hostile,
    reason: hostile,
  });
  const shard = seenShard(hostile, { ...answers, report: { [hostile]: [hostile, { [hostile]: hostile }] } });
  const text = reportText(await makeReport(sources([shard], { recentLines, recentFailures }), hostile));
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
  assert.match(text, /\\u\{1b\}\]0;owned/);
});

test('a shard that hangs does not hold the report up, and the stack of its thread stands there', async () => {
  const script =
    "const { parentPort } = require('node:worker_threads'); function spinsForEver() { for (;;); } parentPort.postMessage(0); spinsForEver();";
  const worker = new Worker(script, { eval: true });
  await new Promise((resolve) => worker.once('message', resolve));
  const made = await makeReport(
    sources([seenShard('cell1', answers), seenShard('cell2', {})], { clock: realClock }),
    'a test',
  );
  await worker.terminate();
  const contentOf = (title: string) => made.sections.find((section) => section.title === title)?.content;
  assert.equal(contentOf('Shard cell2'), 'no answer within 1 s');
  assert.equal(contentOf('Shard cell2: what it does'), 'no answer within 1 s');
  assert.deepEqual(contentOf('Shard cell1: what it does'), answers.report);
  assert.match(JSON.stringify(contentOf('Stacks of worker threads')), /spinsForEver/);
});

test('a shard whose thread has ended is told with the reason', async () => {
  const ended: SeenShard = {
    name: 'cell1',
    restarts: 1,
    call: () => Promise.reject(new Error('The thread has ended.')),
  };
  const clock = new VirtualClock();
  const text = reportText(await inTime(clock, makeReport(sources([ended], { clock }), 'a test')));
  assert.match(text, /=== Shard cell1 =+\nThe thread has ended\.\n/);
});

test('a report at once asks no shard, and holds what is handed in', () => {
  const made = reportOfMain(sources([seenShard('cell1', {})]), 'hang', { title: 'Hang', content: { thread: 2 } });
  assert.match(reportText(made), /=== Hang =+\nthread +2\n/);
});

test('docs/observability.md tells of every section, in order', async () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs/observability.md'), 'utf8');
  const [, table = ''] = /\| section +\|.*\n\|[- |]+\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const told = [...table.matchAll(/^\| ([^|]*\S) +\|/gm)].map(([, title = '']) => title.replace('NAME', 'cell1'));
  const clock = new VirtualClock();
  const { sections } = await inTime(clock, makeReport(sources([seenShard('cell1', {})], { clock }), 'a test'));
  assert.deepEqual(
    told,
    sections.map(({ title }) => title),
  );
});

test('the last 20 reports are kept, with mode 0600, also of one millisecond', () => {
  const directory = join(folder.path, 'reports');
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  for (let second = 0; second < 19; second++) writeReportFile(directory, 'text', at(second));
  const first = writeReportFile(directory, 'one', at(30));
  const second = writeReportFile(directory, 'two', at(30));
  const files = readdirSync(directory);
  assert.equal(files.length, 20);
  assert.ok(!files.includes('2026-01-01T000000.000Z.txt'));
  assert.deepEqual([readFileSync(first, 'utf8'), readFileSync(second, 'utf8')], ['one', 'two']);
  for (const file of files) assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
});
