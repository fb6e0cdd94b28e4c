import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocations } from '../../../../actors/cell/row.ts';
import { images } from '../../../../actors/image/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { volumes as volumeTable } from '../../../../actors/volume/row.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';
import { type CloudVolumes, volumesOf } from '../volumes.ts';

const IMAGE = anImage().id;
const STABLE = anImage({
  id: '22222222-2222-4333-8444-555555555555',
  contentId: 'c2',
  properties: { hw_rescue_bus: 'virtio' },
});
const QUIET = anImage({
  id: '33333333-2222-4333-8444-555555555555',
  contentId: 'c3',
  properties: { os_require_quiesce: 'yes' },
});
const AGENT = anImage({
  id: '44444444-2222-4333-8444-555555555555',
  contentId: 'c4',
  properties: { os_require_quiesce: 'yes', hw_qemu_guest_agent: 'yes' },
});
/** Polls of 5 ms before something counts as not happening. */
const POLLS_MAX = 2000;
let cloud: TestCloud;
let volumes: CloudVolumes;

before(async () => {
  cloud = await startTestCloud({ hosts: 2, images: [anImage(), STABLE, QUIET, AGENT] });
  volumes = volumesOf(cloud);
});
after(() => cloud.close());

const create = (server: object, version = '2.96') =>
  cloud.call('POST', '/servers', {
    version,
    body: { server: { name: 'web', flavorRef: '1', networks: 'none', ...server } },
  });

/** Makes a server with these disks and waits until it runs. */
async function booted(devices: readonly object[], more: object = {}): Promise<string> {
  const answer = await create({ block_device_mapping_v2: devices, ...more });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const id = String(answer.body.server.id);
  await cloud.until(id, 'ACTIVE');
  return id;
}

const attachedTo = async (server: string) =>
  (await cloud.call('GET', `/servers/${server}/os-volume_attachments`, { version: '2.89' })).body.volumeAttachments;

const ofImage = { source_type: 'image', uuid: IMAGE, destination_type: 'volume', boot_index: 0, volume_size: 1 };

test('a server boots from a volume that is made of an image, and takes it along when it goes', async () => {
  const server = await booted([{ ...ofImage, delete_on_termination: true }]);
  const { body } = await cloud.call('GET', `/servers/${server}`);
  assert.equal(body.server.image, '');
  const [attachment, ...others] = await attachedTo(server);
  assert.equal(others.length, 0);
  assert.equal(attachment.device, '/dev/vda');
  assert.equal(attachment.delete_on_termination, true);
  const volume = (await volumes.call('GET', `/volumes/${attachment.volumeId}`)).body.volume;
  assert.deepEqual([volume.status, volume.bootable, volume.size], ['in-use', 'true', 1]);
  const detached = await cloud.call('DELETE', `/servers/${server}/os-volume_attachments/${attachment.volumeId}`);
  assert.deepEqual([detached.status, detached.body.badRequest.message], [400, 'Cannot detach a root device volume']);
  assert.equal((await cloud.call('DELETE', `/servers/${server}`)).status, 204);
  await volumes.until(attachment.volumeId, 'gone');
});

test('the disk of a flavor is not claimed for a server that boots from a volume', async () => {
  const server = await booted([{ ...ofImage }]);
  const [claimed] = [...allocations.scan(cloud.store)].filter(({ instanceId }) => instanceId === server);
  assert.equal(claimed?.diskGib, 0);
});

test('a server boots from a volume that is there, which outlives it', async () => {
  const volume = await volumes.make({ imageRef: IMAGE });
  const server = await booted([{ source_type: 'volume', uuid: volume, destination_type: 'volume', boot_index: 0 }]);
  await volumes.until(volume, 'in-use');
  await cloud.call('DELETE', `/servers/${server}`);
  await cloud.until(server, 'gone');
  await volumes.until(volume, 'available');
});

