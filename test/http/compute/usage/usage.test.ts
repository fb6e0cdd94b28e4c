import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { periodOf } from '../../../../http/compute/usage/period.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';

const PROJECT = '6f70656e737461636b20342065766572';
const ALWAYS = 'start=2020-01-01T00:00:00&end=2999-01-01T00:00:00.000';
let cloud: TestCloud;
let ids: string[] = [];

before(async () => {
  cloud = await startTestCloud({ quota: { ramMib: -1 } });
  for (let index = 0; index < 3; index++) {
    const id = await cloud.boot({ flavorRef: '2' });
    await cloud.until(id, 'ACTIVE');
    ids.push(id);
  }
  const failed = await cloud.boot({ flavorRef: '9' });
  await cloud.until(failed, 'ERROR');
  ids = ids.sort();
  const [gone = ''] = ids;
  await cloud.call('DELETE', `/servers/${gone}`);
  await cloud.until(gone, 'gone');
});
after(() => cloud.close());

const get = (path: string, as: 'admin' | 'member' | 'stranger' = 'admin', version = '2.104') =>
  cloud.call('GET', `/os-simple-tenant-usage${path}`, { as, version });

test('a project sees how long its servers ran, deleted ones too, and those that never did not', async () => {
  const { body } = await get(`/${PROJECT}?${ALWAYS}`, 'member');
  const usage = body.tenant_usage;
  assert.deepEqual(
    usage.server_usages.map((one: { instance_id: string }) => one.instance_id),
    ids,
  );
  const [gone, other] = usage.server_usages;
  assert.deepEqual([gone.state, other.state, other.ended_at], ['terminated', 'active', null]);
  const hours = usage.server_usages.reduce((sum: number, one: { hours: number }) => sum + one.hours, 0);
  assert.ok(Math.abs(usage.total_hours - hours) < 1e-9);
  assert.ok(Math.abs(usage.total_memory_mb_usage - hours * 2048) < 1e-6);
  assert.ok(hours > 0 && hours < 1);
  assert.deepEqual((await get(`/${PROJECT}?start=2020-01-01T00:00:00&end=2021-01-01T00:00:00`)).body, {
    tenant_usage: {},
  });
});

test('administrators see all projects, in detail when they ask for it', async () => {
  const plain = await get(`?${ALWAYS}`);
  assert.equal(plain.body.tenant_usages[0].tenant_id, PROJECT);
  assert.equal(plain.body.tenant_usages[0].server_usages, undefined);
  assert.equal((await get(`?${ALWAYS}&detailed=1`)).body.tenant_usages[0].server_usages.length, 3);
  assert.equal((await get(`?${ALWAYS}`, 'member')).status, 403);
  assert.equal((await get(`/${PROJECT}?${ALWAYS}`, 'stranger')).status, 403);
});

test('pages go from server to server from 2.40 on', async () => {
  const first = await get(`/${PROJECT}?${ALWAYS}&limit=2`);
  assert.equal(first.body.tenant_usage.server_usages.length, 2);
  const [link] = first.body.tenant_usage_links;
  assert.equal(new URL(link.href).searchParams.get('marker'), ids[1]);
  const { pathname, search } = new URL(link.href);
  const second = await cloud.call('GET', `${pathname.replace('/v2.1', '')}${search}`, { as: 'admin', version: '2.40' });
  assert.equal(second.body.tenant_usage.server_usages[0].instance_id, ids[2]);
  assert.equal(second.body.tenant_usage_links, undefined);
  assert.equal((await get(`?${ALWAYS}&marker=x`)).status, 400);
  const old = await get(`/${PROJECT}?${ALWAYS}&limit=2`, 'admin', '2.39');
  assert.equal(old.body.tenant_usage.server_usages.length, 3);
  assert.equal(old.body.tenant_usage_links, undefined);
});

test('a period that is none is refused', async () => {
  for (const query of ['?start=x', '?start=2020-13-01T00:00:00', `?start=2020-01-02T00:00:00&end=2020-01-01T00:00:00`])
    assert.equal((await get(query)).status, 400, query);
  // Nova asks the clock twice, and the first time is before the second.
  assert.equal((await get('')).status, 200);
});

test('times are read in the three forms that Nova takes, and no period ends after now', () => {
  const start = Date.UTC(2020, 1, 29, 1, 2, 3);
  for (const text of ['2020-02-29T01:02:03', '2020-02-29T01:02:03.0', '2020-02-29 01:02:03.000000'])
    assert.deepEqual(periodOf({ start: [text] }, start + 1000), { startMs: start, stopMs: start + 1000 }, text);
  for (const text of ['2020-02-29 01:02:03', '2021-02-29T01:02:03', '2020-02-29T25:02:03', '2020-02-29'])
    assert.ok('kind' in periodOf({ start: [text] }, start + 1000), text);
  const late = periodOf({ start: ['2020-02-29T01:02:03'], end: ['2999-01-01T00:00:00'] }, start + 5);
  assert.deepEqual(late, { startMs: start, stopMs: start + 5 });
});

test('the audit log says that no host was audited', async () => {
  const log = (path: string) =>
    cloud.call('GET', `/os-instance_usage_audit_log${path}`, { as: 'admin', version: '2.104' });
  const { body } = await log('/2012-07-05%2010:00:00');
  const { period_beginning, period_ending, overall_status, hosts_not_run } = body.instance_usage_audit_log;
  assert.deepEqual([period_beginning, period_ending], ['2012-06-01 00:00:00', '2012-07-01 00:00:00']);
  assert.deepEqual([overall_status, hosts_not_run], ['0 of 1 hosts done. 0 errors.', ['sim-0']]);
  assert.equal((await log('')).status, 200);
  for (const id of ['x', '2012-07-05', '2012-13-05%2010:00:00']) assert.equal((await log(`/${id}`)).status, 400, id);
});
