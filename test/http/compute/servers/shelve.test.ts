import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocationId, allocations } from '../../../../actors/cell/row.ts';
import { images } from '../../../../actors/image/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
});
after(() => cloud.close());

const act = (own: TestCloud, id: string, body: object, version = '2.104', as: 'member' | 'admin' = 'member') =>
  own.call('POST', `/servers/${id}/action`, { as, version, body });

const imagesOf = (own: TestCloud): readonly string[] => [...images.scan(own.store)].map(({ name }) => name ?? '');

async function active(own: TestCloud): Promise<string> {
  const id = await own.boot();
  await own.until(id, 'ACTIVE');
  return id;
}

const told = (answer: Answered): readonly unknown[] => {
  const [fault]: { message: string }[] = Object.values(answer.body);
  return [answer.status, fault?.message];
};

async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let polls = 0; polls < 2_000; polls++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(what);
}

test('a shelved server is an image and holds no host; unshelved it runs from it, and the image is gone', async () => {
  const id = await active(cloud);
  assert.equal((await act(cloud, id, { shelve: null })).status, 202);
  await cloud.until(id, 'SHELVED_OFFLOADED');
  assert.deepEqual(imagesOf(cloud), ['web-shelved']);
  const shelved = instances.read(cloud.store, id);
  assert.deepEqual([shelved?.host, shelved?.powerState], [null, 4]);
  assert.equal(allocations.read(cloud.store, allocationId(id)), undefined);
  for (const hypervisor of cloud.hypervisors.values()) assert.equal((await hypervisor.inspect(id)).ok, false);
  assert.equal((await act(cloud, id, { unshelve: null })).status, 202);
  await cloud.until(id, 'ACTIVE');
  const row = instances.read(cloud.store, id);
  assert.equal(row?.rootImage?.contentId, shelved?.shelved?.image?.contentId);
  assert.equal(row?.shelved, null);
  assert.equal(allocations.read(cloud.store, allocationId(id))?.host, row?.host);
  const report = await cloud.hypervisors.get(row?.host ?? '')?.inspect(id);
  assert.equal(report?.ok && report.value.power, 'running');
  await eventually('the image is gone', () => imagesOf(cloud).length === 0);
});

test('a shelved server that is deleted takes its image along', async () => {
  const id = await active(cloud);
  await act(cloud, id, { shelve: null });
  await cloud.until(id, 'SHELVED_OFFLOADED');
  await cloud.call('DELETE', `/servers/${id}`);
  await cloud.until(id, 'gone');
  await eventually('the image is gone', () => imagesOf(cloud).length === 0);
});

test('a server may come back in a zone or on a host, when it was offloaded', async () => {
  const id = await active(cloud);
  const unshelve = (place: object, version?: string, as?: 'member' | 'admin') =>
    act(cloud, id, { unshelve: place }, version, as);
  await act(cloud, id, { shelve: null });
  await cloud.until(id, 'SHELVED_OFFLOADED');
  assert.equal((await unshelve({ host: 'sim-1' })).status, 403);
  assert.deepEqual(told(await unshelve({ host: 'nope' }, '2.91', 'admin')), [
    400,
    'Compute host nope could not be found.',
  ]);
  assert.deepEqual(told(await unshelve({ availability_zone: 'mars' }, '2.77')), [
    400,
    'The requested availability zone is not available',
  ]);
  assert.equal((await unshelve({ host: 'sim-1' }, '2.77', 'admin')).status, 400);
  assert.equal((await unshelve({ availability_zone: 'nova', host: 'sim-1' }, '2.91', 'admin')).status, 202);
  await cloud.until(id, 'ACTIVE');
  const row = instances.read(cloud.store, id);
  assert.deepEqual([row?.host, row?.requestedZone], ['sim-1', 'nova']);
});

test('with a window for it a shelved server keeps its host until it is offloaded by hand or in time', async () => {
  const own = await startTestCloud({ shelvedOffloadMs: null });
  try {
    const id = await active(own);
    await act(own, id, { shelve: null });
    await own.until(id, 'SHELVED');
    assert.equal(instances.read(own.store, id)?.host, 'sim-0');
    assert.deepEqual(told(await act(own, id, { unshelve: { availability_zone: 'nova' } }, '2.77')), [
      409,
      `Specifying an availability zone or a host when unshelving server "${id}" with status "shelved" is not supported. The server status must be SHELVED_OFFLOADED.`,
    ]);
    await act(own, id, { unshelve: null });
    await own.until(id, 'ACTIVE');
    await act(own, id, { shelve: null });
    await own.until(id, 'SHELVED');
    assert.equal((await act(own, id, { shelveOffload: null })).status, 403);
    assert.equal((await act(own, id, { shelveOffload: null }, '2.104', 'admin')).status, 202);
    await own.until(id, 'SHELVED_OFFLOADED');
    assert.deepEqual(told(await act(own, id, { shelve: null })), [
      409,
      `Cannot 'shelve' instance ${id} while it is in vm_state shelved_offloaded`,
    ]);
  } finally {
    await own.close();
  }
  const timed = await startTestCloud({ shelvedOffloadMs: 20 });
  try {
    const id = await active(timed);
    await act(timed, id, { shelve: null });
    await timed.until(id, 'SHELVED_OFFLOADED');
  } finally {
    await timed.close();
  }
});