test('a server boots from an image, and has blank volumes and one of a snapshot beside it', async () => {
  const original = await volumes.make({ size: 2 });
  const made = await volumes.call('POST', '/snapshots', { snapshot: { volume_id: original } });
  const snapshot = String(made.body.snapshot.id);
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    const { body } = await volumes.call('GET', `/snapshots/${snapshot}`);
    if (body.snapshot.status === 'available') break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const server = await booted(
    [
      { source_type: 'image', uuid: IMAGE, destination_type: 'local', boot_index: 0, delete_on_termination: true },
      { source_type: 'blank', destination_type: 'volume', volume_size: 3, delete_on_termination: true, tag: 'scratch' },
      { source_type: 'snapshot', uuid: snapshot, destination_type: 'volume', delete_on_termination: true },
    ],
    { imageRef: IMAGE },
  );
  const attachments = await attachedTo(server);
  assert.deepEqual(
    attachments.map((one: { device: string; tag: string | null }) => [one.device, one.tag]),
    [
      ['/dev/vdb', 'scratch'],
      ['/dev/vdc', null],
    ],
  );
  const sizes = [];
  for (const { volumeId } of attachments) {
    sizes.push((await volumes.call('GET', `/volumes/${volumeId}`)).body.volume.size);
  }
  assert.deepEqual(sizes, [3, 2]);
});

test('a server boots from the first of its volumes also when an image is named beside it', async () => {
  for (const volume of [
    { source_type: 'image', uuid: IMAGE, destination_type: 'volume', volume_size: 1, boot_index: '0' },
    { source_type: 'blank', destination_type: 'volume', volume_size: 1, boot_index: '0' },
  ]) {
    const server = await booted([volume], { imageRef: IMAGE });
    assert.deepEqual(
      (await attachedTo(server)).map(({ device }: { device: string }) => device),
      ['/dev/vda'],
    );
  }
});

test('the older form of disks boots from its first volume', async () => {
  const volume = await volumes.make({ imageRef: IMAGE });
  const answer = await create({ block_device_mapping: [{ volume_id: volume, device_name: 'vda' }], networks: 'none' });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  await cloud.until(answer.body.server.id, 'ACTIVE');
  await volumes.until(volume, 'in-use');
});

test('what cannot be booted from is refused, and nothing is taken', async () => {
  const blank = await volumes.make();
  const volume = { source_type: 'volume', uuid: blank, destination_type: 'volume' };
  const localImage = { source_type: 'image', uuid: IMAGE, destination_type: 'local', boot_index: 0 };
  const refused: readonly [object, RegExp][] = [
    [{ block_device_mapping_v2: [{ ...volume, boot_index: 0 }] }, /is not bootable/],
    [{ block_device_mapping_v2: [{ ...volume }] }, /Boot sequence/],
    [{ imageRef: IMAGE, block_device_mapping_v2: [localImage, { ...volume, boot_index: 0 }] }, /Boot sequence/],
    [{ imageRef: IMAGE, block_device_mapping_v2: [volume] }, /Boot sequence/],
    [{ block_device_mapping_v2: [localImage] }, /Mapping image to local is not supported/],
    [{ imageRef: IMAGE, block_device_mapping_v2: [{ ...volume, boot_index: 2 }] }, /Boot sequence/],
    [{ imageRef: IMAGE, min_count: 2, block_device_mapping_v2: [localImage, volume] }, /multiple instances/],
    [{ block_device_mapping_v2: [{ ...ofImage, volume_size: undefined }] }, /non-zero size/],
    [{ imageRef: IMAGE, block_device_mapping_v2: [{ source_type: 'blank', destination_type: 'volume' }] }, /non-zero/],
    [
      {
        imageRef: IMAGE,
        block_device_mapping_v2: [{ source_type: 'blank', destination_type: 'local', volume_size: 9 }],
      },
      /Ephemeral disks/,
    ],
    [{ imageRef: IMAGE, block_device_mapping_v2: [{ uuid: blank }] }, /source_type/],
    [{}, /Missing imageRef/],
  ];
  for (const [server, message] of refused) {
    const answer = await create(server);
    assert.equal(answer.status, 400, JSON.stringify(server));
    assert.match(answer.body.badRequest.message, message);
  }
  await volumes.until(blank, 'available');
});

