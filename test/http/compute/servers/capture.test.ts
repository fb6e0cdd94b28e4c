import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { images } from '../../../../actors/image/row.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';
import { contractAbsent, contractSchema, entriesOf, versionsOf } from '../contract.ts';

let cloud: TestCloud;
let id = '';
before(async () => {
  cloud = await startTestCloud({ quota: { metadataItems: 2 } });
  id = await cloud.boot({ networks: 'none' });
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

type Who = 'member' | 'admin' | 'stranger';
const act = (body: object, as: Who = 'member', version = '2.104') =>
  cloud.call('POST', `/servers/${id}/action`, { body, as, version });
const row = (imageId: string) => images.read(cloud.store, imageId);

/** Waits until nothing is done to the server any more. */
const idle = async (): Promise<void> => {
  for (let polls = 0; polls < 1_000; polls++) {
    const { server } = (await cloud.call('GET', `/servers/${id}`)).body;
    if (server['OS-EXT-STS:task_state'] === null) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail('the server is busy for ever');
};

test('a snapshot is an image of the project, there as soon as it is accepted, and active when the server is idle', async () => {
  const answer = await act({ createImage: { name: 'snap', metadata: { stage: 'one', image_type: 'golden' } } });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const { image_id: imageId } = answer.body;
  assert.equal(answer.headers.get('location'), null);
  assert.equal(row(imageId)?.name, 'snap');
  await idle();
  const made = row(imageId);
  assert.deepEqual([made?.status, made?.visibility, made?.diskFormat], ['active', 'private', 'raw']);
  assert.equal(made?.content?.sizeBytes, 65_536);
  assert.equal(made?.properties['instance_uuid'], id);
  assert.equal(made?.properties['image_type'], 'golden', 'what the user says comes before our word');
  assert.equal(made?.properties['hw_disk_bus'], 'virtio');
  assert.equal(made?.properties['stage'], 'one');
});

for (const action of ['createImage', 'createBackup'] as const) {
  test(`${action} answers as Nova at every microversion`, { skip: contractAbsent }, async () => {
    const paths = action === 'createImage' ? ['servers', 'os-volumes_boot'] : ['servers'];
    for (const path of paths) {
      for (const entry of entriesOf(`POST /${path}/{id}/action#${action}`)) {
        for (const version of versionsOf(entry)) {
          const asked = action === 'createImage' ? { name: 'i' } : { name: 'i', backup_type: 'daily', rotation: '1' };
          const body = { [action]: asked };
          const answer = await cloud.call('POST', `/${path}/${id}/action`, { version, body });
          assert.equal(answer.status, 202, `${version}: ${JSON.stringify(answer.body)}`);
          const place = answer.headers.get('location');
          const validate = contractSchema(entry.response ?? '');
          assert.ok(validate(answer.body), `${version}: ${JSON.stringify(answer.body)}`);
          if (answer.body === null)
            assert.match(place ?? '', /^http:\/\/compute\.example\.com\/images\/[0-9a-f-]{36}$/);
          else assert.equal(place, null);
          await idle();
        }
      }
    }
  });
}

test('of the backups of a type as many remain as the rotation says, and none of a rotation of 0', async () => {
  const backUp = async (rotation: number, type = 'weekly'): Promise<string> => {
    const answer = await act({ createBackup: { name: 'b', backup_type: type, rotation } });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    await idle();
    return answer.body.image_id;
  };
  const other = await backUp(1, 'yearly');
  const made: string[] = [];
  for (let count = 0; count < 3; count++) made.push(await backUp(2));
  assert.deepEqual(
    made.map((one) => row(one)?.status),
    [undefined, 'active', 'active'],
  );
  const last = await backUp(0);
  assert.deepEqual(
    [...made, last].map((one) => row(one)?.status),
    [undefined, undefined, undefined, undefined],
  );
  assert.equal(row(other)?.status, 'active');
  const silent = await act({ createBackup: { name: 'b', backup_type: 'x', rotation: 0 } }, 'member', '2.44');
  assert.deepEqual([silent.status, silent.headers.get('location')], [202, null]);
  await idle();
});

test('what cannot be is refused', async () => {
  const metadata = { a: '1', b: '2', c: '3' };
  for (const body of [
    { createImage: { name: 'n', metadata } },
    { createBackup: { name: 'n', backup_type: 'd', rotation: 1, metadata } },
  ]) {
    const refused = await act(body, 'member', '2.38');
    assert.deepEqual([refused.status, refused.body.forbidden?.message], [403, 'Image metadata limit exceeded']);
    assert.equal((await act(body, 'member', '2.39')).status, 202);
    await idle();
    assert.equal((await act(body, 'stranger')).status, 404);
  }
  for (const rotation of [-1, 'x', null]) {
    assert.equal((await act({ createBackup: { name: 'n', backup_type: 'd', rotation } })).status, 400);
  }
  const { hypervisors } = cloud;
  hypervisors.get('sim-0')?.setReachable(false);
  await act({ reboot: { type: 'HARD' } });
  await cloud.until(id, 'ERROR');
  hypervisors.get('sim-0')?.setReachable(true);
  assert.equal((await act({ createImage: { name: 'n', metadata } }, 'member', '2.38')).status, 403, 'before the state');
  const refused = await act({ createImage: { name: 'n' } });
  assert.equal(refused.status, 409);
  assert.match(refused.body.conflictingRequest.message, /^Cannot 'createImage' instance .* vm_state error$/);
});

test('a snapshot that fails leaves no image and the server as it was', async () => {
  await act({ reboot: { type: 'HARD' } });
  await cloud.until(id, 'ACTIVE');
  cloud.hypervisors.get('sim-0')?.setReachable(false);
  const answer = await act({ createImage: { name: 'lost' } });
  assert.equal(answer.status, 202);
  assert.equal(row(answer.body.image_id)?.name, 'lost');
  await idle();
  assert.equal(row(answer.body.image_id), undefined);
  assert.equal((await cloud.call('GET', `/servers/${id}`)).body.server.status, 'ACTIVE');
  cloud.hypervisors.get('sim-0')?.setReachable(true);
});
