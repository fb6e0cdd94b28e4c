import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../cloud.ts';

const PROJECT = '6f70656e737461636b20342065766572';
let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({ quota: { cores: 8 } });
  for (const flavorRef of ['1', '2']) await cloud.until(await cloud.boot({ flavorRef }), 'ACTIVE');
});
after(() => cloud.close());

test('limits show what the project has of them', async () => {
  const { body } = await cloud.call('GET', '/limits', { version: '2.57' });
  assert.deepEqual(body, {
    limits: {
      rate: [],
      absolute: {
        maxServerMeta: 128,
        maxTotalInstances: 10,
        maxTotalCores: 8,
        maxTotalRAMSize: 51_200,
        maxTotalKeypairs: 100,
        maxServerGroups: 10,
        maxServerGroupMembers: 10,
        totalInstancesUsed: 2,
        totalCoresUsed: 2,
        totalRAMUsed: 2560,
        totalServerGroupsUsed: 0,
      },
    },
  });
});

test('another project has other counts, which administrators may see', async () => {
  const used = async (path: string, as: 'admin' | 'stranger') =>
    (await cloud.call('GET', path, { as })).body.limits.absolute.totalInstancesUsed;
  assert.equal(await used('/limits', 'stranger'), 0);
  assert.equal(await used(`/limits?tenant_id=${PROJECT}`, 'admin'), 2);
  assert.equal((await cloud.call('GET', `/limits?tenant_id=${PROJECT}`, { as: 'stranger' })).status, 403);
});

test('limits of images, files and networks went away with 2.36, 2.39 and 2.57', async () => {
  const has = async (version: string, name: string): Promise<boolean> =>
    Object.hasOwn((await cloud.call('GET', '/limits', { version })).body.limits.absolute, name);
  for (const [name, last, first] of [
    ['maxSecurityGroups', '2.35', '2.36'],
    ['totalFloatingIpsUsed', '2.35', '2.36'],
    ['maxImageMeta', '2.38', '2.39'],
    ['maxPersonality', '2.56', '2.57'],
  ] as const) {
    assert.equal(await has(last, name), true, `${name} at ${last}`);
    assert.equal(await has(first, name), false, `${name} at ${first}`);
  }
});

test('limits are those of the project, also for a user who has others', async () => {
  const body = { quota_set: { cores: 3 } };
  const path = `/os-quota-sets/${PROJECT}?user_id=u1`;
  const set = await cloud.call('PUT', path, { as: 'admin', body });
  assert.equal(set.status, 200, JSON.stringify(set.body));
  assert.equal((await cloud.call('GET', path)).body.quota_set.cores, 3);
  assert.equal((await cloud.call('GET', '/limits')).body.limits.absolute.maxTotalCores, 8);
});
