import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import { hosts } from '../../../../actors/host/row.ts';
import { numericId } from '../../../../http/compute/numeric-id.ts';
import { computeService } from '../../../../http/compute/services/reads.ts';
import { serviceView } from '../../../../http/compute/services/views.ts';
import { isoMicroseconds } from '../../../../http/compute/times.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
let server = '';
let home = '';
let empty = '';

const call = (method: string, path: string, version = '2.53', body?: unknown): Promise<Answered> =>
  cloud.call(method, `/os-services${path}`, { as: 'admin', version, ...(body === undefined ? {} : { body }) });
const serviceId = (host: string): string => hosts.read(cloud.store, host)?.serviceId ?? '';
const isDisabled = (host: string) => hosts.read(cloud.store, host)?.disabled;

before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
  server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const { body } = await cloud.call('GET', `/servers/${server}`, { as: 'admin' });
  home = body.server['OS-EXT-SRV-ATTR:host'];
  empty = home === 'sim-0' ? 'sim-1' : 'sim-0';
});
after(() => cloud.close());

test('the list names the services of the controller and one of each host', async () => {
  const { body } = await call('GET', '');
  const told = body.services.map((one: Record<string, unknown>) => [
    one['binary'],
    one['host'],
    one['zone'],
    one['state'],
  ]);
  assert.deepEqual(told, [
    ['nova-conductor', hostname(), 'internal', 'up'],
    ['nova-scheduler', hostname(), 'internal', 'up'],
    ['nova-compute', 'sim-0', 'nova', 'up'],
    ['nova-compute', 'sim-1', 'nova', 'up'],
  ]);
  assert.equal(new Set(body.services.map((one: { id: string }) => one.id)).size, 4);
});

test('host and binary select services', async () => {
  assert.equal((await call('GET', '?host=sim-1')).body.services.length, 1);
  assert.equal((await call('GET', '?binary=nova-compute')).body.services.length, 2);
  assert.equal((await call('GET', '?binary=nova-compute&host=none')).body.services.length, 0);
});

test('updated_at is the last heartbeat of a service, also when its host was last looked at long ago', async () => {
  const row = hosts.read(cloud.store, home);
  assert.ok(row);
  const { seenAtMs } = row;
  const shown = computeService({ ...row, lookEveryMs: 600_000 }, seenAtMs + 65_000);
  assert.equal(serviceView.at('2.53')(shown, null)['updated_at'], isoMicroseconds(seenAtMs + 60_000));
  const [listed] = (await call('GET', `?host=${home}`)).body.services;
  assert.ok(Date.parse(`${listed.updated_at}Z`) >= seenAtMs);
});

test('forced_down is shown from 2.11 on, and ids are numbers before 2.53', async () => {
  const [older] = (await call('GET', `?host=${home}`, '2.10')).body.services;
  assert.equal(older.forced_down, undefined);
  assert.equal(older.id, numericId(serviceId(home)));
  const [newer] = (await call('GET', `?host=${home}`, '2.11')).body.services;
  assert.equal(newer.forced_down, false);
});

test('a service is disabled with a reason and enabled again by its UUID', async () => {
  const path = `/${serviceId(home)}`;
  const disabled = await call('PUT', path, '2.53', { status: 'disabled', disabled_reason: 'new disk' });
  assert.equal(disabled.status, 200);
  assert.equal(disabled.body.service.status, 'disabled');
  assert.equal(disabled.body.service.disabled_reason, 'new disk');
  const enabled = await call('PUT', path, '2.53', { status: 'enabled' });
  assert.equal(enabled.body.service.status, 'enabled');
  assert.equal(enabled.body.service.disabled_reason, null);
});

test('a service is disabled and enabled by its host up to 2.52', async () => {
  const body = { host: home, binary: 'nova-compute' };
  assert.deepEqual((await call('PUT', '/disable', '2.1', body)).body, { service: { ...body, status: 'disabled' } });
  assert.equal(isDisabled(home), true);
  const logged = { ...body, disabled_reason: 'r' };
  assert.deepEqual((await call('PUT', '/disable-log-reason', '2.52', logged)).body, {
    service: { ...logged, status: 'disabled' },
  });
  assert.equal((await call('PUT', '/disable-log-reason', '2.52', body)).status, 400);
  assert.deepEqual((await call('PUT', '/enable', '2.1', body)).body, { service: { ...body, status: 'enabled' } });
  assert.equal(isDisabled(home), false);
});

