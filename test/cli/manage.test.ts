import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { instances } from '../../actors/instance/row.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbStore } from '../../storage/lmdb-store.ts';
import { checkSchema } from '../../storage/schema.ts';
import { anInstance } from '../actors/instance/an-instance.ts';
import { Installation } from '../process/installation.ts';
import { committed } from '../storage/store-contract.ts';

describe('novella manage db', () => {
  let installation: Installation;
  before(async () => {
    installation = new Installation();
    const file = join(installation.stateDir, 'cell1.mdb');
    const environment = openEnvironment(file, 'sync');
    await checkSchema(environment, file);
    const store = new LmdbStore(environment);
    for (let n = 0; n < 6; n++) {
      const id = `11111111-1111-4111-8111-00000000000${n}`;
      const row = anInstance({ id, vmState: 'deleted', deletedAtMs: Date.UTC(2025, n, 15) });
      const entries = instances.entries(row, id).map((entry) => [entry, true] as const);
      await committed(store, [[instances.key(id), row], ...entries]);
    }
    await store.close();
  });
  after(() => installation.remove());
  const manage = (...args: readonly string[]) => {
    const flags = ['--state-dir', installation.stateDir];
    const { status, stdout, stderr } = spawnSync(process.execPath, [installation.cli, 'manage', ...args, ...flags], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  test('archives up to a number of rows with exit status 1, the rest with 0, and purges by date', () => {
    const archive = ['db', 'archive-deleted-rows', '--before', '2025-05-01'];
    assert.deepEqual(manage(...archive, '--max-rows', '3'), {
      status: 1,
      stdout: '3 rows archived; there are more\n',
      stderr: '',
    });
    assert.deepEqual(manage(...archive, '--until-complete'), { status: 0, stdout: '1 rows archived\n', stderr: '' });
    assert.deepEqual(manage(...archive), { status: 0, stdout: '0 rows archived\n', stderr: '' });
    assert.deepEqual(manage('db', 'purge', '--before', '2025-03-01').stdout, '2 rows purged\n');
    assert.deepEqual(manage('db', 'purge', '--all').stdout, '2 rows purged\n');
  });

  test('does the same while the cloud runs, and moves its shard', async () => {
    const file = join(installation.stateDir, 'cell1.mdb');
    const environment = openEnvironment(file, 'sync');
    const store = new LmdbStore(environment);
    // One of those above was deleted in May as well, and is still there.
    for (let n = 10; n < 20; n++) {
      const id = `11111111-1111-4111-8111-0000000000${n}`;
      const row = anInstance({ id, vmState: 'deleted', deletedAtMs: Date.UTC(2025, n - 10, 15) });
      const entries = instances.entries(row, id).map((entry) => [entry, true] as const);
      await committed(store, [[instances.key(id), row], ...entries]);
    }
    await store.close();
    const controller = installation.serve('--config', installation.file('config.yaml', 'threads: 2\n'));
    try {
      await controller.ready;
      const archive = ['db', 'archive-deleted-rows', '--before', '2025-06-01'];
      assert.deepEqual(manage(...archive, '--max-rows', '3'), {
        status: 1,
        stdout: '3 rows archived; there are more\n',
        stderr: '',
      });
      assert.deepEqual(manage(...archive, '--until-complete'), { status: 0, stdout: '3 rows archived\n', stderr: '' });
      assert.deepEqual(manage('db', 'purge', '--before', '2025-03-01').stdout, '2 rows purged\n');
      assert.match(
        manage('shard', 'list').stdout,
        /^THREAD +STATE +RESTARTS +SHARDS\n0 +running +0 +cell1\n1 +running +0 +-\n$/,
      );
      assert.deepEqual(manage('shard', 'move', 'cell1', '1'), {
        status: 0,
        stdout: 'cell1 is on thread 1.\n',
        stderr: '',
      });
      assert.match(manage('shard', 'list').stdout, /\n1 +running +0 +cell1\n$/);
      const refused = manage('shard', 'move', 'cell1', '2');
      assert.deepEqual([refused.status, refused.stderr], [2, 'novella: cell1 is not moved: There is no thread 2.\n']);
      assert.deepEqual(manage('db', 'purge', '--all').stdout, '4 rows purged\n');
    } finally {
      assert.equal((await controller.stop()).status, 0, controller.output().stderr);
    }
    const refused = manage('shard', 'list');
    assert.deepEqual([refused.status, /No cloud runs/.test(refused.stderr)], [2, true]);
  });

  test('refuses what it does not understand, and names it', () => {
    for (const [args, reason] of [
      [['db', 'archive-deleted-rows', '--before', 'yesterday'], /--before: .*"yesterday"/],
      [['db', 'archive-deleted-rows', '--max-rows', '0'], /--max-rows: .*"0"/],
      [['db', 'purge'], /purge needs --before DATE or --all/],
      [['db', 'purge', '--all', '--before', '2025-01-01'], /purge needs --before DATE or --all/],
      [['db', 'drop'], /expected "db archive-deleted-rows" or "db purge"/],
    ] as const) {
      const { status, stderr } = manage(...args);
      assert.equal(status, 2);
      assert.match(stderr, reason);
    }
  });
});
