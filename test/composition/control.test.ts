import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Hono } from 'hono';
import { controlApp } from '../../composition/control-app.ts';
import { askControl } from '../../composition/control-client.ts';
import { ControlRefused } from '../../composition/control-path.ts';
import { serveControl } from '../../composition/control-server.ts';
import type { SeenShard } from '../../composition/inside.ts';
import type { Running } from '../../composition/operator-side.ts';
import { type Clock, realClock } from '../../runtime/clock.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { until } from '../process/until.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';
import { failingShard } from './failing-shard.ts';
import { seenShard, someFigures } from './some-figures.ts';

const folder = temporaryFolder();
after(() => folder.remove());

/** Far longer than it takes. */
const SOON = { limitMs: 20_000, everyMs: 5 };

let folders = 0;
function stateDir(...deeper: readonly string[]): string {
  const path = join(folder.path, `s${++folders}`, ...deeper);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

const hello = new Hono().get('/hello', (c) => c.text('here'));

test('a socket can be opened by its owner alone, answers, and is gone when it is closed', async () => {
  const path = stateDir();
  const server = await serveControl(hello, path);
  assert.equal(statSync(server.file).mode & 0o777, 0o600);
  assert.ok(statSync(server.file).isSocket());
  assert.deepEqual(await askControl(path, 'GET', '/hello'), { status: 200, text: 'here' });
  await server.close();
  assert.equal(existsSync(server.file), false);
  assert.equal(await askControl(path, 'GET', '/hello'), null);
});

test('a state directory that is not there has no cloud', async () => {
  assert.equal(await askControl(join(folder.path, 'nowhere'), 'GET', '/hello'), null);
});

test('a socket that a killed process left behind is replaced', async () => {
  const path = stateDir();
  const left = createServer().listen(join(path, 'left.sock'));
  await new Promise((resolve) => left.once('listening', resolve));
  renameSync(join(path, 'left.sock'), join(path, 'control.sock'));
  await new Promise((resolve) => left.close(resolve));
  assert.ok(statSync(join(path, 'control.sock')).isSocket());
  assert.equal(await askControl(path, 'GET', '/hello'), null);
  const server = await serveControl(hello, path);
  assert.equal((await askControl(path, 'GET', '/hello'))?.text, 'here');
  await server.close();
});

test('what is no socket is not removed', async () => {
  const path = stateDir();
  writeFileSync(join(path, 'control.sock'), 'mine');
  await assert.rejects(serveControl(hello, path), ControlRefused);
  assert.ok(existsSync(join(path, 'control.sock')));
});

test('a path that is longer than an address may be works all the same', {
  skip: process.platform !== 'linux',
}, async () => {
  const path = stateDir('d'.repeat(100), 'ä'.repeat(60));
  const server = await serveControl(hello, path);
  assert.ok(Buffer.byteLength(server.file) > 200);
  assert.equal(statSync(server.file).mode & 0o777, 0o600);
  assert.equal((await askControl(path, 'GET', '/hello'))?.text, 'here');
  await server.close();
  assert.equal(existsSync(server.file), false);
});

test('a socket of somebody else is told as such', {
  skip: process.getuid?.() === 0 ? 'root may open every socket' : false,
}, async () => {
  const path = stateDir();
  const server = await serveControl(hello, path);
  chmodSync(server.file, 0);
  await assert.rejects(askControl(path, 'GET', '/hello'), ControlRefused);
  await server.close();
});

/** The control app over some shards, with what it has done. */
function control(shards: readonly SeenShard[], clock: Clock = realClock, threads: Running['threads'] | null = null) {
  const log = { level: 'info' };
  const notices: string[] = [];
  const app = controlApp({
    clock,
    shards: () => shards,
    threads: () => threads,
    shardOf: () => 'cell1',
    report: async (reason) => ({ reason, at: 'now', sections: [{ title: 'One', content: { a: 1 } }] }),
    log,
    notice: (message) => notices.push(message),
  });
  const ask = async (method: string, path: string) => {
    const response = await app.request(path, { method });
    return { status: response.status, body: await response.text() };
  };
  return { log, notices, ask };
}

test('the log level can be changed, to one that there is', async () => {
  const { log, ask, notices } = control([]);
  assert.equal((await ask('PUT', '/log-level/debug')).status, 200);
  assert.equal(log.level, 'debug');
  assert.equal((await ask('PUT', '/log-level/loud')).status, 400);
  assert.equal(log.level, 'debug');
  assert.deepEqual(await ask('GET', '/log-level'), { status: 200, body: '{"level":"debug"}' });
  assert.deepEqual(notices, ['log level changed']);
});

test('shards are told when the log wants to hear how cells decide, and when it does not any more', async () => {
  const asked: unknown[] = [];
  const call = async (request: unknown): Promise<null> => {
    asked.push(request);
    return null;
  };
  const { ask } = control([{ name: 'cell1', restarts: 0, call }]);
  for (const level of ['debug', 'info']) assert.equal((await ask('PUT', `/log-level/${level}`)).status, 200);
  assert.deepEqual(asked, [
    { type: 'logDecisions', isOn: true },
    { type: 'logDecisions', isOn: false },
  ]);
});

test('figures are told of shards that answer, and of those that do not that they did not', async () => {
  const clock = new VirtualClock();
  const figures = someFigures('cell1', 1);
  const { ask } = control([seenShard('cell1', { figures }), seenShard('cell2', {})], clock);
  const answer = ask('GET', '/stats');
  await clock.advanceSettled(clock.now() + 1_000);
  const { shards } = JSON.parse((await answer).body);
  assert.equal(shards[0].figures.value.shard.messages, 200);
  assert.deepEqual(shards[1].figures, { ok: false, reason: 'no answer within 1 s' });
});

test('a dead letter is listed, retried when its handler has been mended, and then gone', async () => {
  const { fuse, seen, tell, stop } = failingShard(new MemoryStore(realClock));
  const { ask, notices } = control([seen]);
  const names = async (): Promise<string[]> => {
    const { shards } = JSON.parse((await ask('GET', '/dead-letters')).body);
    return shards[0].letters.value.map(({ key }: { key: string }) => key);
  };
  tell('a', { type: 'burn' });
  await until('a dead letter', async () => ((await names()).length === 1 ? true : null), SOON);
  const [key = ''] = await names();
  const [, at, number] = key.split('/');
  const name = `cell1:${at}-${Number(number)}`;
  fuse.isBlown = false;
  assert.equal((await ask('POST', `/dead-letters/${name}/retry`)).status, 200);
  await until('a message', () => (fuse.taken.length === 1 ? true : null), SOON);
  assert.deepEqual(fuse.taken, [{ type: 'burn' }]);
  assert.deepEqual(await names(), []);
  assert.equal((await ask('POST', `/dead-letters/${name}/retry`)).status, 409);
  assert.equal((await ask('DELETE', `/dead-letters/${name}`)).status, 409);
  assert.deepEqual(notices, ['dead letter retried']);
  await stop();
});

test('a dropped dead letter is forgotten and not handled', async () => {
  const { fuse, seen, tell, shard, stop } = failingShard(new MemoryStore(realClock));
  const { ask } = control([seen]);
  tell('a', { type: 'burn' });
  await until('a dead letter', () => (shard.stats().deadLetters === 1 ? true : null), SOON);
  fuse.isBlown = false;
  const { shards } = JSON.parse((await ask('GET', '/dead-letters')).body);
  const [, at, number] = shards[0].letters.value[0].key.split('/');
  assert.equal((await ask('DELETE', `/dead-letters/cell1:${at}-${Number(number)}`)).status, 200);
  assert.equal(shard.stats().deadLetters, 0);
  assert.deepEqual(fuse.taken, []);
  await stop();
});

test('names that are none, and shards that there are not, are refused', async () => {
  const { ask } = control([]);
  for (const name of ['x', 'cell1:1-1', 'cell1:..%2f..', 'cell1:0000000000001-99999999999999999']) {
    assert.equal((await ask('DELETE', `/dead-letters/${name}`)).status, 409, name);
  }
  assert.match((await ask('POST', '/dead-letters/cell9:1763783804123-7/retry')).body, /There is no shard cell9/);
  assert.equal((await ask('GET', '/nowhere')).status, 404);
});

test('an actor is told with what waits for it, and an unknown kind as such', async () => {
  const { seen, stop } = failingShard(new MemoryStore(realClock));
  const { ask } = control([seen]);
  const { status, body } = await ask('GET', '/inspect/fuse/a%2Fb');
  assert.equal(status, 200);
  assert.equal(JSON.parse(body).value.address, 'fuse/a/b');
  assert.equal((await ask('GET', '/inspect/rocket/a')).status, 409);
  await stop();
});

test('threads and their shards are listed, and a shard is moved, or not with the reason', async () => {
  const moves: string[] = [];
  const threads: Running['threads'] = {
    call: async () => null,
    threadStats: async () => [
      { thread: 0, state: 'running', shards: ['cell1'], restarts: 3, lastReason: null, load: null },
    ],
    async move(shard, thread) {
      if (thread > 1) throw new Error(`There is no thread ${thread}.`);
      moves.push(`${shard} to ${thread}`);
    },
  };
  const { ask, notices } = control([], realClock, threads);
  assert.deepEqual(JSON.parse((await ask('GET', '/shards')).body).threads[0].shards, ['cell1']);
  assert.deepEqual(await ask('POST', '/shards/cell1/move/1'), { status: 200, body: '{"shard":"cell1","thread":1}' });
  const refused = await ask('POST', '/shards/cell1/move/7');
  assert.deepEqual(refused, { status: 409, body: '{"reason":"There is no thread 7."}' });
  assert.equal((await ask('POST', '/shards/cell1/move/-1')).status, 400);
  assert.deepEqual([moves, notices], [['cell1 to 1'], ['shard moved']]);
});

test('a piece of retention is asked of the shard, with what it may be', async () => {
  const orders: unknown[] = [];
  const shard: SeenShard = {
    name: 'cell1',
    restarts: 0,
    async call(request) {
      orders.push(request);
      return { rows: 5, cursor: 'x/1' };
    },
  };
  const { ask } = control([shard]);
  const path = '/shards/cell1/retention';
  const piece = await ask('POST', `${path}/archive?beforeMs=17&rowsMax=50&cursor=x%2F0`);
  assert.deepEqual(piece, { status: 200, body: '{"rows":5,"cursor":"x/1"}' });
  assert.equal((await ask('POST', `${path}/purge?rowsMax=1`)).status, 200);
  assert.deepEqual(orders, [
    { type: 'retain', order: { what: 'archive', beforeMs: 17, rowsMax: 50, cursor: 'x/0' } },
    { type: 'retain', order: { what: 'purge', beforeMs: Number.POSITIVE_INFINITY, rowsMax: 1, cursor: '' } },
  ]);
  for (const wrong of ['/archive?rowsMax=0', '/archive?rowsMax=501', '/archive?rowsMax=x', '/drop?rowsMax=1', '/purge'])
    assert.equal((await ask('POST', path + wrong)).status, 400, wrong);
  assert.equal((await ask('POST', '/shards/cell9/retention/purge?rowsMax=1')).status, 409);
});
