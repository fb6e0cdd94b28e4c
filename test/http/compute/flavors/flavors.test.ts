import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

const PROJECT = '6f70656e737461636b20342065766572';
let cloud: TestCloud;

const admin = (method: string, path: string, body?: unknown, version = '2.61'): Promise<Answered> =>
  cloud.call(method, path, { as: 'admin', version, ...(body === undefined ? {} : { body }) });

const names = (answer: Answered): string[] => answer.body.flavors.map((flavor: { name: string }) => flavor.name);
const list = async (query: string, as: 'admin' | 'member' | 'stranger' = 'member', version = '2.104') =>
  names(await cloud.call('GET', `/flavors${query}`, { as, version }));

before(async () => {
  cloud = await startTestCloud({ hosts: 0, withNetwork: false });
  const wanted = [
    { id: 'a', name: 'zeta', ram: 4096, vcpus: 4, disk: 40, swap: 64 },
    { id: 'b', name: 'shared', ram: 1024, vcpus: 2, disk: 0, 'os-flavor-access:is_public': false },
    { id: 'c', name: 'secret', ram: 128, vcpus: 2, disk: 0, 'os-flavor-access:is_public': 'no' },
  ];
  for (const flavor of wanted) assert.equal((await admin('POST', '/flavors', { flavor })).status, 200);
  assert.equal((await admin('POST', '/flavors/b/action', { addTenantAccess: { tenant: PROJECT } })).status, 200);
});
after(() => cloud.close());

test('a list holds public flavors and those of the project, by id', async () => {
  assert.deepEqual(await list(''), ['m1.tiny', 'm1.small', 'm1.huge', 'zeta', 'shared']);
  assert.deepEqual(await list('', 'stranger'), ['m1.tiny', 'm1.small', 'm1.huge', 'zeta']);
});

test('is_public is for administrators; others get what they may use whatever it says', async () => {
  assert.deepEqual(await list('?is_public=False', 'admin'), ['shared', 'secret']);
  assert.equal((await list('?is_public=none', 'admin')).length, 6);
  assert.equal((await list('?is_public=none', 'stranger')).length, 4);
  const refused = await cloud.call('GET', '/flavors?is_public=perhaps', { as: 'admin' });
  assert.equal(refused.status, 400);
  assert.match(refused.body.badRequest.message, /Invalid is_public filter \[perhaps\]/);
});

test('minRam and minDisk leave out what is smaller, and must be numbers', async () => {
  assert.deepEqual(await list('?minRam=1024&minDisk=2'), ['zeta']);
  for (const name of ['minRam', 'minDisk']) {
    const refused = await cloud.call('GET', `/flavors?${name}=much`);
    assert.equal(refused.status, 400);
    assert.match(refused.body.badRequest.message, new RegExp(`Invalid ${name} filter \\[much\\]`));
  }
});

test('name selects one flavor from 2.102 on and is ignored or refused before', async () => {
  assert.deepEqual(await list('?name=zeta', 'member', '2.102'), ['zeta']);
  assert.equal((await list('?name=zeta', 'member', '2.74')).length, 5);
  assert.equal((await cloud.call('GET', '/flavors?name=zeta', { version: '2.101' })).status, 400);
});

test('a list is sorted by the key and in the direction asked for', async () => {
  assert.deepEqual(await list('?sort_key=name&sort_dir=desc'), ['zeta', 'shared', 'm1.tiny', 'm1.small', 'm1.huge']);
  assert.deepEqual(await list('?sort_key=memory_mb'), ['m1.tiny', 'shared', 'm1.small', 'zeta', 'm1.huge']);
});

test('a full page has a link to the next, with the other parameters of the request', async () => {
  const first = await cloud.call('GET', '/flavors?limit=2&sort_key=name');
  assert.deepEqual(names(first), ['m1.huge', 'm1.small']);
  const [next] = first.body.flavors_links;
  assert.equal(next.rel, 'next');
  const path = next.href.slice(next.href.indexOf('/v2.1') + 5);
  assert.equal(path, '/flavors?limit=2&marker=2&sort_key=name');
  const second = await cloud.call('GET', path);
  assert.deepEqual(names(second), ['m1.tiny', 'shared']);
  const last = await cloud.call('GET', '/flavors?limit=2&sort_key=name&marker=b');
  assert.deepEqual(names(last), ['zeta']);
  assert.equal(last.body.flavors_links, undefined);
});

test('limit 0 is an empty page, and an unknown marker is 400', async () => {
  assert.deepEqual(await list('?limit=0'), []);
  const refused = await cloud.call('GET', '/flavors?marker=c');
  assert.equal(refused.status, 400, 'a flavor that the caller may not see is no marker');
  assert.match(refused.body.badRequest.message, /marker \[c\] not found/);
});

