import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';

const RESCUE = anImage({ id: '11111111-2222-4333-8444-555555555555', name: 'rescue', contentId: 'c2' });
const QUEUED = anImage({ id: '11111111-2222-4333-8444-666666666666', name: 'queued', status: 'queued' });
let cloud: TestCloud;
let id = '';

before(async () => {
  cloud = await startTestCloud({ images: [anImage(), RESCUE, QUEUED] });
  id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

type Who = 'member' | 'admin' | 'stranger';
const act = (body: object, as: Who = 'member', version = '2.104') =>
  cloud.call('POST', `/servers/${id}/action`, { body, as, version });

for (const version of ['2.1', '2.104']) {
  test(`a server is rescued, and comes back, at ${version}`, async () => {
    const rescued = await act({ rescue: null }, 'member', version);
    assert.equal(rescued.status, 200);
    assert.match(rescued.body.adminPass, /^[2-9A-HJ-NP-Za-km-z]{12}$/);
    await cloud.until(id, 'RESCUE');
    const again = await act({ rescue: null }, 'member', version);
    assert.equal(again.status, 409);
    assert.match(
      again.body.conflictingRequest.message,
      /^Cannot 'rescue' instance .* while it is in vm_state rescued$/,
    );
    assert.equal((await act({ unrescue: null }, 'member', version)).status, 202);
    await cloud.until(id, 'ACTIVE');
    assert.equal((await act({ unrescue: null }, 'member', version)).status, 409);
  });
}

test('a stopped server is rescued with the image and the password that are asked for', async () => {
  assert.equal((await act({ 'os-stop': null })).status, 202);
  await cloud.until(id, 'SHUTOFF');
  const asked = { adminPass: 'MySecret', rescue_image_ref: RESCUE.id };
  assert.deepEqual((await act({ rescue: asked })).body, { adminPass: 'MySecret' });
  await cloud.until(id, 'RESCUE');
  const { server } = (await cloud.call('GET', `/servers/${id}`)).body;
  assert.equal(server.image.id, anImage().id);
  assert.equal(server['OS-EXT-STS:power_state'], 1);
  assert.equal((await act({ unrescue: null })).status, 202);
  await cloud.until(id, 'ACTIVE');
});

test('an image that cannot be booted is refused', async () => {
  for (const imageId of [QUEUED.id, '99999999-2222-4333-8444-555555555555']) {
    const refused = await act({ rescue: { rescue_image_ref: imageId } });
    assert.equal(refused.status, 400);
    assert.equal(refused.body.badRequest.message, `Requested rescue image '${imageId}' is not supported`);
  }
  assert.equal((await act({ rescue: { rescue_image_ref: 'x' } })).status, 400);
  assert.equal((await act({ rescue: { other: 1 } })).status, 400);
  assert.equal((await act({ rescue: null }, 'stranger')).status, 404);
});

test('a rescued server cannot be started, and can be deleted', async () => {
  await act({ rescue: null });
  await cloud.until(id, 'RESCUE');
  assert.equal((await act({ 'os-start': null })).status, 409);
  assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 204);
  await cloud.until(id, 'gone');
  const left = await cloud.hypervisors.get('sim-0')?.inspect(id);
  assert.equal(left?.ok, false);
});
