import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
let id = '';
let failed = '';

before(async () => {
  cloud = await startTestCloud({ quota: { ramMib: -1 } });
  id = await cloud.boot({ metadata: { role: 'web' } });
  failed = await cloud.boot({ flavorRef: '9', networks: 'none' });
  await cloud.until(id, 'ACTIVE');
  await cloud.until(failed, 'ERROR');
});
after(() => cloud.close());

const act = (body: object, server = id, as: 'member' | 'stranger' = 'member') =>
  cloud.call('POST', `/servers/${server}/action`, { body, as });

test('a server is stopped, started and rebooted, and each is recorded with its event', async () => {
  assert.equal((await act({ 'os-stop': null })).status, 202);
  await cloud.until(id, 'SHUTOFF');
  const again = await act({ 'os-stop': null });
  assert.equal(again.status, 409);
  assert.match(again.body.conflictingRequest.message, /Cannot 'stop' instance .* while it is in vm_state stopped/);
  assert.equal((await act({ 'os-start': null })).status, 202);
  await cloud.until(id, 'ACTIVE');
  assert.equal((await act({ reboot: { type: 'Soft' } })).status, 202);
  await cloud.until(id, 'ACTIVE');
  assert.equal((await act({ reboot: { type: 'HARD' } })).status, 202);
  await cloud.until(id, 'ACTIVE');
  const { body } = await cloud.call('GET', `/servers/${id}/os-instance-actions`, { version: '2.104' });
  const recorded = body.instanceActions.map((action: { action: string }) => action.action);
  assert.deepEqual(recorded, ['reboot', 'reboot', 'start', 'stop', 'create']);
});

test('an action shows its event to its owner from 2.51, to administrators always', async () => {
  const list = (await cloud.call('GET', `/servers/${id}/os-instance-actions`)).body.instanceActions;
  const path = `/servers/${id}/os-instance-actions/${list.at(-1).request_id}`;
  const show = async (as: 'member' | 'admin', version: string) =>
    (await cloud.call('GET', path, { as, version })).body.instanceAction;
  assert.equal((await show('member', '2.50')).events, undefined);
  const [event] = (await show('member', '2.104')).events;
  assert.equal(event.event, 'compute__do_build_and_run_instance');
  assert.equal(event.result, 'Success');
  assert.equal(event.hostId.length, 56);
  assert.equal('host' in event || 'traceback' in event || 'details' in event, false);
  const [whole] = (await show('admin', '2.84')).events;
  assert.equal(whole.host, 'sim-0');
  assert.equal(whole.details, null);
  assert.equal((await show('admin', '2.1')).events.length, 1);
});

test('instance actions come in pages from 2.58, and an unknown marker is refused', async () => {
  const path = `/servers/${id}/os-instance-actions`;
  const first = await cloud.call('GET', `${path}?limit=2`, { version: '2.58' });
  assert.equal(first.body.instanceActions.length, 2);
  const [link] = first.body.links;
  const next = await cloud.call('GET', link.href.slice('http://compute.example.com/v2.1'.length), { version: '2.58' });
  assert.equal(next.body.instanceActions.length, 2);
  assert.notEqual(next.body.instanceActions[0].request_id, first.body.instanceActions[1].request_id);
  assert.equal((await cloud.call('GET', `${path}?marker=x`, { version: '2.58' })).status, 400);
  assert.equal(
    (await cloud.call('GET', `${path}?changes-before=2000-01-01`, { version: '2.66' })).body.instanceActions.length,
    0,
  );
  assert.equal((await cloud.call('GET', `${path}/req-none`, { version: '2.58' })).status, 404);
});

test('the actions of a deleted server are shown from 2.21', async () => {
  const gone = await cloud.boot({ networks: 'none' });
  await cloud.until(gone, 'ACTIVE');
  await cloud.call('DELETE', `/servers/${gone}`);
  await cloud.until(gone, 'gone');
  const path = `/servers/${gone}/os-instance-actions`;
  assert.equal((await cloud.call('GET', path, { version: '2.20' })).status, 404);
  const { body } = await cloud.call('GET', path, { version: '2.21' });
  assert.deepEqual(
    body.instanceActions.map((action: { action: string }) => action.action),
    ['delete', 'create'],
  );
});

test('the console is given in full, by its last lines, and without control characters', async () => {
  const whole = (await act({ 'os-getConsoleOutput': {} })).body.output;
  assert.ok(whole.length > 0);
  assert.ok([...whole].every((char: string) => char >= ' ' || char === '\n' || char === '\t'));
  const last = (await act({ 'os-getConsoleOutput': { length: '2' } })).body.output;
  assert.ok(last.length > 0 && whole.trimEnd().endsWith(last.trimEnd()) && last.length <= whole.length);
  assert.equal((await act({ 'os-getConsoleOutput': { length: -1 } })).body.output, whole);
  assert.equal((await act({ 'os-getConsoleOutput': { length: -2 } })).status, 400);
});

