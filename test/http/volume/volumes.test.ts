import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSimVolumes } from '../../../drivers/sim/index.ts';
import { DISK, type VolumeApi, volumeApi } from './volume-api.ts';

const NOWHERE = '00000000-0000-4000-8000-000000000000';

/** Makes a volume and returns its id, when it is available. */
async function made(api: VolumeApi, changes: Readonly<Record<string, unknown>> = {}, token = 'p1'): Promise<string> {
  const answer = await api.call(token, 'POST', '/volumes', { volume: { size: 1, name: 'data', ...changes } });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const id = String(answer.body.volume.id);
  await api.until(`/volumes/${id}`, 'available');
  return id;
}

test('a volume is made, shown as Cinder shows it, changed and deleted', async () => {
  const api = volumeApi();
  const created = await api.call('p1', 'POST', '/volumes', { volume: { size: 2, name: 'data', metadata: { a: 'b' } } });
  assert.equal(created.status, 202);
  assert.equal(created.body.volume.status, 'creating');
  const path = `/volumes/${created.body.volume.id}`;
  await api.until(path, 'available');
  const { body } = await api.call('p1', 'GET', `/p1${path}`);
  assert.equal(body.volume.size, 2);
  assert.equal(body.volume.bootable, 'false');
  assert.deepEqual(body.volume.attachments, []);
  assert.deepEqual(body.volume.metadata, { a: 'b' });
  assert.equal(body.volume.volume_type, 'default');
  assert.equal(body.volume['os-vol-host-attr:host'], undefined, 'a member does not see hosts');
  assert.match(body.volume.links[0].href, /\/volume\/v3\/p1\/volumes\//);
  const changed = await api.call('p1', 'PUT', path, { volume: { name: 'other', description: 'of mine' } });
  assert.deepEqual([changed.body.volume.name, changed.body.volume.description], ['other', 'of mine']);
  assert.equal((await api.call('p1', 'DELETE', path)).status, 202);
  await api.until(path, 'gone');
  await api.close();
});

test('fields come with the microversions that brought them', async () => {
  const api = volumeApi();
  const path = `/volumes/${await made(api)}`;
  const at = async (version: string) => (await api.call('p1', 'GET', path, undefined, version)).body.volume;
  assert.equal('volume_type_id' in (await at('3.62')), false);
  assert.equal('volume_type_id' in (await at('3.63')), true);
  assert.equal('consumes_quota' in (await at('3.64')), false);
  assert.equal((await at('3.65')).consumes_quota, true);
  assert.equal((await at('3.48')).shared_targets, false);
  const answer = await api.call('p1', 'GET', path, undefined, '3.59');
  assert.equal(answer.headers.get('openstack-api-version'), 'volume 3.59');
  assert.equal((await api.call('p1', 'GET', path, undefined, '3.71')).status, 406);
  assert.equal((await api.call('p1', 'GET', path, undefined, '3.x')).status, 400);
  await api.close();
});

test('a volume of an image is bootable and keeps what is known of the image', async () => {
  const api = volumeApi();
  const tooSmall = await api.call('p1', 'POST', '/volumes', { volume: { size: 1, imageRef: DISK.id } });
  assert.equal(tooSmall.status, 400);
  const id = await made(api, { size: 2, imageRef: DISK.id });
  const { volume } = (await api.call('p1', 'GET', `/volumes/${id}`)).body;
  assert.equal(volume.bootable, 'true');
  assert.equal(volume.volume_image_metadata.image_id, DISK.id);
  assert.equal(volume.volume_image_metadata.hw_disk_bus, 'virtio');
  const unknown = await api.call('p1', 'POST', '/volumes', { volume: { size: 2, imageRef: NOWHERE } });
  assert.equal(unknown.status, 400);
  await api.close();
});

test('a snapshot is a source of volumes, and keeps its volume from being deleted', async () => {
  const api = volumeApi();
  const id = await made(api, { size: 3 });
  const created = await api.call('p1', 'POST', '/snapshots', { snapshot: { volume_id: id, name: 'before' } });
  assert.equal(created.status, 202);
  const snapshot = String(created.body.snapshot.id);
  await api.until(`/snapshots/${snapshot}`, 'available');
  const smaller = await api.call('p1', 'POST', '/volumes', { volume: { size: 2, snapshot_id: snapshot } });
  assert.equal(smaller.status, 400);
  const restored = await made(api, { size: undefined, snapshot_id: snapshot });
  assert.equal((await api.call('p1', 'GET', `/volumes/${restored}`)).body.volume.size, 3);
  assert.equal((await api.call('p1', 'DELETE', `/volumes/${id}`)).status, 400);
  assert.equal((await api.call('p1', 'DELETE', `/volumes/${id}?cascade=true`)).status, 202);
  await api.until(`/volumes/${id}`, 'gone');
  await api.until(`/snapshots/${snapshot}`, 'gone');
  await api.close();
});

test('a volume grows, and never shrinks', async () => {
  const api = volumeApi();
  const path = `/volumes/${await made(api)}`;
  assert.equal((await api.call('p1', 'POST', `${path}/action`, { 'os-extend': { new_size: 4 } })).status, 202);
  await api.until(path, 'available');
  assert.equal((await api.call('p1', 'GET', path)).body.volume.size, 4);
  assert.equal((await api.call('p1', 'POST', `${path}/action`, { 'os-extend': { new_size: 4 } })).status, 400);
  await api.close();
});

test('an attachment takes a volume through reserved, attaching and in-use, and back', async () => {
  const api = volumeApi();
  const id = await made(api);
  const path = `/volumes/${id}`;
  const wanted = { attachment: { volume_uuid: id, instance_uuid: NOWHERE } };
  assert.equal((await api.call('p1', 'POST', '/attachments', wanted, '3.26')).status, 404);
  const created = await api.call('p1', 'POST', '/attachments', wanted, '3.44');
  assert.equal(created.status, 200);
  const attachment = `/attachments/${created.body.attachment.id}`;
  await api.until(path, 'reserved');
  const connector = { host: 'h1', mountpoint: '/dev/vdb' };
  assert.equal((await api.call('p1', 'PUT', attachment, { attachment: { connector } }, '3.44')).status, 200);
  await api.until(path, 'attaching');
  assert.equal((await api.call('p1', 'POST', `${attachment}/action`, { 'os-complete': {} }, '3.44')).status, 204);
  await api.until(path, 'in-use');
  const shown = (await api.call('p1', 'GET', path)).body.volume.attachments;
  assert.deepEqual([shown[0].server_id, shown[0].device], [NOWHERE, '/dev/vdb']);
  assert.equal((await api.call('p1', 'POST', '/attachments', wanted, '3.44')).status, 400, 'only once');
  assert.equal((await api.call('p1', 'DELETE', path)).status, 400);
  assert.equal((await api.call('p1', 'DELETE', attachment, undefined, '3.44')).status, 200);
  await api.until(path, 'available');
  await api.close();
});

test('an image is made of a volume', async () => {
  const api = volumeApi();
  const id = await made(api);
  const body = { 'os-volume_upload_image': { image_name: 'golden', disk_format: 'raw' } };
  const answer = await api.call('p1', 'POST', `/volumes/${id}/action`, body);
  assert.equal(answer.status, 202);
  assert.equal(answer.body['os-volume_upload_image'].status, 'uploading');
  await api.until(`/volumes/${id}`, 'available');
  await api.close();
});

/** How many images there are, or have been. */
const imagesOf = ({ store }: VolumeApi): number =>
  ['r/image/', 'r/image-deleted/'].flatMap((prefix) => [...store.keys({ prefix })]).length;

test('a volume that cannot be uploaded as it is makes no image', async () => {
  const api = volumeApi();
  const id = await made(api);
  const status = { 'os-reset_status': { status: 'error' } };
  assert.equal((await api.call('admin', 'POST', `/volumes/${id}/action`, status)).status, 202);
  const body = { 'os-volume_upload_image': { image_name: 'golden' } };
  const answer = await api.call('p1', 'POST', `/volumes/${id}/action`, body);
  assert.equal(answer.status, 400);
  assert.match(answer.body.badRequest.message, /status must be available, but current status is: error/);
  assert.equal(imagesOf(api), 0);
  await api.close();
});

test('the image of a volume whose upload is refused is deleted again, also a protected one', async () => {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const sim = createSimVolumes();
  const api = volumeApi({
    ...sim,
    async ensureVolume(order, spec) {
      if (spec.content.kind === 'volume') await ended;
      return sim.ensureVolume(order, spec);
    },
  });
  const id = await made(api);
  const copy = await api.call('p1', 'POST', '/volumes', { volume: { source_volid: id } });
  assert.equal(copy.status, 202);
  const body = { 'os-volume_upload_image': { image_name: 'golden', protected: true } };
  const answer = await api.call('p1', 'POST', `/volumes/${id}/action`, body, '3.1');
  assert.equal(answer.status, 400);
  assert.match(answer.body.badRequest.message, /is being copied/);
  assert.equal([...api.store.keys({ prefix: 'r/image/' })].length, 0);
  assert.equal(imagesOf(api), 1, 'there was one');
  end();
  await api.until(`/volumes/${copy.body.volume.id}`, 'available');
  await api.close();
});

test('image metadata is set and unset item by item, and does not grow without end', async () => {
  const api = volumeApi();
  const path = `/volumes/${await made(api)}/action`;
  const set = (metadata: object) => api.call('p1', 'POST', path, { 'os-set_image_metadata': { metadata } });
  const keys = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${from + n}`, '']));
  assert.equal((await set(keys(0, 100))).status, 200);
  const answer = await set(keys(100, 29));
  assert.equal(answer.status, 400);
  assert.match(answer.body.badRequest.message, /Maximum number of metadata items exceeds 128/);
  assert.deepEqual(
    (await Promise.all([set(keys(100, 10)), set(keys(110, 10))])).map(({ status }) => status),
    [200, 200],
  );
  const unset = { 'os-unset_image_metadata': { key: 'k0' } };
  assert.equal((await api.call('p1', 'POST', path, unset)).status, 200);
  const { body } = await api.call('p1', 'POST', path, { 'os-show_image_metadata': {} });
  assert.deepEqual(body.metadata, keys(1, 119));
  await api.close();
});

test("another project's things do not exist, readers change nothing, and strangers are sent away", async () => {
  const api = volumeApi();
  const id = await made(api);
  assert.equal((await api.call('p2', 'GET', `/volumes/${id}`)).status, 404);
  assert.equal((await api.call('p2', 'DELETE', `/volumes/${id}`)).status, 404);
  assert.equal((await api.call('p2', 'GET', '/volumes?all_tenants=1')).body.volumes.length, 0);
  assert.equal((await api.call('admin', 'GET', '/volumes?all_tenants=1')).body.volumes.length, 1);
  assert.equal((await api.call('p2', 'GET', '/p1/volumes')).status, 400);
  assert.equal((await api.call('reader', 'GET', `/volumes/${id}`)).status, 200);
  assert.equal((await api.call('reader', 'DELETE', `/volumes/${id}`)).status, 403);
  assert.equal((await api.call('nobody', 'GET', '/volumes')).status, 401);
  assert.equal((await api.call('p1', 'GET', '/os-services')).status, 403);
  await api.close();
});

test('lists are paged, filtered and sorted', async () => {
  const api = volumeApi();
  for (const name of ['a', 'b', 'c']) await made(api, { name });
  const names = async (query: string) =>
    (await api.call('p1', 'GET', `/volumes/detail?${query}`)).body.volumes.map((row: { name: string }) => row.name);
  assert.deepEqual(await names('sort=name:asc'), ['a', 'b', 'c']);
  assert.deepEqual(await names('name=b'), ['b']);
  assert.deepEqual(await names('status=error'), []);
  const first = await api.call('p1', 'GET', '/volumes?sort=name:asc&limit=2');
  assert.equal(first.body.volumes.length, 2);
  const marker = first.body.volumes[1].id;
  assert.deepEqual(await names(`sort=name:asc&marker=${marker}`), ['c']);
  assert.match(first.body.volumes_links[0].href, new RegExp(`marker=${marker}`));
  assert.equal((await api.call('p1', 'GET', '/volumes?limit=-1')).status, 400);
  assert.equal((await api.call('p1', 'GET', `/volumes?marker=${NOWHERE}`)).status, 404);
  await api.close();
});

test('a project has no more volumes than its quota, and is told in Cinder’s words', async () => {
  const api = volumeApi();
  const large = { volume: { size: 16_384 } };
  const answer = await api.call('p1', 'POST', '/volumes', large);
  assert.equal(answer.status, 413);
  assert.match(answer.body.overLimit.message, /exceeds allowed gigabytes quota/);
  const limits = (await api.call('p1', 'GET', '/limits')).body.limits.absolute;
  assert.equal(limits.totalVolumesUsed, 0);
  await api.close();
});

test('metadata is kept as a whole and one by one', async () => {
  const api = volumeApi();
  const path = `/volumes/${await made(api, { metadata: { a: '1' } })}/metadata`;
  const added = await api.call('p1', 'POST', path, { metadata: { b: '2' } });
  assert.deepEqual(added.body, { metadata: { a: '1', b: '2' } });
  assert.deepEqual((await api.call('p1', 'PUT', `${path}/b`, { meta: { b: '3' } })).body, { meta: { b: '3' } });
  assert.equal((await api.call('p1', 'DELETE', `${path}/a`)).status, 200);
  assert.deepEqual((await api.call('p1', 'GET', path)).body, { metadata: { b: '3' } });
  assert.equal((await api.call('p1', 'GET', `${path}/a`)).status, 404);
  await api.close();
});

test('malformed bodies are 400 faults that name the field, and never crash', async () => {
  const api = volumeApi();
  const bodies: readonly unknown[] = [
    null,
    [],
    '{',
    {},
    { volume: 1 },
    { volume: { size: 'x' } },
    { volume: { size: -1 } },
    { volume: { size: 1, name: 'x'.repeat(300) } },
    { volume: { size: 1, metadata: { constructor: 'a' } } },
    { volume: { size: 1, multiattach: 'perhaps' } },
    { volume: { size: 1, volume_type: 'gold' } },
  ];
  for (const body of bodies) {
    const { status } = await api.call('p1', 'POST', '/volumes', body === null ? undefined : body);
    assert.ok(status === 400 || status === 404, `${JSON.stringify(body)}: ${status}`);
  }
  const { body } = await api.call('p1', 'POST', '/volumes', { volume: { size: 'x' } });
  assert.match(body.badRequest.message, /volume\.size/);
  assert.deepEqual(api.crashes, []);
  await api.close();
});
