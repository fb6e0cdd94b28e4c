import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../cloud.ts';

const PROJECT = '6f70656e737461636b20342065766572';
let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({ quota: { instances: 3 } });
  await cloud.until(await cloud.boot(), 'ACTIVE');
});
after(() => cloud.close());

test('a project sees its limits, those of the configuration', async () => {
  const { body } = await cloud.call('GET', `/os-quota-sets/${PROJECT}`, { version: '2.57' });
  const limits = {
    instances: 3,
    cores: 20,
    ram: 51_200,
    key_pairs: 100,
    metadata_items: 128,
    server_groups: 10,
    server_group_members: 10,
  };
  assert.deepEqual(body.quota_set, { id: PROJECT, ...limits });
  const defaults = await cloud.call('GET', `/os-quota-sets/${PROJECT}/defaults`, { version: '2.57' });
  assert.deepEqual(defaults.body.quota_set, { id: PROJECT, ...limits });
});

test('in detail it also sees what it has', async () => {
  const { body } = await cloud.call('GET', `/os-quota-sets/${PROJECT}/detail`, { version: '2.57' });
  assert.deepEqual(body.quota_set.instances, { limit: 3, in_use: 1, reserved: 0 });
  assert.deepEqual(body.quota_set.ram, { limit: 51_200, in_use: 512, reserved: 0 });
});

test("another project's limits are for administrators", async () => {
  assert.equal((await cloud.call('GET', `/os-quota-sets/${PROJECT}`, { as: 'stranger' })).status, 403);
  assert.equal((await cloud.call('GET', `/os-quota-sets/${PROJECT}/detail`, { as: 'stranger' })).status, 403);
  assert.equal((await cloud.call('GET', `/os-quota-sets/${PROJECT}`, { as: 'admin' })).status, 200);
});

test('limits of one project cannot be set yet, and that is said', async () => {
  const put = (as: 'admin' | 'member', quota_set: object) =>
    cloud.call('PUT', `/os-quota-sets/${PROJECT}`, { as, version: '2.57', body: { quota_set } });
  assert.equal((await put('member', { cores: 1 })).status, 403);
  assert.equal((await put('admin', { cores: -2 })).status, 400);
  assert.equal((await put('admin', { injected_files: 1 })).status, 400, 'gone with 2.57');
  assert.equal((await put('admin', { cores: 1 })).status, 501);
  assert.equal((await cloud.call('DELETE', `/os-quota-sets/${PROJECT}`, { as: 'admin' })).status, 202);
});
