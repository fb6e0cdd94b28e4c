import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { registerHost, setHostForcedDown } from '../../../../actors/host/client.ts';
import { hosts } from '../../../../actors/host/row.ts';
import { numericId } from '../../../../http/compute/numeric-id.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
let server = '';
let home = '';

const get = (path: string, version = '2.87'): Promise<Answered> =>
  cloud.call('GET', `/os-hypervisors${path}`, { as: 'admin', version });
const uuidOf = (host: string): string => hosts.read(cloud.store, host)?.hypervisorId ?? '';
/** What python-openstackclient makes its columns of. */
const UPTIME = /^\s*(.+)\sup\s+(.+),\s+(.+)\susers?,\s+load average:\s(.+)$/;
const hostnames = (answer: Answered): string[] =>
  answer.body.hypervisors.map((one: { hypervisor_hostname: string }) => one.hypervisor_hostname);

before(async () => {
  cloud = await startTestCloud({ hosts: 3 });
  server = await cloud.boot({ flavorRef: '2' });
  await cloud.until(server, 'ACTIVE');
  const { body } = await cloud.call('GET', `/servers/${server}`, { as: 'admin' });
  home = body.server['OS-EXT-SRV-ATTR:host'];
  // A host that has never answered: nothing is known of its hypervisor.
  await registerHost(cloud.system, { name: 'silent', cell: 'cell1', zone: 'nova', lookEveryMs: 60_000 });
});
after(() => cloud.close());

test('a hypervisor shows what it has and what its instances take of it', async () => {
  const { body } = await get(`/${uuidOf(home)}`);
  const { id, service, running_vms, ...rest } = body.hypervisor;
  assert.equal(id, uuidOf(home));
  assert.deepEqual(service, { id: hosts.read(cloud.store, home)?.serviceId, host: home, disabled_reason: null });
  assert.deepEqual(rest, {
    hypervisor_hostname: `${home}.example.com`,
    hypervisor_type: 'sim',
    hypervisor_version: 1_000_000,
    host_ip: '127.0.0.1',
    state: 'up',
    status: 'enabled',
    cpu_info: { arch: 'x86_64', model: 'sim' },
    vcpus: 16,
    vcpus_used: 1,
    memory_mb: 32_768,
    memory_mb_used: 2048,
    free_ram_mb: 30_720,
    local_gb: 1000,
    local_gb_used: 1,
    free_disk_gb: 999,
    disk_available_least: null,
    current_workload: 0,
  });
});

test('cpu_info is text before 2.28, and resources are gone from 2.88 on', async () => {
  const number = numericId(uuidOf(home));
  const older = await get(`/${number}`, '2.27');
  assert.equal(older.body.hypervisor.id, number);
  assert.deepEqual(JSON.parse(older.body.hypervisor.cpu_info), { arch: 'x86_64', model: 'sim' });
  const newer = await get(`/${uuidOf(home)}`, '2.88');
  assert.match(newer.body.hypervisor.uptime, UPTIME);
  assert.equal(newer.body.hypervisor.vcpus, undefined);
});

test('ids are stable numbers before 2.53 and UUIDs from there on', async () => {
  assert.equal((await get(`/${uuidOf(home)}`, '2.52')).status, 404);
  assert.equal((await get('/1', '2.53')).status, 400);
  const unknown = await get('/00000000-0000-4000-8000-000000000000', '2.53');
  assert.equal(unknown.status, 404);
  assert.match(unknown.body.itemNotFound.message, /^Hypervisor with ID '0{8}.*' could not be found\.$/);
  assert.equal((await get(`/${uuidOf(home).toUpperCase()}`, '2.53')).status, 200);
});

test('a host whose hypervisor has never answered is not listed', async () =>
  assert.equal(hostnames(await get('')).length, 3));

test('instances are shown when asked for; a hypervisor without any has an empty list from 2.75 on', async () => {
  for (const [version, empty] of [
    ['2.74', undefined],
    ['2.75', []],
  ] as const) {
    const { body } = await get('?with_servers=true', version);
    for (const { hypervisor_hostname: name, servers } of body.hypervisors) {
      const expected =
        name === `${home}.example.com` ? [{ name: `instance-${server.slice(-8)}`, uuid: server }] : empty;
      assert.deepEqual(servers, expected);
    }
  }
  assert.equal((await get(`/${uuidOf(home)}`, '2.75')).body.hypervisor.servers, undefined);
});

