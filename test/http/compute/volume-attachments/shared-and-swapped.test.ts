import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instances } from '../../../../actors/instance/row.ts';
import { changeVolumes } from '../../../../actors/volume/client.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';
import { type CloudVolumes, volumesOf } from '../volumes.ts';

const IMAGE = anImage().id;
/** Polls of 5 ms before something counts as not happening. */
const POLLS_MAX = 2_000;
let cloud: TestCloud;
let volumes: CloudVolumes;

before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
  volumes = volumesOf(cloud);
});
after(() => cloud.close());

const path = (server: string, volume = ''): string =>
  `/servers/${server}/os-volume_attachments${volume === '' ? '' : `/${volume}`}`;

async function booted(): Promise<string> {
  const id = await cloud.boot({ networks: 'none' });
  await cloud.until(id, 'ACTIVE');
  return id;
}

const attach = (server: string, volumeId: string, more: object = {}, version = '2.100') =>
  cloud.call('POST', path(server), { version, body: { volumeAttachment: { volumeId, ...more } } });

/** A server with a volume. */
async function serverWith(volume: string, more: object = {}): Promise<string> {
  const server = await booted();
  assert.equal((await attach(server, volume, more)).status, 200);
  await volumes.until(volume, 'in-use');
  return server;
}

const act = (volume: string, body: object) => volumes.call('POST', `/volumes/${volume}/action`, body, 'admin');
const migrating = (volume: string, status: string) => act(volume, { 'os-reset_status': { migration_status: status } });
const swap = (server: string, from: string, to: string, version = '2.84') =>
  cloud.call('PUT', path(server, from), { version, as: 'admin', body: { volumeAttachment: { volumeId: to } } });
const volumeIds = async (server: string): Promise<readonly string[]> =>
  (await cloud.call('GET', path(server))).body.volumeAttachments.map((one: { volumeId: string }) => one.volumeId);
const messageOf = (body: Record<string, { message: string }>): string => Object.values(body)[0]?.message ?? '';

async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`it never came to this: ${what}`);
}

for (const version of ['2.1', '2.85']) {
  test(`a volume that migrates is replaced by another one, in the same place, at ${version}`, async () => {
    const [one, other] = [await volumes.make(), await volumes.make({ size: 2 })];
    const server = await serverWith(one, { tag: 'data', delete_on_termination: true });
    assert.equal((await migrating(one, 'migrating')).status, 202);
    assert.equal(
      (await volumes.call('GET', `/volumes/${one}`, undefined, 'admin')).body.volume.migration_status,
      'migrating',
    );
    const before = (await cloud.call('GET', path(server, one), { version: '2.89' })).body.volumeAttachment;
    assert.equal((await swap(server, one, other, version)).status, 202);
    await volumes.until(one, 'available');
    await volumes.until(other, 'in-use');
    const after = (await cloud.call('GET', path(server, other), { version: '2.89' })).body.volumeAttachment;
    for (const field of ['device', 'tag', 'delete_on_termination', 'bdm_uuid'])
      assert.equal(after[field], before[field], field);
    assert.notEqual(after.attachment_id, before.attachment_id);
    assert.equal((await cloud.call('GET', path(server, one))).status, 404);
    const { volume } = (await volumes.call('GET', `/volumes/${one}`, undefined, 'admin')).body;
    assert.equal(volume.migration_status, null);
    const { instanceActions } = (await cloud.call('GET', `/servers/${server}/os-instance-actions`)).body;
    assert.equal(instanceActions[0].action, 'swap_volume');
    // It goes with the server, as what it has replaced did; that one does not any more.
    await cloud.call('DELETE', `/servers/${server}`);
    await cloud.until(server, 'gone');
    await volumes.until(other, 'gone');
    await volumes.until(one, 'available');
  });
}

test('what cannot be swapped is refused as Nova does, and nothing is taken', async () => {
  const [one, other, large, elsewhere] = [
    await volumes.make({ size: 2 }),
    await volumes.make(),
    await volumes.make({ size: 2 }),
    await volumes.make({ size: 2 }),
  ];
  const server = await serverWith(one);
  await serverWith(elsewhere);
  for (const volume of [one, large]) await migrating(volume, 'migrating');
  const small = await swap(server, one, other);
  assert.deepEqual(
    [small.status, messageOf(small.body)],
    [400, 'Invalid volume: New volume must be the same size or larger.'],
  );
  const taken = await swap(server, one, elsewhere);
  assert.deepEqual(
    [taken.status, messageOf(taken.body)],
    [400, 'Invalid volume: New volume must be detached in order to swap.'],
  );
  const foreign = await swap(server, large, other);
  assert.deepEqual(
    [foreign.status, messageOf(foreign.body)],
    [400, 'Invalid volume: Old volume is attached to a different instance.'],
  );
  await cloud.call('POST', `/servers/${server}/action`, { body: { 'os-stop': null } });
  await cloud.until(server, 'SHUTOFF');
  const stopped = await swap(server, one, large);
  assert.deepEqual(
    [stopped.status, messageOf(stopped.body)],
    [409, `Cannot 'swap_volume' instance ${server} while it is in vm_state stopped`],
  );
  await migrating(one, 'none');
  assert.equal((await swap(server, one, large)).status, 409);
  assert.deepEqual(await volumeIds(server), [one]);
  await volumes.until(large, 'available');
});

