import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anImage, type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({ hosts: 2, quota: { serverGroups: 4, serverGroupMembers: 3 } });
});
after(() => cloud.close());

const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'member') =>
  cloud.call(method, path, { as, version: '2.104', ...(body === undefined ? {} : { body }) });
const create = async (server_group: object): Promise<string> =>
  (await call('POST', '/os-server-groups', { server_group })).body.server_group.id;
const bootIn = (group: string, server: object = {}) =>
  call('POST', '/servers', {
    server: { name: 'web', imageRef: anImage().id, flavorRef: '1', networks: 'none', ...server },
    'os:scheduler_hints': { group },
  });

test('servers of an anti-affinity group run on different hosts and are its members until they are deleted', async () => {
  const group = await create({ name: 'apart', policy: 'anti-affinity' });
  const ids: string[] = [];
  for (let index = 0; index < 2; index++) {
    const { body } = await bootIn(group);
    ids.push(body.server.id);
    await cloud.until(body.server.id, 'ACTIVE');
  }
  const hosts = await Promise.all(
    ids.map(async (id) => (await call('GET', `/servers/${id}`, undefined, 'admin')).body.server),
  );
  assert.equal(new Set(hosts.map((server) => server['OS-EXT-SRV-ATTR:host'])).size, 2);
  assert.deepEqual(hosts[0].server_groups, [group]);
  assert.deepEqual(hosts[0].scheduler_hints, { group });
  const third = await bootIn(group);
  await cloud.until(third.body.server.id, 'ERROR');
  const [first = '', second] = ids;
  const shown = await call('GET', `/os-server-groups/${group}`);
  assert.deepEqual(shown.body.server_group.members, [first, second, third.body.server.id]);
  assert.equal((await bootIn(group)).status, 403, 'no more than three members');
  for (const id of [first, third.body.server.id]) {
    await call('DELETE', `/servers/${id}`);
    await cloud.until(id, 'gone');
  }
  const left = await call('GET', `/os-server-groups/${group}`);
  assert.deepEqual(left.body.server_group.members, [second]);
  assert.equal((await call('DELETE', `/os-server-groups/${group}`)).status, 204);
  assert.deepEqual((await call('GET', `/servers/${second}`)).body.server.server_groups, []);
  assert.equal((await bootIn(group)).status, 400, 'there is no such group any more');
});

test('a project sees and uses its own groups only, administrators all', async () => {
  const group = await create({ name: 'mine', policy: 'affinity' });
  assert.equal((await call('GET', `/os-server-groups/${group}`, undefined, 'stranger')).status, 403);
  assert.equal((await call('DELETE', `/os-server-groups/${group}`, undefined, 'stranger')).status, 403);
  const foreign = await call('GET', '/os-server-groups?all_projects=1', undefined, 'stranger');
  assert.deepEqual(foreign.body.server_groups, []);
  const all = await call('GET', '/os-server-groups?all_projects=1', undefined, 'admin');
  assert.equal(all.body.server_groups.length, 1);
  const options = { as: 'stranger', version: '2.104' } as const;
  const server = { name: 'x', imageRef: anImage().id, flavorRef: '1', networks: 'none' };
  const taken = await cloud.call('POST', '/servers', {
    ...options,
    body: { server, 'os:scheduler_hints': { group } },
  });
  assert.equal(taken.status, 400);
  await call('DELETE', `/os-server-groups/${group}`);
  assert.equal((await call('GET', `/os-server-groups/${group}`)).status, 404);
  assert.equal((await call('GET', '/os-server-groups/%00')).status, 404);
});

test('a project has so many groups, and pages go by offset', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await create({ name, policy: 'soft-affinity' });
  const more = await call('POST', '/os-server-groups', { server_group: { name: 'e', policy: 'affinity' } });
  assert.equal(more.status, 403);
  assert.equal(more.body.forbidden.message, 'Quota exceeded, too many server groups.');
  const page = await call('GET', '/os-server-groups?limit=2&offset=1');
  assert.deepEqual(
    page.body.server_groups.map(({ name }: { name: string }) => name),
    ['b', 'c'],
  );
  assert.equal((await call('GET', '/limits')).body.limits.absolute.totalServerGroupsUsed, 4);
});

test('rules are for anti-affinity', async () => {
  const server_group = { name: 'r', policy: 'affinity', rules: { max_server_per_host: 2 } };
  const refused = await call('POST', '/os-server-groups', { server_group });
  assert.equal(refused.status, 400);
  assert.equal(refused.body.badRequest.message, 'Only anti-affinity policy supports rules.');
});
