import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BuiltModules } from '../../process/built-modules.ts';
import { until } from '../../process/until.ts';
import { temporaryFolder } from '../../storage/temporary-folder.ts';
import { buildRig, CountingClient, tallyRig } from './tally-rig.ts';
import { tally } from './tally-shard.ts';

const MOVES = 50;
const LIMIT = { limitMs: 60_000, everyMs: 5 };

describe('shards in threads', () => {
  let built: BuiltModules;
  let folder: ReturnType<typeof temporaryFolder>;
  before(() => {
    built = buildRig();
    folder = temporaryFolder();
  });
  after(() => {
    built.remove();
    folder.remove();
  });

  test(`a shard that moves between threads ${MOVES} times under load loses nothing, and nobody is refused`, async () => {
    const rig = await tallyRig({ built, shards: ['a', 'b'], threads: 2, folder: folder.path });
    const pairs = [
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'b'],
    ];
    const clients = pairs.map(
      ([from, to], index) => new CountingClient(rig.system, { id: `${index}@${from}`, sink: `${index}-${from}@${to}` }),
    );
    let working = true;
    const work = Promise.all(clients.map((client) => client.run(() => working)));
    for (let moves = 0; moves < MOVES; moves++) {
      const counted = clients.map(({ acknowledged }) => acknowledged);
      await rig.threads.move('b', 1 - rig.threads.threadOf('b'));
      const goesOn = () => clients.every(({ acknowledged }, index) => acknowledged > (counted[index] ?? 0) + 1);
      await until('all clients go on', () => (goesOn() ? true : null), LIMIT);
    }
    working = false;
    await work;
    assert.deepEqual((await Promise.all(clients.map((client) => client.violations()))).flat(), []);
    for (const { id, refusals } of clients) assert.deepEqual([...refusals], [], `${id} was refused`);
    assert.equal(rig.notices.filter(({ type }) => type === 'shardMoved').length, MOVES);
    await rig.stop();
  });

  test('an ask that waits for an effect is answered by the thread that its shard has moved to', async () => {
    const kept = await tallyRig({ built, shards: ['m', 'n'], threads: 2, folder: folder.path });
    const waits = kept.system.ask(tally.at('w@m'), { type: 'wait', deadlineMs: 300 }, { deadlineMs: 60_000 });
    // Its effect has been started by then.
    const isStarted = async () => ((await kept.threads.stats('m')).effectsInFlight > 0 ? true : null);
    await until('the effect is under way', isStarted, LIMIT);
    await kept.threads.move('m', 1);
    const outcome = await waits;
    assert.deepEqual(outcome, { ok: true, value: 'TimedOut' });
    await kept.stop();
  });

  test('an effect whose runner never ends does not hold its shard up, and its actor is told at its deadline', async () => {
    const rig = await tallyRig({ built, shards: ['e'], threads: 1, folder: null });
    const never = rig.system.ask(tally.at('long@e'), { type: 'wait', deadlineMs: 600_000 }, { deadlineMs: 600_000 });
    const isStarted = async () => ((await rig.threads.stats('e')).effectsInFlight > 0 ? true : null);
    await until('the effect is under way', isStarted, LIMIT);
    const client = new CountingClient(rig.system, { id: 'c@e', sink: 's@e' });
    await client.count();
    const short = rig.system.ask(tally.at('short@e'), { type: 'wait', deadlineMs: 50 }, { deadlineMs: 60_000 });
    assert.deepEqual(await short, { ok: true, value: 'TimedOut' });
    assert.deepEqual(await client.violations(), []);
    await rig.stop();
    assert.deepEqual(await never, { ok: false, error: { code: 'ShardStopped' } });
  });

  test('a shard whose store fails is opened again in its thread, and the other shard of the thread notices nothing', async () => {
    const rig = await tallyRig({ built, shards: ['f', 'g'], threads: 1, folder: folder.path });
    const broken = new CountingClient(rig.system, { id: 'c@f', sink: 'f@g' });
    const steady = new CountingClient(rig.system, { id: 'c@g', sink: 'g@f' });
    const isBack = () => rig.notices.some(({ type }) => type === 'shardBack');
    const work = Promise.all([broken.run(() => !isBack()), steady.run(() => !isBack())]);
    await rig.threads.call('f', 'failStore');
    await work;
    await broken.count();
    await steady.count();
    assert.deepEqual([...(await broken.violations()), ...(await steady.violations())], []);
    assert.ok(broken.refusals.size > 0);
    assert.deepEqual([...steady.refusals], []);
    assert.deepEqual(
      rig.notices.map(({ type }) => type).filter((type) => type.startsWith('thread')),
      [],
    );
    await rig.stop();
  });

  test('a store failure that may have damaged the process fails the whole system, and the shard is not opened again', async () => {
    const rig = await tallyRig({ built, shards: ['u'], threads: 1, folder: folder.path });
    const client = new CountingClient(rig.system, { id: 'c@u', sink: 's@u' });
    await client.count();
    await rig.threads.call('u', 'failStoreUnsafely');
    const asked = rig.system.ask(
      tally.at(client.id),
      { type: 'count', n: 2, sink: client.sink },
      { deadlineMs: 60_000 },
    );
    assert.deepEqual(await asked, {
      ok: false,
      error: { code: 'StoreFailed', reason: 'The disk cannot be used: on purpose' },
    });
    const { code, message } = await rig.threads.failed;
    assert.equal(code, 'StoreUnsafe');
    assert.match(message, /store of the shard u failed: The disk cannot be used: on purpose/);
    const told = rig.notices.map(({ type }) => type).filter((type) => type === 'shardAway' || type === 'shardBack');
    assert.deepEqual(told, []);
    await rig.stop();
  });

  test('a shard that could not be opened again is tried again and again', async () => {
    const rig = await tallyRig({ built, shards: ['r'], threads: 1, folder: folder.path });
    const client = new CountingClient(rig.system, { id: 'c@r', sink: 's@r' });
    await client.count();
    await rig.threads.call('r', 'failStoreAndRefuseTwice');
    await client.count();
    assert.deepEqual(await client.violations(), []);
    assert.equal(rig.notices.filter(({ type }) => type === 'shardAway').length, 3);
    await rig.stop();
  });

  test('what a thread answered before it died is heard, also when its end is seen before its answers', async () => {
    const rig = await tallyRig({ built, shards: ['l'], threads: 1, folder: folder.path });
    const client = new CountingClient(rig.system, { id: 'c@l', sink: 's@l' });
    for (let round = 0; round < 5; round++) {
      await until('it runs', () => rig.threads.call('l', 'throwAfterCommit').catch(() => null), LIMIT);
      const counted = client.count();
      // The ask leaves with the next turn; then both its answer and the end of the thread wait for this thread.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
      await counted;
      const deaths = () => rig.notices.filter(({ type }) => type === 'threadRestarted').length;
      await until('it is back', () => (deaths() > round ? true : null), LIMIT);
    }
    assert.deepEqual([...client.refusals], []);
    await rig.stop();
  });

  test('threads that die too often are a failure of the whole system', async () => {
    const rig = await tallyRig({ built, shards: ['d'], threads: 1, folder: null, limits: { restartsMax: 2 } });
    const failed = rig.threads.failed.then((error) => error);
    const deaths = () => rig.notices.filter(({ type }) => type === 'threadDied').length;
    const killed = async () => {
      // It need not live to answer.
      if (deaths() < 3) await rig.threads.call('d', 'throw').catch(() => {});
      return deaths() === 3 ? true : null;
    };
    await until('it has died three times', killed, LIMIT);
    const { code, message } = await failed;
    assert.equal(code, 'TooManyDeaths');
    assert.match(message, /more than 2 times in 300 s; the last: thrown on purpose/);
    assert.deepEqual(
      rig.notices.flatMap((notice) => (notice.type === 'threadDied' ? [notice.restartAfterMs === null] : [])),
      [false, false, true],
    );
    await rig.stop();
  });

  test('a thread that hangs is reported with what it was sent last, its clients are told, and the others go on', async () => {
    const rig = await tallyRig({ built, shards: ['h', 'i'], threads: 2, folder: null, limits: { hangMs: 1_500 } });
    const client = new CountingClient(rig.system, { id: 'c@i', sink: 's@i' });
    const word = new Int32Array(new SharedArrayBuffer(4));
    const never = rig.system.ask(tally.at('stuck@h'), { type: 'hang', word }, { deadlineMs: 600_000 });
    const error = await rig.threads.failed;
    assert.equal(error.code, 'ThreadHung');
    assert.deepEqual(await never, { ok: false, error: { code: 'ShardStopped' } });
    const [hang] = rig.hangs;
    assert.equal(hang?.thread, 0);
    assert.deepEqual(
      hang.shards[0]?.lastSent.map(({ id }) => id),
      ['stuck@h'],
    );
    await client.count();
    assert.equal(rig.hangs.length, 1);
    Atomics.store(word, 0, 1);
    Atomics.notify(word, 0);
    const isAlive = async () => ((await rig.threads.threadStats())[0]?.state === 'running' ? true : null);
    await until('it responds again', isAlive, LIMIT);
    await rig.stop();
  });
});
