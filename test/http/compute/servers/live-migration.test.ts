import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocationId, allocations } from '../../../../actors/cell/row.ts';
import { migrations } from '../../../../actors/instance/migrations/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
});
after(() => cloud.close());

const migrate = (own: TestCloud, id: string, asked: object, version = '2.68'): Promise<Answered> =>
  own.call('POST', `/servers/${id}/action`, { as: 'admin', version, body: { 'os-migrateLive': asked } });

async function active(
  own: TestCloud,
): Promise<{ readonly id: string; readonly source: string; readonly target: string }> {
  const id = await own.boot();
  await own.until(id, 'ACTIVE');
  const source = instances.read(own.store, id)?.host ?? '';
  return { id, source, target: source === 'sim-0' ? 'sim-1' : 'sim-0' };
}

async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let polls = 0; polls < 2_000; polls++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(what);
}

const powerOf = async (own: TestCloud, name: string, id: string): Promise<string> => {
  const report = await own.hypervisors.get(name)?.inspect(id);
  return report?.ok ? report.value.power : 'absent';
};

for (const [version, asked] of [
  ['2.1', { block_migration: true, disk_over_commit: false, host: null }],
  ['2.25', { block_migration: 'auto', host: null }],
  ['2.68', { block_migration: 'auto', host: null }],
] as const) {
  test(`a server goes to another host without being started anew, at ${version}`, async () => {
    const { id, source, target } = await active(cloud);
    const answer = await migrate(cloud, id, asked, version);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    await eventually('moved', () => instances.read(cloud.store, id)?.operation === null);
    const row = instances.read(cloud.store, id);
    assert.deepEqual([row?.host, row?.vmState, row?.move], [target, 'active', null]);
    assert.deepEqual([await powerOf(cloud, source, id), await powerOf(cloud, target, id)], ['absent', 'running']);
    const output = await cloud.hypervisors.get(target)?.consoleOutput(id, null);
    assert.match(output?.ok ? output.value : '', /boots=1 /);
    assert.equal(allocations.read(cloud.store, allocationId(id))?.host, target);
    assert.equal(allocations.read(cloud.store, allocationId(id, 'move')), undefined);
    const { migrations } = (
      await cloud.call('GET', `/os-migrations?instance_uuid=${id}`, { as: 'admin', version: '2.23' })
    ).body;
    assert.deepEqual([migrations[0].status, migrations[0].migration_type], ['completed', 'live-migration']);
    await cloud.call('DELETE', `/servers/${id}`);
    await cloud.until(id, 'gone');
  });
}

test('what cannot be migrated is refused as by Nova', async () => {
  const { id, source } = await active(cloud);
  const told = async (asked: object, version?: string): Promise<readonly unknown[]> => {
    const answer = await migrate(cloud, id, asked, version);
    const [fault]: { message: string }[] = Object.values(answer.body ?? {});
    return [answer.status, fault?.message];
  };
  assert.deepEqual(await told({ block_migration: 'auto', host: source }), [
    400,
    `Unable to migrate instance (${id}) to current host (${source}).`,
  ]);
  assert.deepEqual(await told({ block_migration: 'auto', host: 'nope' }), [
    400,
    'Compute host nope could not be found.',
  ]);
  assert.equal((await told({ block_migration: 'auto', host: null }, '2.24'))[0], 400);
  const shared = `${source} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.`;
  assert.deepEqual(await told({ block_migration: false, host: null }, '2.33'), [400, shared]);
  assert.deepEqual(await told({ block_migration: false, host: null }, '2.34'), [202, undefined]);
  await eventually('failed', () => instances.read(cloud.store, id)?.fault?.message === shared);
  assert.deepEqual([instances.read(cloud.store, id)?.vmState, instances.read(cloud.store, id)?.move], ['active', null]);
  const path = `/servers/${id}/migrations/1`;
  const aborted = await cloud.call('DELETE', path, { as: 'admin', version: '2.24' });
  assert.equal(aborted.status, 409);
  assert.equal(
    aborted.body.conflictingRequest.message,
    `Cannot 'abort live migration' instance ${id} while it is in task_state None`,
  );
});

test('a live migration under way is shown, forced, and aborted: the server stays where it is', async () => {
  const slow = await startTestCloud({
    hosts: 2,
    latency: { spawn: 0, stop: 0, reboot: 0, delete: 0, migrate: 600_000 },
  });
  try {
    const { id, source, target } = await active(slow);
    await migrate(slow, id, { block_migration: 'auto', host: target });
    const admin = { as: 'admin', version: '2.80' } as const;
    const list = async () => (await slow.call('GET', `/servers/${id}/migrations`, admin)).body.migrations;
    await eventually('migrating', () => instances.read(slow.store, id)?.taskState === 'migrating');
    const [found] = await list();
    assert.deepEqual([found.status, found.source_compute, found.dest_compute], ['running', source, target]);
    await eventually('told of its progress', () => [...migrations.scan(slow.store)].some(({ progress }) => progress));
    const [told] = await list();
    const gib = 1024 ** 3;
    assert.deepEqual(
      [told.memory_total_bytes, told.memory_processed_bytes, told.memory_remaining_bytes, told.disk_total_bytes],
      [gib / 2, 0, gib / 2, gib],
    );
    const path = `/servers/${id}/migrations/${found.id}`;
    assert.deepEqual((await slow.call('GET', path, admin)).body, { migration: told });
    const unknown = await slow.call('DELETE', `/servers/${id}/migrations/99`, admin);
    assert.equal(unknown.status, 404);
    const forced = await slow.call('POST', `${path}/action`, { ...admin, body: { force_complete: null } });
    assert.equal(forced.status, 202);
    assert.equal((await slow.call('DELETE', path, admin)).status, 202);
    await eventually('given up', () => instances.read(slow.store, id)?.operation === null);
    const row = instances.read(slow.store, id);
    assert.deepEqual([row?.host, row?.vmState, row?.move], [source, 'active', null]);
    assert.equal(await powerOf(slow, source, id), 'running');
    assert.equal(allocations.read(slow.store, allocationId(id, 'move')), undefined);
    assert.deepEqual(await list(), []);
    const all = (await slow.call('GET', `/os-migrations?instance_uuid=${id}`, admin)).body.migrations;
    assert.equal(all[0].status, 'cancelled');
  } finally {
    await slow.close();
  }
});