test('a flavor that is not public is found by its projects and by administrators only', async () => {
  assert.equal((await cloud.call('GET', '/flavors/b')).status, 200);
  const refused = await cloud.call('GET', '/flavors/b', { as: 'stranger' });
  assert.equal(refused.status, 404);
  assert.equal(refused.body.itemNotFound.message, 'Flavor b could not be found.');
  assert.equal((await cloud.call('GET', '/flavors/b/os-extra_specs', { as: 'stranger' })).status, 404);
  assert.equal((await admin('GET', '/flavors/c')).status, 200);
});

test('swap of nothing is an empty text before 2.75 and a number from there on', async () => {
  for (const [version, id, swap] of [
    ['2.74', '1', ''],
    ['2.75', '1', 0],
    ['2.74', 'a', 64],
    ['2.75', 'a', 64],
  ] as const)
    assert.equal((await cloud.call('GET', `/flavors/${id}`, { version })).body.flavor.swap, swap);
});

test('extra specs are shown from 2.61 on', async () => {
  assert.equal((await cloud.call('GET', '/flavors/1', { version: '2.60' })).body.flavor.extra_specs, undefined);
  assert.deepEqual((await cloud.call('GET', '/flavors/1', { version: '2.61' })).body.flavor.extra_specs, {});
});

test('a flavor without an id gets a UUID, and all that was left out its default', async () => {
  const flavor = { name: 'bare', id: null, ram: '64', vcpus: 1, disk: 0 };
  const { body } = await admin('POST', '/flavors', { flavor });
  assert.match(body.flavor.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const { id, links, ...rest } = body.flavor;
  assert.deepEqual(rest, {
    name: 'bare',
    ram: 64,
    vcpus: 1,
    disk: 0,
    swap: '',
    'OS-FLV-EXT-DATA:ephemeral': 0,
    'OS-FLV-DISABLED:disabled': false,
    'os-flavor-access:is_public': true,
    rxtx_factor: 1,
    description: null,
    extra_specs: {},
  });
  assert.equal(links.length, 2);
  assert.equal((await admin('DELETE', `/flavors/${id}`)).status, 202);
  assert.equal((await admin('GET', `/flavors/${id}`)).status, 404);
  assert.equal((await admin('DELETE', `/flavors/${id}`)).status, 404);
});

test('a name or an id that is taken is 409', async () => {
  const flavor = { name: 'zeta', id: 'new', ram: 64, vcpus: 1, disk: 0 };
  const named = await admin('POST', '/flavors', { flavor });
  assert.equal(named.body.conflictingRequest.message, 'Flavor with name zeta already exists.');
  const numbered = await admin('POST', '/flavors', { flavor: { ...flavor, name: 'other', id: 1 } });
  assert.equal(numbered.body.conflictingRequest.message, 'Flavor with ID 1 already exists.');
});

test('a description is changed from 2.55 on, and null takes it away', async () => {
  const told = await admin('PUT', '/flavors/a', { flavor: { description: 'large' } });
  assert.equal(told.body.flavor.description, 'large');
  assert.equal((await admin('PUT', '/flavors/a', { flavor: { description: null } })).body.flavor.description, null);
  assert.equal((await admin('PUT', '/flavors/none', { flavor: { description: null } })).status, 404);
  assert.equal((await admin('PUT', '/flavors/a', { flavor: {} })).status, 400);
});

test('only administrators change flavors', async () => {
  const flavor = { name: 'mine', ram: 64, vcpus: 1, disk: 0 };
  for (const [method, path, body] of [
    ['POST', '/flavors', { flavor }],
    ['PUT', '/flavors/1', { flavor: { description: null } }],
    ['DELETE', '/flavors/1', undefined],
    ['POST', '/flavors/1/os-extra_specs', { extra_specs: { a: 'b' } }],
    ['POST', '/flavors/b/action', { addTenantAccess: { tenant: 't' } }],
    ['GET', '/flavors/b/os-flavor-access', undefined],
  ] as const) {
    const answer = await cloud.call(method, path, { version: '2.61', ...(body === undefined ? {} : { body }) });
    assert.equal(answer.status, 403, `${method} ${path}`);
  }
});

test('who may use a flavor is listed, added once, and taken away once', async () => {
  const add = () => admin('POST', '/flavors/c/action', { addTenantAccess: { tenant: 't1' } });
  assert.deepEqual((await add()).body, { flavor_access: [{ flavor_id: 'c', tenant_id: 't1' }] });
  assert.equal((await add()).status, 409);
  assert.equal((await admin('GET', '/flavors/c/os-flavor-access')).body.flavor_access.length, 1);
  const remove = () => admin('POST', '/flavors/c/action', { removeTenantAccess: { tenant: 't1' } });
  assert.deepEqual((await remove()).body, { flavor_access: [] });
  assert.equal((await remove()).status, 404);
});

test('a public flavor has no list of projects', async () => {
  assert.equal((await admin('GET', '/flavors/a/os-flavor-access')).status, 404);
  assert.equal((await admin('POST', '/flavors/a/action', { addTenantAccess: { tenant: 't1' } })).status, 409);
  assert.equal((await admin('POST', '/flavors/none/action', { addTenantAccess: { tenant: 't1' } })).status, 404);
});