test('a server without a host has no console, cannot be started, and shows its fault', async () => {
  assert.equal((await act({ 'os-getConsoleOutput': {} }, failed)).status, 409);
  assert.equal((await act({ 'os-start': null }, failed)).status, 409);
  const { server } = (await cloud.call('GET', `/servers/${failed}`)).body;
  assert.match(server.fault.message, /No valid host/);
  assert.equal(server.fault.code, 500);
  assert.equal('details' in server.fault || 'progress' in server, false);
  const admins = (await cloud.call('GET', `/servers/${failed}`, { as: 'admin' })).body.server;
  assert.equal(typeof admins.fault.details, 'string');
});

test('neither a foreign server nor an unknown one is there', async () => {
  assert.equal((await act({ 'os-stop': null }, id, 'stranger')).status, 404);
  const paths = ['', '/os-instance-actions', '/ips', '/metadata'];
  for (const path of paths) {
    assert.equal((await cloud.call('GET', `/servers/${id}${path}`, { as: 'stranger' })).status, 404);
    assert.equal((await cloud.call('GET', `/servers/${id}${path}`, { as: 'admin' })).status, 200);
  }
  assert.equal((await cloud.call('PUT', `/servers/${id}`, { as: 'stranger', body: { server: {} } })).status, 404);
  assert.equal((await cloud.call('DELETE', `/servers/${id}`, { as: 'stranger' })).status, 404);
  for (const unknown of ['00000000-0000-4000-8000-000000000000', 'x', 'x'.repeat(5000), id.toUpperCase()]) {
    assert.equal((await cloud.call('GET', `/servers/${unknown}`)).status, 404);
    assert.equal((await act({ 'os-stop': null }, unknown)).status, 404);
  }
});

test('PUT changes what it names, and shows more of the server from 2.75', async () => {
  const put = (server: object, version = '2.104') => cloud.call('PUT', `/servers/${id}`, { version, body: { server } });
  const changed = await put({
    name: 'renamed',
    description: 'new',
    accessIPv6: '2001:0DB8:0:0::0.0.0.2',
    'OS-DCF:diskConfig': 'AUTO',
    hostname: 'other',
  });
  assert.equal(changed.status, 200);
  const { server } = changed.body;
  assert.deepEqual(
    [
      server.name,
      server.description,
      server.accessIPv6,
      server['OS-DCF:diskConfig'],
      server['OS-EXT-SRV-ATTR:hostname'],
    ],
    ['renamed', 'new', '2001:db8::2', 'AUTO', 'other'],
  );
  assert.equal(server['OS-EXT-STS:vm_state'], 'active');
  const before275 = (await put({ description: null }, '2.74')).body.server;
  assert.equal(before275.description, null);
  assert.equal(before275.name, 'renamed');
  assert.equal('OS-EXT-STS:vm_state' in before275 || 'security_groups' in before275, false);
  assert.deepEqual(Object.keys(before275.addresses.default[0]).sort(), ['addr', 'version']);
  assert.equal((await put({ pinned_availability_zone: null })).status, 200);
  assert.equal((await put({ pinned_availability_zone: 'mars' })).status, 409);
  assert.equal((await put({ pinned_availability_zone: null }, '2.103')).status, 400);
  assert.equal((await cloud.call('GET', `/servers/${id}`)).body.server.name, 'renamed');
});

test('addresses and metadata of a server have addresses of their own', async () => {
  const get = async (path: string) => (await cloud.call('GET', `/servers/${id}${path}`)).body;
  const { addresses } = await get('/ips');
  assert.deepEqual(Object.keys(addresses.default[0]).sort(), ['addr', 'version']);
  assert.deepEqual(await get('/ips/default'), { default: addresses.default });
  assert.equal((await cloud.call('GET', `/servers/${id}/ips/constructor`)).status, 404);
  assert.deepEqual(await get('/metadata'), { metadata: { role: 'web' } });
  assert.deepEqual(await get('/metadata/role'), { meta: { role: 'web' } });
  assert.equal((await cloud.call('GET', `/servers/${id}/metadata/toString`)).status, 404);
});

test('links repeat the project of the URL only when it was there', async () => {
  const project = '6f70656e737461636b20342065766572';
  const { server } = (await cloud.call('GET', `/${project}/servers/${id}`)).body;
  assert.equal(server.links[0].href, `http://compute.example.com/v2.1/${project}/servers/${id}`);
  const plain = (await cloud.call('GET', `/servers/${id}`)).body.server;
  assert.equal(plain.links[1].href, `http://compute.example.com/servers/${id}`);
});