test('a server whose volume cannot be had is in ERROR, and what was made for it is gone', async () => {
  const volume = await volumes.make({ imageRef: IMAGE });
  const device = { source_type: 'volume', uuid: volume, destination_type: 'volume', boot_index: 0 };
  const [one, two] = await Promise.all([
    create({ block_device_mapping_v2: [device] }),
    create({ block_device_mapping_v2: [device] }),
  ]);
  const ids = [one, two].filter(({ status }) => status === 202).map(({ body }) => String(body.server.id));
  const states = [];
  for (const id of ids) {
    for (let polls = 0; polls < POLLS_MAX; polls++) {
      const { body } = await cloud.call('GET', `/servers/${id}`);
      states.push(body.server.status);
      if (body.server.status !== 'BUILD') break;
      states.pop();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  assert.equal(states.filter((state) => state === 'ACTIVE').length, 1, 'a volume is attached once');
  for (const id of ids) await cloud.call('DELETE', `/servers/${id}`);
  await volumes.until(volume, 'available');
});

test('what boots from a volume is stopped, started, resized, shelved and unshelved with it', async () => {
  const server = await booted([{ ...ofImage, delete_on_termination: true }]);
  const act = (body: object) => cloud.call('POST', `/servers/${server}/action`, { body, as: 'admin' });
  await act({ 'os-stop': null });
  await cloud.until(server, 'SHUTOFF');
  await act({ 'os-start': null });
  await cloud.until(server, 'ACTIVE');
  await act({ resize: { flavorRef: '2' } });
  await cloud.until(server, 'VERIFY_RESIZE');
  await act({ confirmResize: null });
  await cloud.until(server, 'ACTIVE');
  await act({ shelve: null });
  await cloud.until(server, 'SHELVED_OFFLOADED');
  const [attachment] = await attachedTo(server);
  assert.equal((await volumes.call('GET', `/volumes/${attachment.volumeId}`)).body.volume.status, 'in-use');
  await act({ unshelve: null });
  await cloud.until(server, 'ACTIVE');
  const host = instances.read(cloud.store, server)?.host;
  const { volume } = (await volumes.call('GET', `/volumes/${attachment.volumeId}`, undefined, 'admin')).body;
  assert.equal(volume.attachments[0].host_name, host);
});

test('an image of what boots from a volume stands for snapshots of its volumes, and no backup is made of it', async () => {
  const server = await booted([{ ...ofImage, delete_on_termination: true }]);
  const [attachment] = await attachedTo(server);
  const act = (body: object) => cloud.call('POST', `/servers/${server}/action`, { body, version: '2.45' });
  const made = await act({ createImage: { name: 'golden' } });
  assert.equal(made.status, 202, JSON.stringify(made.body));
  await cloud.until(server, 'ACTIVE');
  const listed = async () => (await volumes.call('GET', '/snapshots/detail')).body.snapshots;
  const snapshots = (await listed()).filter((one: { volume_id: string }) => one.volume_id === attachment.volumeId);
  assert.equal(snapshots.length, 1);
  assert.equal(snapshots[0].name, 'snapshot for golden');
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    const row = images.read(cloud.store, made.body.image_id);
    assert.ok(row);
    if (row.status === 'active') {
      const [device] = JSON.parse(row.properties['block_device_mapping'] ?? '[]');
      assert.deepEqual([device.snapshot_id, device.boot_index], [snapshots[0].id, 0]);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const backup = await act({ createBackup: { name: 'b', backup_type: 'daily', rotation: 1 } });
  assert.equal(backup.status, 400);
});

test('no image is made of what boots from a volume and must be quiesced before, as long as it runs', async () => {
  const server = await booted([{ ...ofImage, uuid: QUIET.id, delete_on_termination: true }]);
  const act = (body: object) => cloud.call('POST', `/servers/${server}/action`, { version: '2.96', body });
  const refused = await act({ createImage: { name: 's' } });
  assert.equal(refused.status, 409);
  assert.equal(
    refused.body.conflictingRequest.message,
    `Failed to quiesce instance: Quiescing is not supported in instance ${server}`,
  );
  await act({ 'os-stop': null });
  await cloud.until(server, 'SHUTOFF');
  assert.equal((await act({ createImage: { name: 's' } })).status, 202);
});

test('an image is made of what boots from a volume with an agent in it that quiesces it, until another image is in that', async () => {
  const server = await booted([{ ...ofImage, uuid: AGENT.id, delete_on_termination: true }]);
  const act = (body: object) => cloud.call('POST', `/servers/${server}/action`, { version: '2.96', body });
  assert.equal((await act({ createImage: { name: 's' } })).status, 202);
  await cloud.until(server, 'ACTIVE');
  const agents = () => instances.read(cloud.store, server)?.volumes?.map(({ agent }) => agent);
  assert.deepEqual(agents(), ['required']);
  assert.equal((await act({ rebuild: { imageRef: STABLE.id } })).status, 202);
  await cloud.until(server, 'ACTIVE');
  assert.deepEqual(agents(), [undefined]);
  assert.equal((await cloud.call('DELETE', `/servers/${server}`)).status, 204);
  await cloud.until(server, 'gone');
});

test('what boots from a volume is rebuilt from 2.93 on with another image, which fills its volume anew', async () => {
  const server = await booted([{ ...ofImage, delete_on_termination: true }]);
  const [{ volumeId }] = await attachedTo(server);
  const rebuild = (imageRef: string, version: string) =>
    cloud.call('POST', `/servers/${server}/action`, { version, body: { rebuild: { imageRef } } });
  const early = await rebuild(STABLE.id, '2.92');
  assert.equal(early.status, 400);
  assert.match(early.body.badRequest.message, /Unable to rebuild with a different image for a volume-backed server\.$/);
  const content = () => {
    const row = volumeTable.read(cloud.store, volumeId);
    return [row?.status, row?.content.kind === 'image' ? row.content.imageId : null];
  };
  const rebuilt = async (imageRef: string, version: string): Promise<void> => {
    const answer = await rebuild(imageRef, version);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    assert.equal(answer.body.server.image, '');
    await cloud.until(server, 'ACTIVE');
  };
  // The image that it is of already changes nothing before 2.93.
  await rebuilt(IMAGE, '2.92');
  assert.deepEqual(content(), ['in-use', IMAGE]);
  await rebuilt(STABLE.id, '2.93');
  assert.deepEqual(content(), ['in-use', STABLE.id]);
  const { volume } = (await volumes.call('GET', `/volumes/${volumeId}`)).body;
  assert.equal(volume.volume_image_metadata.image_id, STABLE.id);
  await cloud.call('POST', `/servers/${server}/action`, { body: { 'os-stop': null } });
  await cloud.until(server, 'SHUTOFF');
  assert.equal((await rebuild(IMAGE, '2.93')).status, 202);
  for (let polls = 0; content()[1] !== IMAGE; polls++) {
    assert.ok(polls < POLLS_MAX);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await cloud.until(server, 'SHUTOFF');
});

test('what boots from a volume is rescued from 2.87 on, with an image that is made for it', async () => {
  const server = await booted([{ ...ofImage, delete_on_termination: true }]);
  const rescue = (image: string | undefined, version: string) =>
    cloud.call('POST', `/servers/${server}/action`, {
      version,
      body: { rescue: image === undefined ? null : { rescue_image_ref: image } },
    });
  assert.equal((await rescue(STABLE.id, '2.86')).status, 400);
  assert.equal((await rescue(undefined, '2.87')).status, 400);
  assert.equal((await rescue(IMAGE, '2.87')).status, 400);
  assert.equal((await rescue(STABLE.id, '2.87')).status, 200);
  await cloud.until(server, 'RESCUE');
  await cloud.call('POST', `/servers/${server}/action`, { body: { unrescue: null } });
  await cloud.until(server, 'ACTIVE');
});
