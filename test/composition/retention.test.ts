import assert from 'node:assert/strict';
import test from 'node:test';
import { actionId, instanceActions } from '../../actors/instance/actions/row.ts';
import { bootData, instances } from '../../actors/instance/row.ts';
import { archiveChunk, purgeChunk, type RetentionChunk } from '../../composition/retention.ts';
import { realClock } from '../../runtime/clock.ts';
import { rowKey } from '../../runtime/key.ts';
import { DamagedRow, type Reader, type Write } from '../../runtime/store.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { anInstance } from '../actors/instance/an-instance.ts';

const COUNT = 40;
const idOf = (n: number): string => `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`;

/** Instances 0 to 39, of which the even ones were deleted, n seconds after 1970, each with two actions and boot data. */
function storeOfInstances(): MemoryStore {
  const store = new MemoryStore(realClock);
  for (let n = 0; n < COUNT; n++) {
    const id = idOf(n);
    const deletedAtMs = n % 2 === 0 ? n * 1_000 : null;
    const row = anInstance({
      id,
      projectId: `p${n % 3}`,
      deletedAtMs,
      vmState: deletedAtMs === null ? 'active' : 'deleted',
    });
    const writes: Write[] = [
      [instances.key(id), row],
      [bootData.key(id), { userData: 'secret' }],
    ];
    for (const entry of instances.entries(row, id)) writes.push([entry, true]);
    for (const atMs of [1, 2])
      writes.push([instanceActions.key(actionId(id, atMs, 'req')), { instanceId: id, action: 'x' }]);
    store.apply(writes);
  }
  return store;
}

/** Runs chunks to the end, or for a number of them. Returns the rows that they told of. */
function runAll(store: MemoryStore, chunk: (rows: Reader, cursor: string) => RetentionChunk): number {
  let rows = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const part: RetentionChunk = chunk(store, cursor);
    store.apply(part.writes);
    rows += part.rows;
    cursor = part.cursor;
  }
  return rows;
}

const keys = (store: MemoryStore, prefix: string): string[] => [...store.keys({ prefix })];

for (const rowsMax of [1, 4, 1_000]) {
  test(`instances deleted before a moment are archived whole, in chunks of ${rowsMax}, and no others`, () => {
    const store = storeOfInstances();
    const living = keys(store, 'x/instance/all/');
    assert.equal(
      runAll(store, (rows, cursor) => archiveChunk(rows, 20_000, rowsMax, cursor)),
      10 * 3,
    );
    for (let n = 0; n < COUNT; n++) {
      const id = idOf(n);
      const isArchived = n % 2 === 0 && n < 20;
      assert.equal(instances.read(store, id) === undefined, isArchived, id);
      assert.equal(bootData.read(store, id) === undefined, isArchived);
      assert.equal(keys(store, instanceActions.key(id)).length, isArchived ? 0 : 2);
      assert.equal(keys(store, `a/instance-action/${id}`).length, isArchived ? 2 : 0);
      assert.equal(store.get(`a/instance/${id}`) !== undefined, isArchived);
    }
    assert.equal(keys(store, 'x/instance/deleted/').length, 10);
    assert.deepEqual(keys(store, 'x/instance/all/'), living);
    assert.equal(keys(store, 'a/boot-data').length, 0, 'what may be secret is not kept');
  });
}

test('a chunk stops when it has enough rows, and says where to go on', () => {
  const store = storeOfInstances();
  const { rows, cursor } = archiveChunk(store, 1e12, 4);
  assert.equal(rows, 6, 'an instance is archived whole');
  assert.ok(cursor !== null);
});

test('an instance of which a row is damaged stays, and the others are archived and purged', () => {
  const store = storeOfInstances();
  const damaged = new Set([instances.key(idOf(2)), instanceActions.key(actionId(idOf(4), 1, 'req'))]);
  const [get, row] = [store.get.bind(store), store.row.bind(store)];
  const whole = <T>(key: string, value: T): T => {
    if (damaged.has(key)) throw new DamagedRow(key, 'on purpose');
    return value;
  };
  store.get = (key) => whole(key, get(key));
  store.row = (name, id) => whole(rowKey(name, id), row(name, id));
  store.range = function* (range) {
    for (const key of store.keys(range)) yield { key, value: store.get(key) };
  };
  assert.equal(
    runAll(store, (rows, cursor) => archiveChunk(rows, 20_000, 1_000, cursor)),
    8 * 3,
  );
  assert.ok(keys(store, 'x/instance/deleted/').some((key) => key.endsWith(idOf(4))));
  damaged.add(`a/instance/${idOf(6)}`);
  assert.equal(
    runAll(store, (rows, cursor) => purgeChunk(rows, Number.POSITIVE_INFINITY, 1_000, cursor)),
    8 * 3 - 1,
  );
});

test('purging removes what was archived of instances deleted before a moment, and nothing else', () => {
  const store = storeOfInstances();
  runAll(store, (rows, cursor) => archiveChunk(rows, 1e12, 1_000, cursor));
  const others = store.size - keys(store, 'a/').length;
  assert.equal(
    runAll(store, (rows, cursor) => purgeChunk(rows, 10_000, 4, cursor)),
    5 * 3,
  );
  assert.equal(keys(store, 'a/').length, 15 * 3);
  assert.equal(
    runAll(store, (rows, cursor) => purgeChunk(rows, Number.POSITIVE_INFINITY, 4, cursor)),
    15 * 3,
  );
  assert.equal(store.size, others);
});
