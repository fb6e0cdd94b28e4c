import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realClock } from '../../runtime/clock.ts';
import { DamagedRow, type Write } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';
import { checkIndexes } from '../../storage/index-check.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

interface Thing {
  readonly owner: string | null;
}
const things = table<Thing, 'all' | 'byOwner'>({
  name: 'thing',
  indexes: { all: () => [], byOwner: ({ owner }) => (owner === null ? null : [owner]) },
});
const plain = table<Thing>({ name: 'plain' });

function storeOfThings(): MemoryStore {
  const store = new MemoryStore(realClock);
  for (let n = 0; n < 10; n++) {
    const [id, row] = [`a/${n}`, { owner: n % 2 === 0 ? null : `p/${n}` }];
    const entries = things.entries(row, id).map((entry): Write => [entry, true]);
    store.apply([[things.key(id), row], [plain.key(id), row], ...entries]);
  }
  return store;
}

test('a store whose indexes agree with its rows has nothing missing and nothing too many', () => {
  const report = checkIndexes(storeOfThings(), [things, plain]);
  assert.deepEqual(report, { entries: 15, missingCount: 0, surplusCount: 0, missing: [], surplus: [] });
});

test('entries that rows lack, and entries without their rows, are found by name, also when their numbers are equal', () => {
  const store = storeOfThings();
  const missing = things.entries({ owner: 'p/1' }, 'a/1')[1] ?? '';
  const ofNoRow = things.entries({ owner: null }, 'gone')[0] ?? '';
  const ofOtherOwner = things.entries({ owner: 'q' }, 'a/2')[1] ?? '';
  store.apply([[missing, undefined]]);
  store.apply([[ofNoRow, true]]);
  assert.deepEqual(checkIndexes(store, [things]).missing, [missing]);
  assert.deepEqual(checkIndexes(store, [things]).surplus, [ofNoRow]);
  store.apply([[ofOtherOwner, true]]);
  const { missingCount, surplus } = checkIndexes(store, [things, plain]);
  assert.deepEqual([missingCount, [...surplus].sort()], [1, [ofNoRow, ofOtherOwner].sort()]);
});

test('entries of a damaged row are not called surplus', () => {
  const store = storeOfThings();
  const get = store.get.bind(store);
  store.get = (key) => {
    if (key === things.key('a/3')) throw new DamagedRow(key, 'on purpose');
    return get(key);
  };
  const { missingCount, surplusCount } = checkIndexes(store, [things]);
  assert.deepEqual([missingCount, surplusCount], [0, 0]);
});
