import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../../composition/log.ts';
import { OperatorSide, type Running } from '../../composition/operator-side.ts';
import { Recent } from '../../composition/recent.ts';
import { checkSettings, type GivenSettings } from '../../composition/settings.ts';
import { ThreadsFailed } from '../../runtime/threads/notices.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';
import { someFigures } from './some-figures.ts';

const folder = temporaryFolder();
const sides: OperatorSide[] = [];
after(() => {
  for (const side of sides) side.close();
  folder.remove();
});

function operatorSide(given: GivenSettings = {}) {
  const settings = checkSettings({ stateDir: folder.path, logLevel: 'silent', ...given }, 'The test');
  const recentLines = new Recent<string>(10);
  const side = new OperatorSide({ settings, driver: null, log: createLog('silent', recentLines), recentLines });
  sides.push(side);
  return side;
}

const running: Running = {
  threads: { call: async () => someFigures('cell1', 1), threadStats: async () => [], move: async () => {} },
  shards: ['cell1'],
  shardOf: () => 'cell1',
  system: { inFlight: 0 },
};

const scrape = async (side: OperatorSide, headers: Record<string, string> = {}): Promise<Response> =>
  side.app.request('/metrics', { headers });

test('with "token" the metrics are for whoever sends what a file of mode 0600 holds', async () => {
  const side = operatorSide({ metrics: 'token' });
  const file = join(folder.path, 'metrics-token');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const token = readFileSync(file, 'utf8').trim();
  assert.ok(token.length >= 43);
  assert.equal((await scrape(side, { authorization: `Bearer ${token}` })).status, 200);
  const refused = await scrape(side);
  assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'Bearer realm="metrics"']);
  operatorSide({ metrics: 'token' });
  assert.equal(readFileSync(file, 'utf8').trim(), token, 'the next start keeps it');
});

test('by default nobody reads the metrics when a proxy stands before', async () => {
  assert.equal((await scrape(operatorSide())).status, 403);
  assert.equal((await scrape(operatorSide({ publicEndpoint: 'https://cloud.example.com' }))).status, 404);
});

test('restarts of shards are counted from what threads tell', async () => {
  const side = operatorSide({ metrics: 'all' });
  side.attach(running);
  // A thread that is back tells of each of its shards as well: that is one restart, not two.
  side.noticed({ type: 'shardBack', shard: 'cell1' });
  side.noticed({ type: 'threadRestarted', thread: 0, shards: ['cell1'] });
  side.noticed({ type: 'shardBack', shard: 'cell1' });
  assert.match(await (await scrape(side)).text(), /^novella_shard_restarts_total\{shard="cell1"\} 2$/m);
});

test('failures that shards tell of stand in the next report', async () => {
  const side = operatorSide();
  const error = new Error('the reason');
  const told = { type: 'handlerFailed', address: 'instance/7', messageType: 'begin', error } as const;
  side.noticed({ type: 'shard', shard: 'cell1', notice: told });
  const slow = { type: 'slowHandler', address: 'cell/1', messageType: 'claim', tookMs: 1234, others: 0 } as const;
  side.noticed({ type: 'shard', shard: 'cell1', notice: slow });
  const { sections } = await side.report('a test');
  const failures = JSON.stringify(sections.find(({ title }) => title === 'Last failures')?.content);
  assert.match(failures, /instance\/7.*begin.*the reason.*cell\/1.*claim.*took 1234 ms/);
});

test('failures of threads, and of kinds that fail again and again, stand in the next report', async () => {
  const side = operatorSide();
  side.noticed({ type: 'threadDied', thread: 3, shards: ['cell1'], error: new Error('out of it'), restartAfterMs: 1 });
  side.noticed({ type: 'threadHung', thread: 4, silentMs: 5_000 });
  side.noticed({ type: 'shardAway', shard: 'cell1', error: new Error('the disk is full'), retryAfterMs: 100 });
  const failing = { type: 'kindFailing', kind: 'host', failures: 9, lastReason: 'nothing there' } as const;
  side.noticed({ type: 'shard', shard: 'cell1', notice: failing });
  const { sections } = await side.report('a test');
  const failures = JSON.stringify(sections.find(({ title }) => title === 'Last failures')?.content);
  assert.match(failures, /thread 3: out of it.*thread 4, silent for 5000 ms.*the disk is full.*host.*9 failures/);
});

test('why the cloud has failed is written at once, but for a hang, which has its own report', () => {
  const side = operatorSide();
  side.attach({ ...running, threads: { ...running.threads, call: () => new Promise(() => {}) } });
  const file = side.writeFailureReport(new ThreadsFailed('StoreUnsafe', 'The store of the shard cell1 failed: EIO'));
  assert.match(file ?? '', /-failed\.txt$/);
  assert.match(readFileSync(file ?? '', 'utf8'), /=== Why the cloud has failed =+\n.*StoreUnsafe.*cell1 failed: EIO/s);
  assert.equal(side.writeFailureReport(new ThreadsFailed('ThreadHung', 'Thread 0 has not responded.')), null);
});

test('a hang is reported at once into a file of its own, with the messages that were sent last', () => {
  const side = operatorSide();
  side.attach({ ...running, threads: { ...running.threads, call: () => new Promise(() => {}) } });
  const delivery = { kind: 'instance', id: '7', message: { type: 'begin', password: 'hunter2' }, replyTo: null };
  const shards = [{ name: 'cell1', stats: null, lastSent: [delivery] }];
  const file = side.writeHangReport({ thread: 2, silentMs: 5_000, shards });
  assert.match(file ?? '', /-hang-thread-2\.txt$/);
  const text = readFileSync(file ?? '', 'utf8');
  assert.match(text, /=== Thread that hangs =+\nThread 2 has stopped responding/);
  assert.match(text, /instance\/7 begin/);
  assert.doesNotMatch(text, /hunter2/);
});

test('the door holds what the settings say', async () => {
  const side = operatorSide({ limits: { requestsInFlightMax: 1 } });
  let release = (): void => {};
  const held = new Promise<Response>((resolve) => {
    release = () => resolve(new Response('done'));
  });
  const serve = side.door(() => held);
  const first = serve(new Request('http://x/compute/v2.1/servers'));
  assert.equal((await serve(new Request('http://x/compute/v2.1/servers'))).status, 503);
  release();
  assert.equal((await first).status, 200);
});
