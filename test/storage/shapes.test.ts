import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { DamagedRow } from '../../runtime/store.ts';
import { bytesOf, decodeRow, encodeRow, RowDecoder, RowEncoder } from '../../storage/codec.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbReader } from '../../storage/lmdb-reader.ts';
import { LmdbStore } from '../../storage/lmdb-store.ts';
import { committed } from './store-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = 'r/t/1';

/** A row as version 1 of the schema stored it: a stamp of 10 bytes, whose checksum leaves out the key. */
const ROW_OF_VERSION_1 = Buffer.from('0eaa57944d000000000082a46e616d65a161a16e64', 'hex');

test('values of any shape are decoded as they were encoded, also past the numbers that fit in a byte', () => {
  const encoder = new RowEncoder([]);
  const decoder = new RowDecoder(() => encoder.shapes());
  const values = Array.from({ length: 400 }, (_, n) => ({
    [`name${n}`]: { [`inner${n}`]: n, list: [{ [`deep${n % 7}`]: null }, 64, 100, 127, 128] },
    small: 70,
    texts: { 'any key': 'x', [`k${n}`]: 'y' },
  }));
  for (let round = 0; round < 5; round++) {
    for (const value of values)
      assert.deepEqual(decoder.decode(KEY, bytesOf(encoder.encode(KEY, value, round))), value);
  }
  assert.ok(encoder.shapeCount > 300 && encoder.shapeCount <= 500, `${encoder.shapeCount} shapes`);
});

test('an object of a known shape is stored without its names', () => {
  const encoder = new RowEncoder([]);
  const value = { aLongNameOfAProperty: 1, anotherLongName: null };
  for (let n = 0; n < 3; n++) encoder.encode(KEY, value, 1);
  const row = bytesOf(encoder.encode(KEY, value, 1));
  assert.ok(row.length < 20, `${row.length} bytes`);
  assert.equal(row.includes('aLongName'), false);
});

test('maps that people fill become no shapes: texts alone, odd names, and names that come once', () => {
  const encoder = new RowEncoder([]);
  for (let n = 0; n < 3_000; n++) {
    encoder.encode(KEY, { row: n, metadata: { [`key${n % 10}`]: 'value' } }, 1);
    encoder.encode(KEY, { row: n, byAddress: { '10.0.0.1': 1, 'a-b': n } }, 1);
    encoder.encode(KEY, { row: n, once: { [`once${n}`]: n } }, 1);
  }
  assert.deepEqual(encoder.shapes(), [
    ['row', 'metadata'],
    ['row', 'byAddress'],
    ['row', 'once'],
  ]);
});

test('a row whose shapes are missing is told as damaged, and is never read as something else', () => {
  const encoder = new RowEncoder([]);
  for (let n = 0; n < 3; n++) encoder.encode(KEY, { a: 1, b: null }, 1);
  const row = bytesOf(encoder.encode(KEY, { a: 1, b: null }, 1));
  assert.throws(() => decodeRow(KEY, row), DamagedRow);
  assert.throws(() => new RowDecoder(() => []).decode(KEY, row), DamagedRow);
});

test('a row under the key of another is told as damaged', () => {
  const row = encodeRow('r/t/1', { n: 1 }, 1);
  assert.deepEqual(decodeRow('r/t/1', row), { n: 1 });
  assert.throws(() => decodeRow('r/t/2', row), DamagedRow);
});

test('a row of schema version 1 is read, and its damage is told', () => {
  assert.deepEqual(decodeRow(KEY, ROW_OF_VERSION_1), { name: 'a', n: 100 });
  const damaged = Buffer.from(ROW_OF_VERSION_1);
  damaged.writeUInt8(1, 9);
  assert.throws(() => decodeRow(KEY, damaged), DamagedRow);
});

test('a reader that is open already reads rows of shapes that came later, and so does the store when opened anew', async () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'rows.mdb');
    let store = new LmdbStore(openEnvironment(file, 'relaxed'));
    const environment = openEnvironment(file, 'relaxed');
    const reader = new LmdbReader(environment, 0);
    let stored = 0;
    for (let n = 0; n < 60; n++) {
      const row = { [`name${n}`]: { n, list: [64, 65] }, n };
      for (let again = 0; again < 4; again++) await committed(store, [[`r/t/${n}/${again}`, row]]);
      reader.renew();
      for (let again = 0; again < 4; again++) assert.deepEqual(reader.get(`r/t/${n}/${again}`), row);
      if (n % 20 !== 19) continue;
      await store.close();
      store = new LmdbStore(openEnvironment(file, 'relaxed'));
      for (let k = 0; k <= n; k++) assert.equal(Object(store.get(`r/t/${k}/3`)).n, k);
      const shapes = store.get('m/shapes');
      assert.ok(Array.isArray(shapes) && shapes.length > stored);
      stored = shapes.length;
    }
    await environment.close();
    await store.close();
  } finally {
    folder.remove();
  }
});

test('after a commit that failed no row has shapes that are not stored', async () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'rows.mdb');
    const circle: Record<string, unknown> = { a: 1 };
    circle['self'] = circle;
    let store = new LmdbStore(openEnvironment(file, 'relaxed'));
    const row = { learned: 1, inTheFailure: null };
    const rows = [1, 2, 3, 4].map((n) => [`r/t/${n}`, row] as const);
    await assert.rejects(committed(store, [...rows, ['r/circle', circle]]));
    await store.close();
    store = new LmdbStore(openEnvironment(file, 'relaxed'));
    await committed(store, rows);
    await store.close();
    store = new LmdbStore(openEnvironment(file, 'relaxed'));
    for (const [key] of rows) assert.deepEqual(store.get(key), row);
    await store.close();
  } finally {
    folder.remove();
  }
});
