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

const put = (as: 'admin' | 'member', quota_set: object, query = '') =>
  cloud.call('PUT', `/os-quota-sets/${PROJECT}${query}`, { as, version: '2.57', body: { quota_set } });
const show = async (query = '') =>
  (await cloud.call('GET', `/os-quota-sets/${PROJECT}${query}`, { as: 'admin', version: '2.57' })).body.quota_set;
const forget = (query = '') => cloud.call('DELETE', `/os-quota-sets/${PROJECT}${query}`, { as: 'admin' });

test('limits of a project are set by administrators, hold at once, and can be forgotten', async () => {
  assert.equal((await put('member', { cores: 1 })).status, 403);
  assert.equal((await put('admin', { cores: -2 })).status, 400);
  assert.equal((await put('admin', { injected_files: 1 })).status, 400, 'gone with 2.57');
  const set = await put('admin', { instances: 1, metadata_items: 2 });
  assert.equal(set.status, 200);
  assert.equal(set.body.quota_set.id, undefined);
  assert.equal(set.body.quota_set.instances, 1);
  assert.equal((await show()).instances, 1);
  await assert.rejects(cloud.boot(), /Quota exceeded for instances/);
  await assert.rejects(cloud.boot({ metadata: { a: '1', b: '2', c: '3' } }), /metadata items exceeds 2/);
  const limits = await cloud.call('GET', '/limits');
  assert.equal(limits.body.limits.absolute.maxTotalInstances, 1);
  assert.equal((await forget()).status, 202);
  assert.equal((await show()).instances, 3);
});

test('a limit below what is used is refused, and forced', async () => {
  const refused = await put('admin', { ram: 1 });
  assert.equal(refused.status, 400);
  const message = 'Quota limit 1 for ram must be greater than or equal to already used and reserved 512.';
  assert.equal(refused.body.badRequest.message, message);
  assert.equal((await put('admin', { ram: 1, force: true })).status, 200);
  await forget();
});

test('a user has limits of its own within those of the project', async () => {
  const refused = await put('admin', { cores: 21 }, '?user_id=u1');
  assert.equal(refused.body.badRequest.message, 'Quota limit 21 for cores must be less than or equal to 20.');
  assert.equal((await put('admin', { cores: 1 }, '?user_id=u1')).body.quota_set.cores, 1);
  assert.equal((await show('?user_id=u1')).cores, 1);
  assert.equal((await show('?user_id=u9')).cores, 20);
  assert.equal((await show()).cores, 20);
  await assert.rejects(cloud.boot(), /Quota exceeded for cores/);
  await forget('?user_id=u1');
  assert.equal((await show('?user_id=u1')).cores, 20);
});

test('limits of networks are kept as they were set, below 2.36', async () => {
  const body = { quota_set: { floating_ips: 20 } };
  const set = await cloud.call('PUT', `/os-quota-sets/${PROJECT}`, { as: 'admin', body });
  assert.deepEqual([set.body.quota_set.floating_ips, set.body.quota_set.fixed_ips], [20, -1]);
  await forget();
});

test('the class default holds for projects without limits of their own', async () => {
  const setClass = (name: string, quota_class_set: object) =>
    cloud.call('PUT', `/os-quota-class-sets/${name}`, { as: 'admin', version: '2.57', body: { quota_class_set } });
  await put('admin', { cores: 5 });
  await setClass('default', { cores: 7, instances: 8 });
  await setClass('gold', { cores: 99 });
  const { cores, instances } = await show();
  assert.deepEqual([cores, instances], [5, 8]);
  const defaults = await cloud.call('GET', `/os-quota-sets/${PROJECT}/defaults`, { version: '2.57' });
  assert.deepEqual([defaults.body.quota_set.cores, defaults.body.quota_set.instances], [7, 8]);
  const gold = await cloud.call('GET', '/os-quota-class-sets/gold', { as: 'admin', version: '2.57' });
  assert.deepEqual(
    [gold.body.quota_class_set.id, gold.body.quota_class_set.cores, gold.body.quota_class_set.instances],
    ['gold', 99, 3],
  );
  assert.equal((await cloud.call('GET', '/os-quota-class-sets/default')).status, 403);
  const long = await setClass('x'.repeat(256), { cores: 1 });
  assert.equal(long.status, 400);
});
