import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createImage } from '../../../../actors/image/client.ts';
import { listImages } from '../../../../http/compute/images/requests.ts';
import { setMetadata, setMetadataItem } from '../../../../http/compute/servers/annotation-requests.ts';
import { type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';
import { testAnswers, testBodies, testQueries, testRanges } from '../contract-checks.ts';

const PROJECT = '6f70656e737461636b20342065766572';
let cloud: TestCloud;
let image = '';
let other = '';

const by = { projectId: PROJECT, isAdmin: true, mayWrite: true };
const newImage = async (name: string, visibility: 'public' | 'private'): Promise<string> => {
  const made = await createImage(cloud.system, {
    by,
    imageId: null,
    properties: { auto_disk_config: 'True', instance_uuid: '70a599e0-31e7-49b7-b260-868f441e862b' },
    attributes: {
      name,
      owner: PROJECT,
      visibility,
      isProtected: false,
      isHidden: false,
      minDiskGib: 1,
      minRamMib: 64,
      diskFormat: 'raw',
      containerFormat: 'bare',
      tags: [],
    },
  });
  assert.ok(made.ok);
  return made.value.id;
};
const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'member') =>
  cloud.call(method, path, { as, ...(body === undefined ? {} : { body }) });
const names = async (path: string, as: CallOptions['as'] = 'member'): Promise<readonly string[]> =>
  (await call('GET', path, undefined, as)).body.images.map(({ name }: { name: string }) => name);

before(async () => {
  cloud = await startTestCloud({ hosts: 0 });
  image = await newImage('public', 'public');
  // Images are in the order of the milliseconds in which they were made.
  const madeAt = Date.now();
  while (Date.now() === madeAt) await new Promise((resolve) => setImmediate(resolve));
  other = await newImage('own', 'private');
});
after(() => cloud.close());

test('a caller sees its own and public images, the newest first, page by page', async () => {
  assert.deepEqual(await names('/images'), ['own', 'public']);
  assert.deepEqual(await names('/images', 'stranger'), ['public']);
  const first = await call('GET', '/images?limit=1');
  assert.equal(first.body.images[0].id, other);
  const next = new URL(first.body.images_links[0].href);
  assert.deepEqual(await names(`/images${next.search}`), ['public']);
  assert.equal((await call('GET', '/images?marker=x')).status, 400);
  assert.equal((await call('GET', `/images/${other}`, undefined, 'stranger')).status, 404);
});

test('images are filtered by name, status, size, server and property', async () => {
  assert.deepEqual(await names('/images?name=own'), ['own']);
  assert.deepEqual(await names('/images/detail?status=QUEUED&minRam=64&minDisk=1'), ['own', 'public']);
  assert.deepEqual(await names('/images?status=ACTIVE'), []);
  assert.deepEqual(await names('/images?property-auto_disk_config=False'), []);
  assert.deepEqual(await names('/images?server=http://x/servers/70a599e0-31e7-49b7-b260-868f441e862b'), [
    'own',
    'public',
  ]);
  assert.deepEqual(await names('/images?changes-since=2999-01-01T00:00:00Z'), []);
  assert.equal((await call('GET', '/images?changes-since=x')).status, 400);
});

test('the metadata of an own image changes, that of a foreign one does not', async () => {
  const path = `/images/${other}/metadata`;
  const replaced = await call('PUT', path, { metadata: { a: '1', b: '2' } });
  assert.deepEqual(replaced.body, { metadata: { a: '1', b: '2' } });
  assert.deepEqual((await call('POST', path, { metadata: { c: '3' } })).body.metadata, { a: '1', b: '2', c: '3' });
  assert.deepEqual((await call('PUT', `${path}/a`, { meta: { a: '9' } })).body, { meta: { a: '9' } });
  assert.equal((await call('PUT', `${path}/a`, { meta: { b: '9' } })).status, 400);
  assert.equal((await call('DELETE', `${path}/b`)).status, 204);
  assert.equal((await call('DELETE', `${path}/b`)).status, 404);
  assert.deepEqual((await call('GET', path)).body.metadata, { a: '9', c: '3' });
  const many = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`k${index}`, 'v']));
  assert.equal((await call('PUT', path, { metadata: many })).status, 403);
  assert.equal((await call('POST', `/images/${image}/metadata`, { metadata: { a: '1' } }, 'stranger')).status, 403);
  assert.equal((await call('DELETE', `/images/${image}`, undefined, 'stranger')).status, 403);
});

const withKey = async (path: string, key = 'k') => {
  await call('POST', `/images/${image}/metadata`, { metadata: { [key]: '1' } }, 'admin');
  return { path };
};

testAnswers(() => cloud, {
  'GET /images': () => ({ path: '/images?limit=1' }),
  'GET /images/{id}': () => ({ path: `/images/${image}` }),
  'DELETE /images/{id}': async () => ({ path: `/images/${await newImage('gone', 'private')}` }),
  'GET /images/{image_id}/metadata': () => ({ path: `/images/${image}/metadata` }),
  'POST /images/{image_id}/metadata': () => ({ path: `/images/${image}/metadata`, body: { metadata: { k: '2' } } }),
  'PUT /images/{image_id}/metadata': () => ({ path: `/images/${image}/metadata`, body: { metadata: { k: '3' } } }),
  'GET /images/{image_id}/metadata/{id}': () => withKey(`/images/${image}/metadata/k`),
  'PUT /images/{image_id}/metadata/{id}': () => ({
    path: `/images/${image}/metadata/k`,
    body: { meta: { k: '4' } },
  }),
  'DELETE /images/{image_id}/metadata/{id}': () => withKey(`/images/${image}/metadata/k`),
  'GET /images/detail': () => ({ path: '/images/detail?limit=2' }),
});

testRanges(() => cloud, {
  'GET /images': ['/images', ['2.36', '2.104']],
  'GET /images/x/metadata': ['/images/x/metadata', ['2.39']],
});

testBodies({
  'POST /images/{image_id}/metadata': setMetadata,
  'PUT /images/{image_id}/metadata': setMetadata,
  'PUT /images/{image_id}/metadata/{id}': setMetadataItem,
});

testQueries({ 'GET /images': listImages, 'GET /images/detail': listImages }, [
  {},
  { stranger: ['1'] },
  { limit: ['x'] },
  { limit: ['1', '2'], offset: ['3'] },
  { name: ['a', 'b'], 'property-x': ['y'] },
  { page_size: ['x'] },
]);
