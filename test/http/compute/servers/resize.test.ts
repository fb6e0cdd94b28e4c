import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocationId, allocations } from '../../../../actors/cell/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { projects } from '../../../../actors/project/row.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ hosts: 2, quota: { ramMib: 5_000 } });
});
after(() => cloud.close());

const act = (id: string, body: object, as: 'member' | 'admin' = 'member', version = '2.104'): Promise<Answered> =>
  cloud.call('POST', `/servers/${id}/action`, { as, version, body });

const ramUsed = (): number => [...projects.scan(cloud.store)].reduce((sum, { ramMib }) => sum + ramMib, 0);

/** The memory that a server has claimed: what it has, and for a move. */
const claims = (id: string): readonly (number | undefined)[] => [
  allocations.read(cloud.store, allocationId(id))?.memoryMib,
  allocations.read(cloud.store, allocationId(id, 'move'))?.memoryMib,
];

async function active(): Promise<string> {
  const id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
  return id;
}

async function resized(id: string, flavorRef = '2'): Promise<void> {
  const answer = await act(id, { resize: { flavorRef } });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  await cloud.until(id, 'VERIFY_RESIZE');
}

const gone = async (id: string): Promise<void> => {
  await cloud.call('DELETE', `/servers/${id}`);
  await cloud.until(id, 'gone');
  assert.deepEqual(claims(id), [undefined, undefined]);
};

const guestsOf = (id: string): readonly string[] =>
  instances.read(cloud.store, id)?.host === undefined ? [] : [...cloud.hypervisors.keys()];

async function hostsWithGuest(id: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of guestsOf(id)) if ((await cloud.hypervisors.get(name)?.inspect(id))?.ok) found.push(name);
  return found;
}

test('a resize waits to be confirmed with both sizes claimed, and then has only the new one', async () => {
  const id = await active();
  const before = ramUsed();
  await resized(id);
  const shown = (await cloud.call('GET', `/servers/${id}`, { version: '2.104' })).body.server;
  assert.equal(shown.flavor.original_name, 'm1.small');
  assert.deepEqual(claims(id), [512, 2_048]);
  assert.equal(ramUsed() - before, 1_536);
  const confirmed = await act(id, { confirmResize: null });
  assert.equal(confirmed.status, 204);
  await cloud.until(id, 'ACTIVE');
  assert.deepEqual(claims(id), [2_048, undefined]);
  assert.deepEqual(await hostsWithGuest(id), [instances.read(cloud.store, id)?.host]);
  assert.equal(ramUsed() - before, 1_536);
  await gone(id);
  assert.equal(ramUsed(), before - 512);
});

test('a resize that is reverted has its old size, host and quota again, and runs', async () => {
  const id = await active();
  const before = ramUsed();
  const host = instances.read(cloud.store, id)?.host ?? '';
  await resized(id);
  assert.equal((await act(id, { revertResize: null })).status, 202);
  await cloud.until(id, 'ACTIVE');
  const row = instances.read(cloud.store, id);
  assert.deepEqual([row?.host, row?.flavor.flavorId, row?.move], [host, '1', null]);
  assert.deepEqual(claims(id), [512, undefined]);
  assert.equal(ramUsed(), before);
  assert.deepEqual(await hostsWithGuest(id), [host]);
  const report = await cloud.hypervisors.get(host)?.inspect(id);
  assert.equal(report?.ok && report.value.power, 'running');
  await gone(id);
});

test('a stopped server is resized without being started', async () => {
  const id = await active();
  await act(id, { 'os-stop': null });
  await cloud.until(id, 'SHUTOFF');
  await resized(id);
  await act(id, { confirmResize: null });
  await cloud.until(id, 'SHUTOFF');
  assert.equal(instances.read(cloud.store, id)?.flavor.flavorId, '2');
  await gone(id);
});