test('a list comes in pages from 2.33 on', async () => {
  const all = hostnames(await get('', '2.32'));
  const first = await get('?limit=2', '2.53');
  assert.deepEqual(hostnames(first), all.slice(0, 2));
  const { href } = first.body.hypervisors_links[0];
  const second = await get(href.slice(href.indexOf('os-hypervisors') + 14), '2.53');
  assert.deepEqual(hostnames(second), all.slice(2));
  assert.equal(second.body.hypervisors_links, undefined);
  const marker = first.body.hypervisors[1].id;
  const byNumber = await get(`?marker=${numericId(marker)}`, '2.33');
  assert.deepEqual(hostnames(byNumber), all.slice(2));
  const refused = await get('?marker=none', '2.53');
  assert.equal(refused.status, 400);
  assert.match(refused.body.badRequest.message, /marker \[none\] not found/);
  assert.equal(hostnames(await get('?limit=1', '2.32')).length, 3, 'no pages before 2.33');
});

test('a pattern selects by a part of the name, and does not go with pages', async () => {
  assert.deepEqual(hostnames(await get('?hypervisor_hostname_pattern=SIM-1', '2.53')), ['sim-1.example.com']);
  const none = await get('?hypervisor_hostname_pattern=nothing', '2.53');
  assert.equal(none.status, 404);
  assert.equal(none.body.itemNotFound.message, "No hypervisor matching 'nothing' could be found.");
  assert.equal((await get('?hypervisor_hostname_pattern=sim&limit=1', '2.53')).status, 400);
  assert.deepEqual(hostnames(await get('/sim-2/search', '2.52')), ['sim-2.example.com']);
  assert.equal((await get('/nothing/search', '2.52')).status, 404);
  assert.equal((await get('/nothing/servers', '2.52')).status, 404);
});

test('statistics are sums over hypervisors that are enabled', async () => {
  const { body } = await get('/statistics');
  assert.equal(body.hypervisor_statistics.count, 3);
  assert.equal(body.hypervisor_statistics.vcpus, 48);
  assert.equal(body.hypervisor_statistics.memory_mb_used, 2048);
  assert.equal(body.hypervisor_statistics.free_ram_mb, 3 * 32_768 - 2048);
});

test('a hypervisor tells how long its host has been up: in a call of its own before 2.88', async () => {
  const { status, body } = await get(`/${uuidOf(home)}/uptime`);
  const { uptime, ...rest } = body.hypervisor;
  assert.equal(status, 200);
  assert.match(uptime, UPTIME);
  assert.deepEqual(rest, {
    id: uuidOf(home),
    hypervisor_hostname: `${home}.example.com`,
    state: 'up',
    status: 'enabled',
  });
  assert.equal((await get('/00000000-0000-4000-8000-000000000000/uptime')).status, 404);
});

test('the uptime of a host that is down is not to be had: 400, and null from 2.88 on', async () => {
  await setHostForcedDown(cloud.system, 'sim-2', true);
  const { status, body } = await get(`/${uuidOf('sim-2')}/uptime`);
  assert.equal(status, 400);
  assert.equal(body.badRequest.message, 'Compute service of sim-2 is unavailable at this time.');
  assert.equal((await get(`/${uuidOf('sim-2')}`, '2.88')).body.hypervisor.uptime, null);
});

test('hypervisors are for administrators', async () => {
  for (const path of ['', '/detail', '/statistics', '/1', '/1/uptime', '/1/search', '/1/servers'])
    assert.equal((await cloud.call('GET', `/os-hypervisors${path}`)).status, 403, path);
});

test('a number is between 1 and the largest of 31 bits', () => {
  assert.equal(numericId('00000000-0000-4000-8000-000000000000'), 1);
  assert.equal(numericId('ffffffff-ffff-4fff-8fff-ffffffffffff'), 2_147_483_647);
  assert.equal(numericId('00000000-0000-7000-8000-00000000002a'), 42);
});
