import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import { DamagedRow, UnsafeStoreError } from '../../runtime/store.ts';
import { decodeRow, encodeRow } from '../../storage/codec.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbReader } from '../../storage/lmdb-reader.ts';
import { LmdbStore } from '../../storage/lmdb-store.ts';
import { StoreBroken, StoreFull } from '../../storage/store-failure.ts';
import { committed, storeContract } from './store-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

storeContract('in LMDB', async () => {
  const folder = temporaryFolder();
  const open = (): LmdbStore => new LmdbStore(openEnvironment(join(folder.path, 'rows.mdb'), 'relaxed'));
  let store = open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = open();
      return store;
    },
    dispose: async () => {
      await store.close();
      folder.remove();
    },
  };
});

async function withEnvironment(run: (file: string, store: LmdbStore) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const file = join(folder.path, 'rows.mdb');
  const store = new LmdbStore(openEnvironment(file, 'sync'));
  try {
    await run(file, store);
  } finally {
    await store.close();
    folder.remove();
  }
}

test('a row with any flipped bit is told as damaged, with its key, and never returned', () => {
  const row = encodeRow('r/t/1', { name: 'a', n: 12345 }, 77);
  for (let bit = 0; bit < row.length * 8; bit++) {
    const damaged = Buffer.from(row);
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.throws(
      () => decodeRow('r/t/1', damaged),
      (error: unknown) => error instanceof DamagedRow && error.key === 'r/t/1',
      `bit ${bit}`,
    );
  }
  for (let length = 0; length < row.length; length++) {
    assert.throws(() => decodeRow('r/t/1', row.subarray(0, length)), DamagedRow);
  }
});

test('a reader keeps a large row from its second read of the same version on, and a small one from its first', async () => {
  await withEnvironment(async (file, store) => {
    const large = { text: 'x'.repeat(1_000) };
    await committed(store, [
      ['r/t/large', large],
      ['r/t/small', { n: 1 }],
    ]);
    const environment = openEnvironment(file, 'sync');
    const reader = new LmdbReader(environment, 10);
    const read = (key: string): unknown => {
      reader.renew();
      return reader.get(key);
    };
    try {
      assert.equal(read('r/t/small'), read('r/t/small'));
      const reads = [read('r/t/large'), read('r/t/large'), read('r/t/large')];
      for (const row of reads) assert.deepEqual(row, large);
      assert.notEqual(reads[0], reads[1], 'looked at once, it is not kept');
      assert.equal(reads[1], reads[2]);
      await committed(store, [['r/t/large', { text: 'y'.repeat(1_000) }]]);
      const changed = [read('r/t/large'), read('r/t/large'), read('r/t/large')];
      for (const row of changed) assert.deepEqual(row, { text: 'y'.repeat(1_000) });
      assert.equal(changed[1], changed[2]);
    } finally {
      await environment.close();
    }
  });
});

test('large rows that are read over and over are all kept in the end, however many there are', async () => {
  await withEnvironment(async (file, store) => {
    const keys = Array.from({ length: 50 }, (_, n) => `r/t/${n}`);
    await committed(
      store,
      keys.map((key): [string, unknown] => [key, { key, text: 'x'.repeat(1_000) }]),
    );
    const environment = openEnvironment(file, 'sync');
    // So few places for checksums that most keys share theirs with others.
    const reader = new LmdbReader(environment, 50);
    try {
      for (let round = 0; round < 30; round++) for (const key of keys) reader.get(key);
      const before = keys.map((key) => reader.get(key));
      reader.renew();
      const same = keys.filter((key, index) => reader.get(key) === before[index]);
      assert.equal(same.length, keys.length);
    } finally {
      await environment.close();
    }
  });
});

