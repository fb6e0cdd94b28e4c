import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';
import { legacyCall } from './legacy-call.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud();
});
after(() => cloud.close());

test('legacy v2 neither heeds nor sends version headers', async () => {
  const answer = await legacyCall(cloud, 'GET', '/os-keypairs', {
    headers: { 'OpenStack-API-Version': 'compute 9.99', 'X-OpenStack-Nova-API-Version': 'nonsense' },
  });
  assert.equal(answer.status, 200);
  for (const name of ['openstack-api-version', 'x-openstack-nova-api-version', 'vary'])
    assert.equal(answer.headers.has(name), false, name);
  assert.ok(answer.headers.has('x-compute-request-id'));
});

test('legacy v2 trims names and drops keys that v2.1 refuses', async () => {
  const body = { flavor: { name: '  spaced ', ram: 64, vcpus: 1, disk: 1, stranger: 1 }, other: true };
  assert.equal((await cloud.call('POST', '/flavors', { as: 'admin', body })).status, 400);
  const made = await legacyCall(cloud, 'POST', '/flavors', { as: 'admin', body });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  assert.equal(made.body.flavor.name, 'spaced');
  const blank = await legacyCall(cloud, 'POST', '/flavors', {
    as: 'admin',
    body: { flavor: { ...body.flavor, name: '   ' } },
  });
  assert.equal(blank.status, 400);
  assert.match(blank.body.badRequest.message, /at least one non space character/);
});

test('legacy v2 still refuses keys that no pattern takes', async () => {
  const answer = await legacyCall(cloud, 'POST', '/servers', {
    body: { server: { name: 'x', imageRef: anImage().id, flavorRef: '1', metadata: { 'a/b': 'c' } } },
  });
  assert.equal(answer.status, 400);
  assert.match(answer.body.badRequest.message, /does not match any of the regexes/);
});

test('legacy v2 knows the routes of 2.1 only, and its links stay in it, also when v2.1 has rendered the same row', async () => {
  const id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
  const href = (answer: { body: { server: { links: { href: string }[] } } }) => answer.body.server.links[0]?.href;
  assert.equal(href(await cloud.call('GET', `/servers/${id}`)), `http://compute.example.com/v2.1/servers/${id}`);
  assert.equal(href(await legacyCall(cloud, 'GET', `/servers/${id}`)), `http://compute.example.com/v2/servers/${id}`);
  assert.equal((await legacyCall(cloud, 'GET', `/servers/${id}/tags`)).status, 404);
});

test('legacy v2 lists one extension more, and both versions have their document', async () => {
  const { body } = await legacyCall(cloud, 'GET', '/extensions');
  assert.ok(body.extensions.some(({ alias }: { alias: string }) => alias === 'OS-EXT-VIF-NET'));
  assert.equal((await cloud.call('GET', '/extensions/OS-EXT-VIF-NET')).status, 404);
  assert.equal((await legacyCall(cloud, 'GET', '/versions/v2.0')).body.version.id, 'v2.0');
  assert.equal((await cloud.call('GET', '/versions/v2.0')).body.version.id, 'v2.0');
});

test('legacy v2 wants a token and has the plain 404 of an unknown path', async () => {
  assert.equal((await legacyCall(cloud, 'GET', '/servers', { token: 'none' })).status, 401);
  assert.equal((await legacyCall(cloud, 'GET', '/nothing')).status, 404);
});
