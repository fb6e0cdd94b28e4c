import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Write } from '../../../runtime/store.ts';
import { openEnvironment } from '../../../storage/lmdb-environment.ts';
import { LmdbStore } from '../../../storage/lmdb-store.ts';
import { MIGRATIONS } from '../../../storage/migrations/index.ts';
import { type Migration, migrationState, nextChunk } from '../../../storage/migrations/migration.ts';
import { checkSchema, latestVersion, migrate, SchemaMismatch } from '../../../storage/schema.ts';
import { committed } from '../store-contract.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROWS = 95;
const CHUNK_ROWS = 10;

/** Renames a property: a row that has been changed already stays. */
const rename = (to: number, from: string, name: string, mode: Migration['mode']): Migration => ({
  to,
  name: `${from} becomes ${name}`,
  mode,
  prefix: 'r/t/',
  change: (key, value) => {
    const { [from]: renamed, ...rest } = Object(value);
    return renamed === undefined ? [] : [[key, { ...rest, [name]: renamed, changes: (rest.changes ?? 0) + 1 }]];
  },
});
const LIST: readonly Migration[] = [
  { to: 2, name: 'nothing', mode: 'blocking', prefix: null, change: () => [] },
  rename(3, 'a', 'b', 'online'),
  rename(4, 'b', 'c', 'blocking'),
  rename(5, 'c', 'd', 'online'),
];
const keyOf = (n: number): string => `r/t/${String(n).padStart(3, '0')}`;

describe('migrations', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  let store: LmdbStore;
  const open = (): LmdbStore => new LmdbStore(openEnvironment(file, 'relaxed'));
  beforeEach(async () => {
    folder = temporaryFolder();
    file = join(folder.path, 'rows.mdb');
    store = open();
    const rows = Array.from({ length: ROWS }, (_, n): Write => [keyOf(n), { n, a: `value ${n}` }]);
    await committed(store, [...rows, ['m/schema', 1], ['r/other', { a: 1 }]]);
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  /** Ends the store as a crash would, and opens what it kept. */
  async function crash(): Promise<void> {
    await store.close();
    store = open();
  }

  function assertMigrated(name: string, changes: number): void {
    store.renew();
    for (let n = 0; n < ROWS; n++) assert.deepEqual(store.get(keyOf(n)), { n, [name]: `value ${n}`, changes });
    assert.deepEqual(store.get('r/other'), { a: 1 });
  }

  test('that are cut off by a crash after every chunk change each row once, and in the end all', async () => {
    let chunks = 0;
    for (;;) {
      store.renew();
      const writes = nextChunk(store, LIST, CHUNK_ROWS);
      if (writes === null) break;
      await committed(store, writes);
      await crash();
      chunks++;
      assert.ok(chunks < 100);
    }
    // The version alone; then three walks, each with its beginning.
    assert.equal(chunks, 1 + 3 * (1 + Math.ceil(ROWS / CHUNK_ROWS)));
    assertMigrated('d', 3);
    assert.deepEqual(migrationState(store), { version: 5, running: null });
  });

  test('raise the version before they change a row, so that an older program refuses the store half-way', async () => {
    await migrate(store, LIST, () => migrationState(store).running === null);
    assert.deepEqual(migrationState(store), { version: 3, running: { to: 3, cursor: null } });
    await store.close();
    const environment = openEnvironment(file, 'relaxed');
    await assert.rejects(checkSchema(environment, file, LIST.slice(0, 1)), SchemaMismatch);
    store = new LmdbStore(environment);
  });

  test('that block are ended when the schema has been checked, with what comes before them; the others are left', async () => {
    await store.close();
    const environment = openEnvironment(file, 'relaxed');
    await checkSchema(environment, file, LIST);
    store = new LmdbStore(environment);
    assertMigrated('c', 2);
    assert.equal(migrationState(store).version, 4);
  });

  test('go on between the commits of a store that is under load, and lose none of its writes', async () => {
    let chunks = 0;
    store.workBetween((rows) => {
      chunks++;
      return nextChunk(rows, LIST, CHUNK_ROWS);
    });
    for (let n = 0; n < 2_000; n++) {
      // Two commits under way at once, as a shard has them, of rows in the form that the program writes.
      const written = { n: n % ROWS, d: `value ${n % ROWS}`, changes: 3, at: n };
      await Promise.all([committed(store, [[keyOf(n % ROWS), written]]), committed(store, [[`r/own/${n}`, { n }]])]);
      store.renew();
      assert.deepEqual(store.get(keyOf(n % ROWS)), written);
    }
    assert.deepEqual(migrationState(store), { version: 5, running: null });
    assert.ok(chunks > 30, `${chunks} chunks`);
    await crash();
    for (let n = 0; n < ROWS; n++) assert.equal(Object(store.get(keyOf(n))).d, `value ${n}`);
    assert.equal([...store.keys({ prefix: 'r/own/' })].length, 2_000);
  });

  test('leave a damaged row as it is and go on with the others', async () => {
    await store.close();
    const environment = openEnvironment(file, 'relaxed');
    await environment.put(keyOf(7), Buffer.from('something else altogether'));
    store = new LmdbStore(environment);
    await migrate(store, LIST);
    assert.equal(Object(store.get(keyOf(8))).d, 'value 8');
    assert.throws(() => store.get(keyOf(7)), /damaged/);
  });

  test('of this program are numbered one after the other, and a new store needs none of them', async () => {
    assert.deepEqual(
      MIGRATIONS.map(({ to }) => to),
      MIGRATIONS.map((_, index) => index + 2),
    );
    const other = join(folder.path, 'new.mdb');
    const environment = openEnvironment(other, 'relaxed');
    await checkSchema(environment, other);
    const fresh = new LmdbStore(environment);
    assert.deepEqual(migrationState(fresh), { version: latestVersion(), running: null });
    assert.equal(nextChunk(fresh, MIGRATIONS), null);
    await fresh.close();
  });
});
