import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BuiltModules } from '../../process/built-modules.ts';
import { until } from '../../process/until.ts';
import { temporaryFolder } from '../../storage/temporary-folder.ts';
import { buildRig, CountingClient, tallyRig } from './tally-rig.ts';
import { tally } from './tally-shard.ts';

const LIMIT = { limitMs: 60_000, everyMs: 5 };
const CLOSINGS = 10;

describe('a shard that is closed', () => {
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

  test('refuses its clients and keeps what others tell it, until it is opened again', async (t) => {
    const rig = await tallyRig({ built, shards: ['a', 'b'], threads: 2, folder: folder.path });
    t.after(() => rig.stop());
    // One counts in the shard that stays, and tells the other; one counts in the other.
    const stays = new CountingClient(rig.system, { id: '0@a', sink: '0-a@b' });
    const leaves = new CountingClient(rig.system, { id: '1@b', sink: '1-b@a' });
    let working = true;
    const work = Promise.all([stays, leaves].map((client) => client.run(() => working)));
    for (let closings = 0; closings < CLOSINGS; closings++) {
      await rig.threads.close('b');
      assert.equal(rig.threads.isOpen('b'), false);
      const refused = await rig.system.ask(tally.at('x@b'), { type: 'read' }, { deadlineMs: 60_000 });
      assert.deepEqual(refused, { ok: false, error: { code: 'ShardStopped' } });
      await assert.rejects(rig.threads.move('b', 0), /closed/);
      const counted = stays.acknowledged;
      await until('the other goes on', () => (stays.acknowledged > counted + 2 ? true : null), LIMIT);
      await rig.threads.reopen('b');
      const reached = leaves.acknowledged;
      await until('it is reached again', () => (leaves.acknowledged > reached ? true : null), LIMIT);
    }
    working = false;
    await work;
    assert.deepEqual([...(await stays.violations()), ...(await leaves.violations())], []);
    assert.deepEqual([...stays.refusals], []);
    assert.deepEqual(
      [...leaves.refusals.keys()].filter((code) => code !== 'ShardStopped'),
      [],
    );
  });

  test('from the start stays so, and one that cannot be opened does not fail a start that can do without it', async (t) => {
    const plans = { c: { isClosed: true }, d: { isOptional: true } };
    const rig = await tallyRig({
      built,
      shards: ['a', 'c', 'd'],
      threads: 1,
      folder: folder.path,
      plans,
      broken: ['d'],
    });
    t.after(() => rig.stop());
    assert.deepEqual(
      ['a', 'c', 'd'].map((name) => rig.threads.isOpen(name)),
      [true, false, false],
    );
    assert.ok(rig.notices.some((notice) => notice.type === 'shardAway' && notice.shard === 'd'));
    await rig.threads.reopen('c');
    assert.equal(rig.threads.isOpen('c'), true);
  });

  test('and one that is added while the others run is reached by clients and by them', async (t) => {
    const rig = await tallyRig({ built, shards: ['a', 'b'], threads: 2, folder: null });
    t.after(() => rig.stop());
    await rig.threads.add(rig.planOf('c'));
    assert.equal(rig.threads.isOpen('c'), true);
    await assert.rejects(rig.threads.add(rig.planOf('c')), /already/);
    // They tell each other what was counted.
    const clients = ['0@a', '1@c', '2@b'].map(
      (id, at) => new CountingClient(rig.system, { id, sink: `${at}-${id.slice(-1)}@${id.endsWith('c') ? 'a' : 'c'}` }),
    );
    const working = (): boolean => clients.some(({ acknowledged }) => acknowledged < 20);
    await Promise.all(clients.map((client) => client.run(working)));
    for (const client of clients) assert.deepEqual(await client.violations(), []);
    await rig.threads.move('c', 1 - rig.threads.threadOf('c'));
    assert.equal(rig.threads.isOpen('c'), true);
  });
});