test('a migration leaves the host, takes its guest along, and is recorded', async () => {
  const id = await active();
  const host = instances.read(cloud.store, id)?.host ?? '';
  assert.equal((await act(id, { migrate: null })).status, 403);
  assert.equal((await act(id, { migrate: null }, 'admin')).status, 202);
  await cloud.until(id, 'VERIFY_RESIZE');
  const target = instances.read(cloud.store, id)?.host ?? '';
  assert.notEqual(target, host);
  assert.deepEqual([...(await hostsWithGuest(id))].sort(), [host, target].sort());
  const list = async (search: string, version = '2.80') =>
    (await cloud.call('GET', `/os-migrations?${search}`, { as: 'admin', version })).body.migrations;
  const [found] = await list(`instance_uuid=${id}`);
  assert.equal(found.status, 'finished');
  assert.equal(found.migration_type, 'migration');
  assert.deepEqual([found.source_compute, found.dest_compute], [host, target]);
  assert.equal(found.dest_node, `${target}.example.com`);
  await act(id, { confirmResize: null });
  await cloud.until(id, 'ACTIVE');
  assert.deepEqual(await hostsWithGuest(id), [target]);
  assert.equal((await list(`instance_uuid=${id}&status=confirmed`)).length, 1);
  assert.deepEqual(await list(`instance_uuid=${id}&status=finished`), []);
  await gone(id);
});

test('a deleted server that waits for its confirmation leaves no guest, no claim and no quota', async () => {
  const before = ramUsed();
  const id = await active();
  await act(id, { migrate: { host: null } }, 'admin');
  await cloud.until(id, 'VERIFY_RESIZE');
  await gone(id);
  for (const hypervisor of cloud.hypervisors.values()) assert.equal((await hypervisor.inspect(id)).ok, false);
  assert.equal(ramUsed(), before);
});

test('what cannot be resized or migrated is refused as by Nova', async () => {
  const id = await active();
  const host = instances.read(cloud.store, id)?.host ?? '';
  const told = async (body: object, as: 'member' | 'admin' = 'admin'): Promise<readonly unknown[]> => {
    const answer = await act(id, body, as);
    const [fault]: { message: string }[] = Object.values(answer.body);
    return [answer.status, fault?.message];
  };
  assert.deepEqual(await told({ resize: { flavorRef: '1' } }), [400, 'When resizing, instances must change flavor!']);
  assert.deepEqual(await told({ resize: { flavorRef: 'nope' } }), [400, 'Flavor nope could not be found.']);
  assert.deepEqual(await told({ confirmResize: null }), [
    409,
    `Cannot 'confirmResize' instance ${id} while it is in vm_state active`,
  ]);
  assert.deepEqual(await told({ migrate: { host } }), [400, 'Cannot migrate to the host where the server exists.']);
  assert.deepEqual(await told({ migrate: { host: 'nope' } }), [400, 'Compute host nope could not be found.']);
  const before = ramUsed();
  const [status, message] = await told({ resize: { flavorRef: '9' } }, 'member');
  assert.equal(status, 403);
  assert.match(String(message), /^Quota exceeded for ram: Requested 1048064, but already used \d+ of 5000 ram$/);
  assert.equal(instances.read(cloud.store, id)?.taskState, null);
  assert.equal(ramUsed(), before);
  await gone(id);
});

test('a move without a host for it leaves everything as it was, with a fault in the action', async () => {
  const id = await active();
  const [host] = await hostsWithGuest(id);
  const other = [...cloud.hypervisors.keys()].find((name) => name !== host) ?? '';
  cloud.hypervisors.get(other)?.setReachable(false);
  assert.equal((await act(id, { migrate: { host: other } }, 'admin')).status, 202);
  await cloud.until(id, 'ACTIVE');
  const ended = async () => instances.read(cloud.store, id)?.operation === null;
  for (let polls = 0; polls < 1_000 && !(await ended()); polls++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const row = instances.read(cloud.store, id);
  assert.deepEqual([row?.vmState, row?.host, row?.move, row?.powerState], ['active', host, null, 1]);
  assert.deepEqual(claims(id), [512, undefined]);
  const { migrations } = (await cloud.call('GET', `/os-migrations?instance_uuid=${id}`, { as: 'admin' })).body;
  assert.equal(migrations[0].status, 'error');
  cloud.hypervisors.get(other)?.setReachable(true);
  await gone(id);
});

test('a resize that nobody confirms is confirmed when its time is up', async () => {
  const own = await startTestCloud({ resizeConfirmWindowMs: 20 });
  try {
    const id = await own.boot();
    await own.until(id, 'ACTIVE');
    await own.call('POST', `/servers/${id}/action`, { body: { resize: { flavorRef: '2' } } });
    await own.until(id, 'ACTIVE');
    assert.equal((await own.call('GET', `/servers/${id}`)).body.server.flavor.id, '2');
  } finally {
    await own.close();
  }
});
