import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
  await cloud.until(await cloud.boot(), 'ACTIVE');
});
after(() => cloud.close());

const admin = (method: string, path: string, body?: unknown) =>
  cloud.call(method, path, { as: 'admin', ...(body === undefined ? {} : { body }) });

test('hosts are listed with what they do, and by zone', async () => {
  const services = (await admin('GET', '/os-hosts')).body.hosts.map(({ service }: { service: string }) => service);
  assert.deepEqual(services, ['conductor', 'scheduler', 'compute', 'compute']);
  const computes = (await admin('GET', '/os-hosts?zone=nova')).body.hosts;
  assert.deepEqual(computes[0], { host_name: 'sim-0', service: 'compute', zone: 'nova' });
});

test('a host shows what it has, what is used, and by whom', async () => {
  const { body } = await admin('GET', '/os-hosts/sim-0');
  const byProject = body.host.map(({ resource }: { resource: { project: string; memory_mb: number } }) => [
    resource.project,
    resource.memory_mb,
  ]);
  assert.deepEqual(byProject, [
    ['(total)', 32_768],
    ['(used_now)', 512],
    ['(used_max)', 512],
    ['6f70656e737461636b20342065766572', 512],
  ]);
});

test('a host is disabled and enabled; what drivers cannot do is 501', async () => {
  const disabled = await admin('PUT', '/os-hosts/sim-1', { status: 'Disable' });
  assert.deepEqual(disabled.body, { host: 'sim-1', status: 'disabled' });
  assert.equal((await admin('GET', '/os-hosts?zone=nova')).body.hosts.length, 1);
  assert.deepEqual((await admin('PUT', '/os-hosts/sim-1', { status: 'enable' })).body.status, 'enabled');
  assert.equal((await admin('PUT', '/os-hosts/sim-1', { maintenance_mode: 'enable' })).status, 501);
  for (const action of ['reboot', 'shutdown', 'startup'])
    assert.equal((await admin('GET', `/os-hosts/sim-1/${action}`)).status, 501);
  assert.equal((await admin('GET', '/os-hosts/none/reboot')).status, 404);
  assert.equal((await admin('PUT', '/os-hosts/none', { status: 'enable' })).status, 404);
  assert.equal((await cloud.call('GET', '/os-hosts')).status, 403);
});
