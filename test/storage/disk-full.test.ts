import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import type { LmdbStore } from '../../storage/lmdb-store.ts';
import { openStore } from '../../storage/open-store.ts';
import { StoreFull } from '../../storage/store-failure.ts';
import { noSmallDisk, type SmallDisk, smallDisk } from '../crash/small-disk.ts';
import { committed } from './store-contract.ts';

const PADDING = 'x'.repeat(3_000);

describe('a full disk', { skip: noSmallDisk }, () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = smallDisk(16);
  });
  afterEach(() => disk.remove());
  const open = (): Promise<LmdbStore> => openStore(join(disk.path, 'rows.mdb'), 'sync');

  /** Commits rows of 3 kB until one fails; returns how many were acknowledged. */
  async function writeUntilFull(store: LmdbStore, first: number): Promise<number> {
    for (let n = first; ; n++) {
      assert.ok(n < 10_000, 'the disk is never full');
      const outcome = await committed(store, [[`r/t/${n}`, { n, padding: PADDING }]]).catch((error: unknown) => error);
      if (outcome === undefined) continue;
      assert.ok(outcome instanceof StoreFull, String(outcome));
      return n;
    }
  }

  test('fails a commit as StoreFull, keeps all that was acknowledged, and nothing after it', async () => {
    const store = await open();
    const count = await writeUntilFull(store, 0);
    assert.ok(count > 100);
    disk.free();
    await assert.rejects(committed(store, [['r/small', { n: 1 }]]), StoreFull);
    store.renew();
    assert.equal([...store.keys({ prefix: 'r/t/' })].length, count);
    assert.equal(store.get('r/small'), undefined);
    await store.close();
  });

  test('refuses to open a store that could not be written, and takes it again when there is space', async () => {
    let store = await open();
    disk.fill();
    let count = await writeUntilFull(store, 0);
    for (let round = 0; round < 3; round++) {
      await store.close();
      await assert.rejects(open(), StoreFull);
      disk.free();
      store = await open();
      assert.equal([...store.keys({ prefix: 'r/t/' })].length, count);
      await committed(store, [[`r/t/${count}`, { n: count, padding: PADDING }]]);
      disk.fill();
      count = await writeUntilFull(store, count + 1);
    }
    await store.close();
  });

  test('is met before lmdb writes, by commits of any size', async () => {
    const store = await open();
    disk.fill();
    const rows = Array.from({ length: 500 }, (_, n) => [`r/t/${n}`, { n, padding: PADDING }] as const);
    const outcome = await committed(store, rows).catch((error: unknown) => error);
    assert.ok(outcome instanceof StoreFull);
    assert.doesNotMatch(outcome.message, /commit failed/i);
    await store.close();
  });

  test('refuses to make a new store', () => {
    disk.fill();
    assert.throws(() => openEnvironment(join(disk.path, 'new.mdb'), 'sync'), StoreFull);
  });
});
