import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { instances } from '../../actors/instance/row.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import type { LmdbStore } from '../../storage/lmdb-store.ts';
import { openStore } from '../../storage/open-store.ts';
import { checkSchema } from '../../storage/schema.ts';
import { openStateDirectory } from '../../storage/state-directory.ts';
import { anInstance } from '../actors/instance/an-instance.ts';
import { buildProgram, type Program } from '../process/program.ts';
import { committed } from '../storage/store-contract.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

describe('novella store, backup and restore', () => {
  let program: Program;
  let folder: ReturnType<typeof temporaryFolder>;
  let stateDir: string;
  let file: string;
  let store: LmdbStore;
  before(async () => {
    program = buildProgram();
    folder = temporaryFolder();
    stateDir = join(folder.path, 'state');
    file = join(stateDir, 'cell1.mdb');
    const environment = openEnvironment(file, 'sync');
    await checkSchema(environment, file);
    await environment.close();
    store = await openStore(file, 'sync');
    const rows = Array.from({ length: 300 }, (_, n) => [`r/thing/${n}`, { n, text: 'x'.repeat(1_000) }] as const);
    await committed(store, [...rows, ['x/thing/all/7', true]]);
    writeFileSync(join(stateDir, 'token.key'), 'k'.repeat(32), { mode: 0o600 });
  });
  after(async () => {
    await store.close();
    folder.remove();
    program.remove();
  });

  const novella = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program.cli, ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  test('status tells sizes, rows by table and the schema, while another process has the store open', () => {
    const { status, stdout, stderr } = novella('store', 'status', '--state-dir', stateDir);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /size {8}\d+ bytes: \d+ used, \d+ free, \d+ set aside/);
    assert.match(stdout, /schema {6}(\d+) of \1\n/);
    assert.match(stdout, /r\/thing +300 /);
    assert.match(stdout, /x\/thing +1 /);
  });

  test('a backup that one process makes while another writes is restored to the same rows', async () => {
    const [backup, restored] = [join(folder.path, 'backup'), join(folder.path, 'restored')];
    const made = novella('backup', '--state-dir', stateDir, '--to', backup);
    assert.equal(made.status, 0, made.stderr);
    const done = novella('restore', '--from', backup, '--state-dir', restored);
    assert.equal(done.status, 0, done.stderr);
    assert.deepEqual(readdirSync(restored).sort(), ['cell1.mdb', 'token.key']);
    const copy = await openStore(join(restored, 'cell1.mdb'), 'relaxed');
    assert.deepEqual(copy.get('r/thing/299'), { n: 299, text: 'x'.repeat(1_000) });
    await copy.close();
    const again = novella('restore', '--from', backup, '--state-dir', restored);
    assert.equal(again.status, 2);
    assert.match(again.stderr, /^novella: .*restored is not empty\. [^\n]+\n$/);
  });

  test('compact and migrate are refused while a cloud holds the state directory, and done when none does', async () => {
    const held = await openStateDirectory(stateDir);
    for (const action of ['compact', 'migrate']) {
      const { status, stderr } = novella('store', action, '--state-dir', stateDir);
      assert.equal(status, 2);
      assert.match(stderr, /in use by another running Novella/);
    }
    await held.release();
    await store.close();
    const compacted = novella('store', 'compact', '--state-dir', stateDir);
    assert.equal(compacted.status, 0, compacted.stderr);
    assert.match(compacted.stdout, /\d+ bytes before, \d+ after/);
    const migrated = novella('store', 'migrate', '--state-dir', stateDir);
    assert.equal(migrated.status, 0, migrated.stderr);
    store = await openStore(file, 'sync');
    assert.deepEqual(store.get('r/thing/299'), { n: 299, text: 'x'.repeat(1_000) });
  });

  test('scrub names index entries that do not agree with the rows, and --repair-indexes mends them', async () => {
    const [id, gone] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
    const row = anInstance({ id });
    const [missing = '', ...others] = instances.entries(row, id);
    const [surplus = ''] = instances.entries(row, gone);
    await committed(store, [
      [instances.key(id), row],
      ...others.map((entry) => [entry, true] as const),
      [surplus, true],
    ]);
    const found = novella('store', 'scrub', '--state-dir', stateDir);
    assert.equal(found.status, 1, found.stderr);
    assert.ok(found.stdout.includes(`${missing}: the index entry is missing\n`), found.stdout);
    assert.ok(found.stdout.includes(`${surplus}: the index entry has no row\n`), found.stdout);
    assert.match(found.stdout, / 1 missing, 1 without a row\n$/);
    const held = await openStateDirectory(stateDir);
    assert.equal(novella('store', 'scrub', '--repair-indexes', '--state-dir', stateDir).status, 2);
    await held.release();
    await store.close();
    const mended = novella('store', 'scrub', '--repair-indexes', '--state-dir', stateDir);
    assert.equal(mended.status, 0, mended.stdout + mended.stderr);
    assert.match(mended.stdout, /: 2 index entries mended\n.* 0 missing, 0 without a row\n$/s);
    assert.equal(novella('store', 'compact', '--repair-indexes', '--state-dir', stateDir).status, 2);
    store = await openStore(file, 'sync');
  });

  test('scrub names damaged rows and ends with status 1', async () => {
    assert.equal(novella('store', 'scrub', '--state-dir', stateDir).status, 0);
    const environment = openEnvironment(file, 'sync');
    await environment.put('r/thing/8', Buffer.from('something else altogether'));
    await environment.close();
    const { status, stdout } = novella('store', 'scrub', '--state-dir', stateDir);
    assert.equal(status, 1);
    assert.match(stdout, /r\/thing\/8: .*checksum does not match/);
    assert.match(stdout, /\d+ rows read, 1 damaged; [^\n]+\n$/);
  });

  test('what cannot be done is refused in one line with exit status 2', () => {
    for (const args of [
      ['store', 'status', '--state-dir', join(folder.path, 'nowhere')],
      ['backup', '--state-dir', join(folder.path, 'nowhere'), '--to', join(folder.path, 'b')],
      ['restore', '--from', join(folder.path, 'nowhere'), '--state-dir', join(folder.path, 'r')],
    ]) {
      const { status, stderr } = novella(...args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, /^novella: [^\n]+\n$/);
    }
    assert.equal(novella('store', 'unknown').status, 2);
    assert.equal(novella('backup').status, 2);
    assert.equal(novella('store', '--help').status, 0);
  });
});
