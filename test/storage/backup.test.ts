import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { backUp } from '../../storage/backup.ts';
import { compact } from '../../storage/compact.ts';
import { openEnvironment, openToRead } from '../../storage/lmdb-environment.ts';
import { LmdbReader } from '../../storage/lmdb-reader.ts';
import type { LmdbStore } from '../../storage/lmdb-store.ts';
import { BackupRefused } from '../../storage/manifest.ts';
import { openStore } from '../../storage/open-store.ts';
import { restore } from '../../storage/restore.ts';
import { checkSchema } from '../../storage/schema.ts';
import { until } from '../process/until.ts';
import { committed } from './store-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ACCOUNTS = 50;
const TOTAL = 1_000_000;

describe('a backup', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let stateDir: string;
  let store: LmdbStore;
  before(async () => {
    folder = temporaryFolder();
    stateDir = join(folder.path, 'state');
    mkdirSync(join(stateDir, 'images', 'content'), { recursive: true });
    mkdirSync(join(stateDir, 'images', 'staging'));
    mkdirSync(join(stateDir, 'qemu', 'guests'), { recursive: true });
    writeFileSync(join(stateDir, 'token.key'), 'secret', { mode: 0o600 });
    writeFileSync(join(stateDir, 'images', 'content', 'abc'), 'x'.repeat(100_000));
    writeFileSync(join(stateDir, 'images', 'staging', 'half'), 'x');
    writeFileSync(join(stateDir, 'qemu', 'guests', 'disk'), 'large');
    const file = join(stateDir, 'cell1.mdb');
    const environment = openEnvironment(file, 'sync');
    await checkSchema(environment, file);
    await environment.close();
    store = await openStore(file, 'sync');
    await committed(
      store,
      Array.from({ length: ACCOUNTS }, (_, n) => [`r/account/${n}`, { n, cents: TOTAL / ACCOUNTS }] as const),
    );
  });
  after(async () => {
    await store.close();
    folder.remove();
  });
  const take = (name: string) => backUp({ stateDir, to: join(folder.path, name), program: '1.2.3', nowMs: 1_000 });
  const refused = (reason: RegExp) => (error: unknown) => error instanceof BackupRefused && reason.test(error.message);

  /** Moves money between accounts until told to stop: whatever the commit, the sum is the same. */
  function load(): { readonly commits: () => number; readonly stop: () => Promise<void> } {
    let [commits, stopped] = [0, false];
    const run = async (): Promise<void> => {
      for (let n = 0; !stopped; n++) {
        const [from, to] = [`r/account/${n % ACCOUNTS}`, `r/account/${(n * 7 + 1) % ACCOUNTS}`];
        if (from === to) continue;
        store.renew();
        const [a, b] = [Object(store.get(from)), Object(store.get(to))];
        const rows = [[from, { ...a, cents: a.cents - 1 }] as const, [to, { ...b, cents: b.cents + 1 }] as const];
        await committed(store, [...rows, [`r/transfer/${n}`, { from, to, note: 'n'.repeat(n % 500) }]]);
        commits++;
      }
    };
    const running = run();
    return {
      commits: () => commits,
      stop: () => {
        stopped = true;
        return running;
      },
    };
  }

  test('that is taken under load holds the rows of one commit, and is restored as it was taken', async () => {
    const writing = load();
    for (let round = 0; round < 5; round++) {
      const before = writing.commits();
      await until('commits', () => (writing.commits() > before + 2 ? true : null), { limitMs: 60_000, everyMs: 1 });
      const manifest = await take(`backup${round}`);
      const restored = join(folder.path, `restored${round}`);
      assert.deepEqual(await restore(join(folder.path, `backup${round}`), restored), manifest);
      const environment = openToRead(join(restored, 'cell1.mdb'));
      const reader = new LmdbReader(environment, 0);
      const cents = [...reader.range({ prefix: 'r/account/' })].map(({ value }) => Object(value).cents);
      const transfers = [...reader.keys({ prefix: 'r/transfer/' })].length;
      const commit = Object(reader.get('m/commit'));
      await environment.close();
      assert.equal(
        cents.reduce((sum, n) => sum + n, 0),
        TOTAL,
      );
      assert.equal(manifest.stores[0]?.commit, Number(commit));
      // The probe and the accounts came before.
      assert.equal(transfers, Number(commit) - 2);
    }
    await writing.stop();
  });

  test('has secrets and images with their permissions, and neither uploads under way nor disks of guests', async () => {
    chmodSync(join(stateDir, 'token.key'), 0o600);
    const manifest = await take('files');
    assert.deepEqual(manifest.files.map(({ path }) => path).sort(), ['cell1.mdb', 'images/content/abc', 'token.key']);
    await restore(join(folder.path, 'files'), join(folder.path, 'files-restored'));
    const key = join(folder.path, 'files-restored', 'token.key');
    assert.equal(readFileSync(key, 'utf8'), 'secret');
    assert.equal(statSync(key).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(folder.path, 'files-restored')).sort(), ['cell1.mdb', 'images', 'token.key']);
    assert.equal(statSync(join(folder.path, 'files-restored')).mode & 0o777, 0o700);
  });

  test('is not restored when a byte of any of its files differs, or one is missing, and nothing is left', async () => {
    const manifest = await take('damaged');
    const target = join(folder.path, 'never');
    for (const { path, bytes } of manifest.files) {
      const file = join(folder.path, 'damaged', path);
      const whole = readFileSync(file);
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(bytes >> 1) ^ 1, bytes >> 1);
      writeFileSync(file, changed);
      await assert.rejects(restore(join(folder.path, 'damaged'), target), refused(/checksum does not match/));
      writeFileSync(file, whole.subarray(0, -1));
      await assert.rejects(restore(join(folder.path, 'damaged'), target), refused(/bytes instead of/));
      rmSync(file);
      await assert.rejects(restore(join(folder.path, 'damaged'), target), refused(/is missing/));
      writeFileSync(file, whole);
    }
    await restore(join(folder.path, 'damaged'), target);
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name.includes('partial')),
      [],
    );
  });

  test('with a manifest from somebody else writes nothing outside of the directory', async () => {
    const manifest = await take('hostile');
    const [file] = manifest.files;
    for (const path of ['../evil', '/etc/evil', 'a/../../evil', '.hidden', 'a//b', '']) {
      writeFileSync(
        join(folder.path, 'hostile', 'manifest.json'),
        JSON.stringify({ ...manifest, files: [{ ...file, path }] }),
      );
      await assert.rejects(
        restore(join(folder.path, 'hostile'), join(folder.path, 'evil-state')),
        refused(/files\.0\.path/),
      );
    }
    writeFileSync(join(folder.path, 'hostile', 'manifest.json'), JSON.stringify({ ...manifest, schema: 999 }));
    await assert.rejects(
      restore(join(folder.path, 'hostile'), join(folder.path, 'evil-state')),
      refused(/schema version 999/),
    );
    assert.equal(existsSync(join(folder.path, 'evil-state')), false);
  });

  test('goes into no directory that has something in it, nor does a restore', async () => {
    await take('taken');
    await assert.rejects(take('taken'), refused(/is not empty/));
    await assert.rejects(restore(join(folder.path, 'taken'), stateDir), refused(/is not empty/));
    await assert.rejects(backUp({ stateDir, to: join(stateDir, 'inside'), program: '', nowMs: 0 }), refused(/lies in/));
    await assert.rejects(
      backUp({ stateDir: join(folder.path, 'nowhere'), to: join(folder.path, 'n'), program: '', nowMs: 0 }),
      refused(/holds no cloud/),
    );
  });

  test('is refused when rows are damaged, and names them', async () => {
    const environment = openEnvironment(join(stateDir, 'cell1.mdb'), 'sync');
    const before = environment.getBinary('r/account/3') ?? Buffer.alloc(0);
    await environment.put('r/account/3', Buffer.from('something else'));
    await assert.rejects(take('of-damaged'), refused(/r\/account\/3/));
    assert.equal(existsSync(join(folder.path, 'of-damaged')), false);
    await environment.put('r/account/3', before);
    await environment.close();
  });
});

test('compaction gives free pages back and keeps every row', async () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'cell1.mdb');
    const store = await openStore(file, 'relaxed');
    const rows = (count: number, value: unknown) =>
      Array.from({ length: count }, (_, n) => [`r/t/${n}`, value === undefined ? undefined : { n, value }] as const);
    await committed(store, rows(2_000, 'x'.repeat(2_000)));
    await committed(store, rows(1_900, undefined));
    await store.close();
    const { before, after } = await compact(file);
    assert.ok(after * 5 < before, `${before} bytes before, ${after} after`);
    assert.equal(statSync(file).size, after);
    const again = await openStore(file, 'relaxed');
    assert.deepEqual(again.get('r/t/1950'), { n: 1_950, value: 'x'.repeat(2_000) });
    assert.equal([...again.keys({ prefix: 'r/' })].length, 100);
    await committed(again, rows(10, 1));
    await again.close();
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name.includes('partial')),
      [],
    );
  } finally {
    folder.remove();
  }
});
