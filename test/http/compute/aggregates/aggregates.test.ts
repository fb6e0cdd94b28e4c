import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hosts } from '../../../../actors/host/row.ts';
import { precachePlans, precaches } from '../../../../actors/precache/row.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';

/** One that can be booted, and one without bytes. */
const IMAGES = [anImage(), anImage({ id: '70a599e0-31e7-49b7-b260-868f441e862c', status: 'queued', contentId: null })];

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({ hosts: 2, images: IMAGES });
});
after(() => cloud.close());

const admin = (method: string, path: string, body?: unknown) =>
  cloud.call(method, path, { as: 'admin', version: '2.104', ...(body === undefined ? {} : { body }) });
const create = async (name: string, zone: string | null = null): Promise<number> =>
  (await admin('POST', '/os-aggregates', { aggregate: { name, availability_zone: zone } })).body.aggregate.id;
const act = (id: number, action: object) => admin('POST', `/os-aggregates/${id}/action`, action);
const zones = async (): Promise<readonly string[]> =>
  (await cloud.call('GET', '/os-availability-zone')).body.availabilityZoneInfo.map(
    (zone: { zoneName: string }) => zone.zoneName,
  );

test('a host in an aggregate with a zone is in that zone: servers asked into it go there', async () => {
  const id = await create('rack', 'rack-1');
  assert.deepEqual(await zones(), ['nova'], 'a zone without hosts is none');
  const added = await act(id, { add_host: { host: 'sim-1' } });
  assert.deepEqual(added.body.aggregate.hosts, ['sim-1']);
  assert.deepEqual(await zones(), ['nova', 'rack-1']);
  const server = await cloud.boot({ availability_zone: 'rack-1' });
  await cloud.until(server, 'ACTIVE');
  const shown = await admin('GET', `/servers/${server}`);
  assert.equal(shown.body.server['OS-EXT-SRV-ATTR:host'], 'sim-1');
  assert.equal(shown.body.server['OS-EXT-AZ:availability_zone'], 'rack-1');
  await assert.rejects(cloud.boot({ availability_zone: 'rack-9' }), /availability zone is not available/);

  const renamed = await admin('PUT', `/os-aggregates/${id}`, { aggregate: { availability_zone: 'rack-2' } });
  assert.equal(renamed.status, 400);
  assert.equal(
    renamed.body.badRequest.message,
    `Cannot update aggregate ${id}. Reason: One or more hosts contain instances in this zone.`,
  );
  assert.equal((await act(id, { remove_host: { host: 'sim-1' } })).status, 409);
  const other = await create('other', 'rack-2');
  const conflict = await act(other, { add_host: { host: 'sim-1' } });
  assert.equal(conflict.status, 409);
  assert.match(conflict.body.conflictingRequest.message, /already in availability zone\(s\) \['rack-1'\]/);
  await cloud.call('DELETE', `/servers/${server}`);
  await cloud.until(server, 'gone');
  assert.equal((await act(id, { remove_host: { host: 'sim-1' } })).status, 200);
  assert.deepEqual(await zones(), ['nova']);
});

test('what is not there is 404, what is no number 400, what is there twice 409', async () => {
  const id = await create('twice');
  assert.equal((await admin('POST', '/os-aggregates', { aggregate: { name: 'twice' } })).status, 409);
  assert.equal((await admin('GET', '/os-aggregates/99')).status, 404);
  assert.equal((await admin('GET', '/os-aggregates/99999999999999999999')).status, 404);
  assert.equal((await admin('GET', '/os-aggregates/x')).status, 400);
  assert.equal((await act(id, { add_host: { host: 'nowhere' } })).status, 404);
  assert.equal((await act(id, { remove_host: { host: 'sim-0' } })).status, 404);
  assert.equal((await act(99, { remove_host: { host: 'sim-0' } })).status, 404);
  await act(id, { add_host: { host: 'sim-0' } });
  assert.equal((await act(id, { add_host: { host: 'sim-0' } })).status, 409);
  assert.equal((await admin('DELETE', `/os-aggregates/${id}`)).status, 400, 'it has a host');
  const set = await act(id, { set_metadata: { metadata: { ssd: 'true', '': 'x' } } });
  assert.equal(set.status, 400);
  const mistyped = await act(id, { set_metadata: { metadata: { packing_policy: 'bestfit' } } });
  assert.equal(mistyped.status, 400);
  assert.match(
    mistyped.body.badRequest.message,
    /packing_policy is 'bestfit'; allowed are weights, first-fit, best-fit/,
  );
  const images = (cache: readonly object[]) => admin('POST', `/os-aggregates/${id}/images`, { cache });
  const image = '70a599e0-31e7-49b7-b260-868f441e862b';
  assert.equal((await images([{ id: image }, { id: image }])).status, 400);
  assert.equal((await images([{ id: '00000000-0000-4000-8000-000000000000' }])).status, 400);
});

test('images are made ready on the hosts of the aggregate that are up, and the requests leave nothing behind', async () => {
  const [ready = '', queued = ''] = IMAGES.map(({ id }) => id);
  const has = (host: string) => cloud.imageCaches.get(host)?.has('c1');
  const id = await create('images');
  for (const host of ['sim-0', 'sim-1']) await act(id, { add_host: { host } });
  const services = (await admin('GET', '/os-services?host=sim-1')).body.services;
  const down = `/os-services/${services[0].id}`;
  assert.equal((await admin('PUT', down, { forced_down: true })).status, 200);
  const cache = () => admin('POST', `/os-aggregates/${id}/images`, { cache: [{ id: ready }, { id: queued }] });
  assert.equal((await cache()).status, 202);
  const done = async (holds: () => boolean): Promise<void> => {
    for (let polls = 0; polls < 2_000 && !holds(); polls++) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(holds());
  };
  const isOver = () => [...precaches.scan(cloud.store)].length === 0;
  await done(() => has('sim-0') === true && isOver());
  assert.equal(has('sim-1'), false);
  assert.equal((await admin('PUT', down, { forced_down: false })).status, 200);
  await done(() => hosts.read(cloud.store, 'sim-1')?.state === 'up');
  assert.equal((await cache()).status, 202);
  await done(() => has('sim-1') === true && isOver());
  assert.deepEqual([...precachePlans.scan(cloud.store)], []);
});

test('aggregates are for administrators', async () => {
  for (const [method, path] of [
    ['GET', '/os-aggregates'],
    ['GET', '/os-aggregates/1'],
    ['DELETE', '/os-aggregates/1'],
  ] as const)
    assert.equal((await cloud.call(method, path)).status, 403);
  assert.equal((await cloud.call('POST', '/os-aggregates', { body: { aggregate: { name: 'a' } } })).status, 403);
});
