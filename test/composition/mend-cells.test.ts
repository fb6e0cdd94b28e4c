import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequests, cellMappings, instanceMappings } from '../../actors/cell-mapping/row.ts';
import { standIn } from '../../actors/instance/new-instance.ts';
import { type Instance, instances } from '../../actors/instance/row.ts';
import { projects } from '../../actors/project/row.ts';
import { mendCells } from '../../composition/mend-cells.ts';
import { Overlay } from '../../runtime/batch.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { anInstance } from '../actors/instance/an-instance.ts';
import { REQUESTER, SPEC } from '../simulation/clients.ts';

type Rows = Overlay;

const flavor = anInstance().flavor;
const BY = { ...REQUESTER, requestId: 'r' };
const spec = (id: string) => ({ ...SPEC, id, name: id, flavor });
const mapping = (instanceId: string, cell: string) => ({
  instanceId,
  cell,
  projectId: 'p0',
  userId: 'u0',
  createdAtMs: 0,
  flavor,
  image: null,
  requestedZone: null,
  groupId: null,
});
const own = (id: string, cell: string, changes: Partial<Instance> = {}): Instance =>
  anInstance({ id, cell, projectId: 'p0', userId: 'u0', ...changes });

/** Stores of three cells, with these rows. */
function stores(fill: (api: Rows, b: Rows, c: Rows) => void): Map<string, Rows> {
  const clock = new VirtualClock();
  const [api, b, c] = [0, 1, 2].map(() => new Overlay(new MemoryStore(clock)));
  assert.ok(api && b && c);
  for (const [number, name] of ['cell1', 'b', 'c'].entries())
    api.put(cellMappings, name, { name, number, uuid: name, disabled: false, stopped: false, createdAtMs: 0 });
  fill(api, b, c);
  return new Map([
    ['cell1', api],
    ['b', b],
    ['c', c],
  ]);
}

/** Stores messages that one shard has for another. */
function underWay(from: Rows, to: string, deliveries: readonly object[], epoch = 'e1'): void {
  from.set(`m/outbox/${to}`, { epoch, lastSent: deliveries.length, lastSure: deliveries.length });
  for (const [index, delivery] of deliveries.entries())
    from.set(`o/${to}/${String(index + 1).padStart(16, '0')}`, { replyTo: null, ...delivery });
}

/** Mends, and shows the rows as they then are. */
function mended(rows: Map<string, Rows>) {
  const done = mendCells(rows, 7);
  assert.ok(done);
  for (const [name, writes] of done.writes) for (const [key, value] of writes) rows.get(name)?.set(key, value);
  return done;
}

test('what stores of one moment hold is left as it is', () => {
  const rows = stores((api, b) => {
    b.put(instances, 'i', own('i', 'b'));
    api.put(instanceMappings, 'i', mapping('i', 'b'));
    api.put(projects, 'p0', { projectId: 'p0', instances: 1, cores: flavor.vcpus, ramMib: flavor.memoryMib });
  });
  const { writes, ...counts } = mended(rows);
  assert.deepEqual(counts, { mapped: 0, forgotten: 0, failed: 0, removed: 0, recounted: 0 });
  assert.deepEqual([...writes.values()].flat(), []);
});

test('an instance that its cell has, and the api does not know, is mapped and counted', () => {
  const rows = stores((api, b) => {
    b.put(instances, 'i', own('i', 'b'));
    api.put(projects, 'p0', { projectId: 'p0', instances: 0, cores: 0, ramMib: 0 });
  });
  assert.equal(mended(rows).mapped, 1);
  const api = rows.get('cell1');
  assert.ok(api);
  assert.equal(instanceMappings.read(api, 'i')?.cell, 'b');
  assert.equal(projects.read(api, 'p0')?.instances, 1);
});

test('a stand-in goes when its cell has placed the instance; one that no cell has is in ERROR', () => {
  const rows = stores((api, b) => {
    for (const id of ['placed', 'lost']) {
      api.put(instances, id, standIn(spec(id), BY, 1));
      api.put(instanceMappings, id, mapping(id, 'b'));
      const request = { spec: spec(id), requester: BY, createdAtMs: 1 };
      api.put(buildRequests, id, { ...request, tried: ['b'], refusals: [] });
    }
    b.put(instances, 'placed', own('placed', 'b', { handsOn: false }));
  });
  const { failed, forgotten } = mended(rows);
  assert.deepEqual([failed, forgotten], [1, 0]);
  const api = rows.get('cell1');
  assert.ok(api);
  assert.equal(instances.read(api, 'placed'), undefined);
  const lost = instances.read(api, 'lost');
  assert.deepEqual([lost?.vmState, lost?.cell, lost?.fault?.atMs], ['error', 'cell0', 7]);
  assert.deepEqual([...buildRequests.scan(api)], []);
  assert.equal(projects.read(api, 'p0')?.instances, 2);
});