test('a disabled host takes no new servers', async () => {
  const ids = [home, empty].map(serviceId);
  for (const id of ids) assert.equal((await call('PUT', `/${id}`, '2.53', { status: 'disabled' })).status, 200);
  const refused = await cloud.boot();
  await cloud.until(refused, 'ERROR');
  for (const id of ids) assert.equal((await call('PUT', `/${id}`, '2.53', { status: 'enabled' })).status, 200);
  const taken = await cloud.boot();
  await cloud.until(taken, 'ACTIVE');
  await cloud.call('DELETE', `/servers/${taken}`);
  await cloud.until(taken, 'gone');
});

const REFUSED: readonly (readonly [string, string, unknown, number, RegExp])[] = [
  ['2.10', '/force-down', { host: 'sim-0', binary: 'nova-compute' }, 404, /Unknown action/],
  ['2.11', '/force-down', { host: 'sim-0', binary: 'nova-compute' }, 400, /Missing forced_down field/],
  ['2.11', '/dance', { host: 'sim-0', binary: 'nova-compute' }, 404, /Unknown action/],
  ['2.1', '/enable', { host: 'none', binary: 'nova-compute' }, 404, /Could not find binary nova-compute on host none/],
  ['2.1', '/disable', { host: hostname(), binary: 'nova-scheduler' }, 400, /Only nova-compute services/],
  ['2.53', '/1', { status: 'enabled' }, 400, /Invalid uuid 1/],
  ['2.53', '/00000000-0000-4000-8000-000000000000', { status: 'enabled' }, 404, /Service 0{8}.* could not be found/],
];
for (const [version, path, body, status, message] of REFUSED) {
  test(`PUT ${path} with ${JSON.stringify(body)} at ${version} is ${status}`, async () => {
    const answer = await call('PUT', path, version, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(JSON.stringify(answer.body), message);
  });
}

test('a host that is forced down is down, and up again when that is taken back', async () => {
  const path = `/${serviceId(empty)}`;
  const forced = await call('PUT', path, '2.53', { forced_down: true });
  assert.deepEqual([forced.status, forced.body.service.state, forced.body.service.forced_down], [200, 'down', true]);
  const body = { host: empty, binary: 'nova-compute', forced_down: false };
  assert.deepEqual((await call('PUT', '/force-down', '2.11', body)).body, { service: body });
  for (let polls = 0; polls < 2_000 && hosts.read(cloud.store, empty)?.state !== 'up'; polls++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const [service] = (await call('GET', `?host=${empty}`)).body.services;
  assert.deepEqual([service.state, service.forced_down], ['up', false]);
});

test('a change that is none, and a reason for nothing, are 400', async () => {
  const path = `/${serviceId(home)}`;
  for (const body of [{}, { status: 'enabled', disabled_reason: 'r' }, { disabled_reason: 'r' }])
    assert.equal((await call('PUT', path, '2.53', body)).status, 400);
  assert.equal((await call('PUT', path, '2.53', { forced_down: false })).status, 200, 'it is so already');
});

test('a service is not deleted while its host has instances or is driven', async () => {
  assert.match((await call('DELETE', `/${serviceId(home)}`)).body.conflictingRequest.message, /hosting instances/);
  assert.match((await call('DELETE', `/${serviceId(empty)}`)).body.conflictingRequest.message, /configuration/);
  assert.equal((await call('DELETE', `/${numericId(serviceId(empty))}`, '2.52')).status, 409);
  assert.equal((await call('DELETE', '/1', '2.52')).status, 404);
  assert.equal((await call('DELETE', '/one', '2.52')).status, 400);
});

test('services are for administrators', async () => {
  assert.equal((await cloud.call('GET', '/os-services')).status, 403);
  const body = { status: 'enabled' };
  assert.equal((await cloud.call('PUT', `/os-services/${serviceId(home)}`, { version: '2.53', body })).status, 403);
  assert.equal((await cloud.call('DELETE', `/os-services/${serviceId(home)}`, { version: '2.53' })).status, 403);
});