test('a damaged row in the file is told when it is read, and its neighbours are readable', async () => {
  await withEnvironment(async (file, store) => {
    await committed(store, [
      ['r/t/1', { n: 1 }],
      ['r/t/2', { n: 2 }],
    ]);
    const environment = openEnvironment(file, 'sync');
    await environment.put('r/t/1', Buffer.from('something else altogether'));
    const reader = new LmdbReader(environment, 10);
    assert.throws(() => reader.get('r/t/1'), DamagedRow);
    assert.throws(() => [...reader.range({ prefix: 'r/' })], DamagedRow);
    assert.deepEqual(reader.get('r/t/2'), { n: 2 });
    await environment.close();
  });
});

test('a commit with a row that cannot be stored keeps nothing, and no later commit is kept', async () => {
  await withEnvironment(async (_file, store) => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const outcomes = await Promise.allSettled([
      committed(store, [['r/t/1', { n: 1 }]]),
      committed(store, [
        ['r/t/2', { n: 2 }],
        ['r/t/3', circle],
      ]),
      committed(store, [['r/t/4', { n: 4 }]]),
    ]);
    store.renew();
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected'],
    );
    assert.deepEqual(store.get('r/t/1'), { n: 1 });
    for (const key of ['r/t/2', 'r/t/3', 'r/t/4']) assert.equal(store.get(key), undefined);
  });
});

test('what LMDB itself meets in a commit asks for a new process, but a full disk does not', async (t) => {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  for (const [reason, expected] of [
    ['Error: Input/output error', StoreBroken],
    ['MDB_PANIC: Update of meta page failed or environment had fatal error', StoreBroken],
    ['No space left on device', StoreFull],
  ] as const) {
    const environment = openEnvironment(join(folder.path, `broken-${reason.length}.mdb`), 'relaxed');
    const store = new LmdbStore(environment);
    await committed(store, [['r/a', 1]]);
    environment.batch = () => Promise.reject(new Error(reason));
    await assert.rejects(committed(store, [['r/b', 1]]), expected);
    await assert.rejects(committed(store, [['r/c', 1]]), expected, 'nothing later is kept');
    await store.close();
  }
  assert.ok(new StoreBroken('x') instanceof UnsafeStoreError);
});

test('a commit under a key that is too long keeps nothing', async () => {
  await withEnvironment(async (_file, store) => {
    const writes = [
      ['r/t/1', { n: 1 }],
      [`r/t/${'k'.repeat(5_000)}`, { n: 2 }],
    ] as const;
    await assert.rejects(committed(store, writes), /too long/);
    store.renew();
    assert.equal(store.get('r/t/1'), undefined);
  });
});

test('a reader on another thread sees a commit that was told to it, once it has renewed', async () => {
  await withEnvironment(async (file, store) => {
    const url = new URL('reader-thread.child.ts', import.meta.url);
    // The loader of the main thread is not that of a worker in Node 20.
    const start = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(url.href)})))`;
    const worker = new Worker(start, { eval: true, workerData: { file } });
    const next = (): Promise<unknown> => new Promise((resolve) => worker.once('message', resolve));
    assert.equal(await next(), 'ready');
    for (let n = 1; n <= 200; n++) {
      await committed(store, [['r/t/1', { n }]]);
      const answer = next();
      worker.postMessage(n);
      assert.equal(await answer, n);
    }
    const exit = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('end');
    assert.equal(await exit, 0);
  });
});

test('a reader keeps at most twice the rows it was told to keep, and forgets none that it reads again and again', async () => {
  await withEnvironment(async (file, store) => {
    await committed(
      store,
      Array.from({ length: 100 }, (_, n) => [`r/t/${n}`, { n }] as const),
    );
    const environment = openEnvironment(file, 'sync');
    const reader = new LmdbReader(environment, 10);
    const first = reader.get('r/t/0');
    const others = Array.from({ length: 100 }, (_, n) => reader.get(`r/t/${n}`));
    assert.notEqual(reader.get('r/t/1'), others[1], 'row 1 was forgotten long ago');
    const hot = reader.get('r/t/0');
    for (let n = 1; n < 100; n++) {
      reader.get(`r/t/${n}`);
      assert.equal(reader.get('r/t/0'), hot);
    }
    assert.deepEqual(first, { n: 0 });
    await environment.close();
  });
});