test('one whose creation is stored and on its way is left to arrive', () => {
  const rows = stores((api) => {
    api.put(instances, 'i', standIn(spec('i'), BY, 1));
    api.put(instanceMappings, 'i', mapping('i', 'b'));
    underWay(api, 'b', [{ kind: 'instance', id: 'i', message: { type: 'create' } }]);
  });
  assert.equal(mended(rows).failed, 0);
});

test('an instance that two cells have stays where it is mapped; a mapping of one that was deleted goes', () => {
  const rows = stores((api, b, c) => {
    b.put(instances, 'twice', own('twice', 'b', { handsOn: true }));
    c.put(instances, 'twice', own('twice', 'c'));
    api.put(instanceMappings, 'twice', mapping('twice', 'c'));
    b.put(instances, 'gone', own('gone', 'b', { deletedAtMs: 5 }));
    api.put(instanceMappings, 'gone', mapping('gone', 'b'));
    api.put(instanceMappings, 'newer', mapping('newer', 'c'));
  });
  const { removed, forgotten } = mended(rows);
  assert.deepEqual([removed, forgotten], [1, 2]);
  const [api, b, c] = ['cell1', 'b', 'c'].map((name) => rows.get(name));
  assert.ok(api && b && c);
  assert.equal(instances.read(b, 'twice'), undefined);
  assert.ok(instances.read(c, 'twice'));
  assert.deepEqual(
    [...instanceMappings.scan(api)].map(({ instanceId }) => instanceId),
    ['twice'],
  );
  assert.equal(projects.read(api, 'p0')?.instances, 1);
});

const release = (instances: number, cores: number, ramMib: number) => ({
  kind: 'project',
  id: 'p0',
  message: { type: 'release', instances, cores, ramMib, userId: 'u0' },
});
const usageOf = (rows: Map<string, Rows>) => {
  const usage = projects.read(rows.get('cell1') ?? new Overlay(new MemoryStore(new VirtualClock())), 'p0');
  return [usage?.instances, usage?.cores, usage?.ramMib];
};
const { vcpus, memoryMib } = flavor;

test('what will still be given back counts until then: an instance that was deleted while the backup was made', () => {
  const rows = stores((api, b) => {
    b.put(instances, 'stays', own('stays', 'b'));
    b.put(instances, 'gone', own('gone', 'b', { deletedAtMs: 5, vmState: 'deleted' }));
    for (const id of ['stays', 'gone']) api.put(instanceMappings, id, mapping(id, 'b'));
    api.put(projects, 'p0', { projectId: 'p0', instances: 2, cores: 2 * vcpus, ramMib: 2 * memoryMib });
    underWay(b, 'cell1', [release(1, vcpus, memoryMib)]);
  });
  mended(rows);
  assert.deepEqual(usageOf(rows), [2, 2 * vcpus, 2 * memoryMib]);
});

test('what was given back already, as the other store says, does not count a second time', () => {
  for (const [epoch, lastTaken, left] of [
    ['e1', 1, 1],
    ['e1', 0, 2],
    ['another', 1, 2],
    // The cell's store went back: what was sent from there has been taken.
    ['e1', 9, 1],
  ] as const) {
    const rows = stores((api, b) => {
      b.put(instances, 'stays', own('stays', 'b'));
      underWay(b, 'cell1', [release(1, vcpus, memoryMib)]);
      api.set('i/b', { epoch, lastTaken, former: [] });
      api.put(projects, 'p0', { projectId: 'p0', instances: 7, cores: 7, ramMib: 7 });
    });
    mended(rows);
    assert.deepEqual(usageOf(rows), [left, left * vcpus, left * memoryMib], `${epoch} ${lastTaken}`);
  }
});

test('what waits in a store to be handled counts: a part given back, a resize that has its quota, servers on their way to a cell', () => {
  const rows = stores((api, b) => {
    b.put(instances, 'i', own('i', 'b'));
    api.put(instanceMappings, 'i', mapping('i', 'b'));
    const resize = { type: 'begin', operation: 'resize', reserved: { cores: 3, ramMib: 30, asker: null } };
    underWay(api, 'b', [{ kind: 'instance', id: 'i', message: resize }]);
    api.set('q/0000000000000001', [
      { ...release(0, 2, 20), replyTo: null },
      {
        kind: 'cell-mapping',
        id: 'main',
        message: { type: 'place', specs: [spec('new')], requester: BY },
        replyTo: null,
      },
      { kind: 'instance', id: 'i', message: { type: 'settle' }, replyTo: null },
    ]);
  });
  mended(rows);
  assert.deepEqual(usageOf(rows), [2, 2 * vcpus + 5, 2 * memoryMib + 50]);
});