test('a volume for several servers is given to them from 2.60 on, and comes free when the last lets go of it', async () => {
  const volume = await volumes.make({ volume_type: 'multiattach' });
  const shown = (await volumes.call('GET', `/volumes/${volume}`)).body.volume;
  assert.deepEqual([shown.multiattach, shown.volume_type], [true, 'multiattach']);
  const one = await booted();
  const early = await attach(one, volume, {}, '2.59');
  assert.equal(early.status, 400);
  assert.match(messageOf(early.body), /only supported starting with compute API version 2.60/);
  assert.equal((await attach(one, volume, {}, '2.60')).status, 200);
  await volumes.until(volume, 'in-use');
  const other = await serverWith(volume);
  assert.equal((await attach(other, volume)).status, 400);
  await eventually('two attachments', async () => {
    const { attachments } = (await volumes.call('GET', `/volumes/${volume}`)).body.volume;
    return attachments.length === 2;
  });
  await migrating(volume, 'migrating');
  const swapped = await swap(other, volume, await volumes.make());
  assert.match(messageOf(swapped.body), /^Swapping multi-attach volumes/);
  assert.equal((await cloud.call('DELETE', path(one, volume))).status, 202);
  await eventually('one attachment', async () => (await volumeIds(one)).length === 0);
  assert.equal((await volumes.call('GET', `/volumes/${volume}`)).body.volume.status, 'in-use');
  await cloud.call('DELETE', `/servers/${other}`);
  await cloud.until(other, 'gone');
  await volumes.until(volume, 'available');
});

test('several servers of one request may have a volume that is for several, and no other one', async () => {
  const [shared, own] = [await volumes.make({ multiattach: true }), await volumes.make()];
  const boot = (uuid: string, version = '2.96') => {
    const device = { source_type: 'volume', destination_type: 'volume', uuid };
    const image = { source_type: 'image', destination_type: 'local', uuid: IMAGE, boot_index: 0 };
    const many = { min_count: 2, block_device_mapping_v2: [image, device], return_reservation_id: true };
    return cloud.call('POST', '/servers', {
      version,
      body: { server: { name: 'n', flavorRef: '1', imageRef: IMAGE, networks: 'none', ...many } },
    });
  };
  assert.equal((await boot(own)).status, 400);
  assert.equal((await boot(shared, '2.59')).status, 400);
  const made = await boot(shared);
  assert.equal(made.status, 202);
  const reservation = made.body.reservation_id;
  const ids = [...instances.scan(cloud.store)].filter((row) => row.reservationId === reservation).map(({ id }) => id);
  assert.equal(ids.length, 2);
  for (const id of ids) await cloud.until(id, 'ACTIVE');
  for (const id of ids) assert.deepEqual(await volumeIds(id), [shared]);
});

test('a volume grows while a server has it, which the server hears and records', async () => {
  const volume = await volumes.make();
  const server = await serverWith(volume);
  const extend = { 'os-extend': { new_size: 3 } };
  assert.equal((await act(volume, extend)).status, 202);
  await volumes.until(volume, 'in-use');
  await eventually('its new size', () => instances.read(cloud.store, server)?.volumes?.[0]?.sizeGib === 3);
  await eventually('the action', async () => {
    const { instanceActions } = (await cloud.call('GET', `/servers/${server}/os-instance-actions`)).body;
    return instanceActions[0].action === 'extend_volume';
  });
  const outside = await changeVolumes(cloud.system, {
    type: 'extendVolume',
    id: volume,
    sizeGib: 4,
    attachedToo: false,
  });
  assert.equal(outside.ok, false);
});

test('another service may tell that a volume has grown: from 2.51 on, with the volume for a tag', async () => {
  const volume = await volumes.make();
  const server = await serverWith(volume);
  const tell = (tag: string | undefined, version = '2.51') =>
    cloud.call('POST', '/os-server-external-events', {
      as: 'admin',
      version,
      body: { events: [{ name: 'volume-extended', server_uuid: server, ...(tag === undefined ? {} : { tag }) }] },
    });
  assert.equal((await tell(volume, '2.50')).status, 400);
  assert.equal((await tell(undefined)).status, 207);
  assert.equal((await tell(volume)).status, 200);
  assert.equal((await tell('00000000-0000-4000-8000-000000000000')).status, 200);
  const { instanceActions } = (await cloud.call('GET', `/servers/${server}/os-instance-actions`)).body;
  // Nothing has grown, so nothing is done.
  assert.equal(instanceActions[0].action, 'attach_volume');
});
