import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';
import { type CloudVolumes, volumesOf } from '../volumes.ts';

const NOWHERE = '00000000-0000-4000-8000-000000000000';
let cloud: TestCloud;
let volumes: CloudVolumes;

before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
  volumes = volumesOf(cloud);
});
after(() => cloud.close());

const path = (server: string, volume = ''): string =>
  `/servers/${server}/os-volume_attachments${volume === '' ? '' : `/${volume}`}`;

const attach = (server: string, volumeId: string, more: object = {}, version = '2.100') =>
  cloud.call('POST', path(server), { version, body: { volumeAttachment: { volumeId, ...more } } });

async function booted(): Promise<string> {
  const id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
  return id;
}

test('a volume is attached, shown with the server and with itself, and detached', async () => {
  const server = await booted();
  const volume = await volumes.make();
  const attached = await attach(server, volume, { tag: 'data', delete_on_termination: false });
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  assert.deepEqual(attached.body.volumeAttachment, {
    id: volume,
    serverId: server,
    volumeId: volume,
    device: '/dev/vdb',
    tag: 'data',
    delete_on_termination: false,
  });
  await volumes.until(volume, 'in-use');
  const shown = await cloud.call('GET', path(server, volume), { version: '2.89' });
  assert.deepEqual(Object.keys(shown.body.volumeAttachment), [
    ...['volumeId', 'serverId', 'device', 'tag', 'delete_on_termination', 'attachment_id', 'bdm_uuid'],
  ]);
  assert.equal((await cloud.call('GET', path(server))).body.volumeAttachments.length, 1);
  const { body } = await volumes.call('GET', `/volumes/${volume}`, undefined, 'admin');
  assert.deepEqual(
    body.volume.attachments.map((one: Record<string, unknown>) => [one['server_id'], one['device'], one['host_name']]),
    [[server, '/dev/vdb', cloud.store && (await hostOf(server))]],
  );
  const view = await cloud.call('GET', `/servers/${server}`, { version: '2.3' });
  assert.deepEqual(view.body.server['os-extended-volumes:volumes_attached'], [
    { id: volume, delete_on_termination: false },
  ]);
  assert.equal((await cloud.call('DELETE', path(server, volume))).status, 202);
  await volumes.until(volume, 'available');
  assert.equal((await cloud.call('GET', path(server, volume))).status, 404);
  const { instanceActions } = (await cloud.call('GET', `/servers/${server}/os-instance-actions`)).body;
  assert.deepEqual(
    instanceActions.map((one: { action: string }) => one.action),
    ['detach_volume', 'attach_volume', 'create'],
  );
});

async function hostOf(server: string): Promise<string> {
  const { body } = await cloud.call('GET', `/servers/${server}`, { as: 'admin' });
  return body.server['OS-EXT-SRV-ATTR:host'];
}

test('what cannot be attached is refused as Nova does', async () => {
  const server = await booted();
  const other = await booted();
  const volume = await volumes.make();
  assert.equal((await attach(server, NOWHERE)).status, 404);
  assert.equal((await attach(server, 'x')).status, 400);
  assert.equal((await attach(server, volume, { device: '/dev/sdb' })).status, 200);
  await volumes.until(volume, 'in-use');
  const again = await attach(server, volume);
  assert.deepEqual(
    [again.status, again.body.badRequest.message],
    [400, `Invalid volume: volume ${volume} already attached`],
  );
  assert.equal((await attach(other, volume)).status, 400);
  const second = await volumes.make();
  assert.equal((await attach(server, second, { device: '/dev/sdb' })).status, 409);
  assert.equal((await volumes.call('DELETE', `/volumes/${volume}`)).status, 400);
  assert.equal((await cloud.call('DELETE', path(other, volume))).status, 404);
  assert.equal((await cloud.call('DELETE', path(server, NOWHERE))).status, 404);
});

test('several volumes at once are taken one after the other, and so is a stop that comes meanwhile', async () => {
  const server = await booted();
  const ids = [await volumes.make(), await volumes.make(), await volumes.make()];
  const [stopped, ...answers] = await Promise.all([
    cloud.call('POST', `/servers/${server}/action`, { body: { 'os-stop': null } }),
    ...ids.map((id) => attach(server, id)),
  ]);
  assert.equal(stopped?.status, 202);
  await cloud.until(server, 'SHUTOFF');
  const taken = answers.filter(({ status }) => status === 200);
  // What came while the stop was under way is told so.
  assert.ok(answers.every(({ status }) => status === 200 || status === 409));
  const listed = (await cloud.call('GET', path(server))).body.volumeAttachments;
  assert.equal(listed.length, taken.length);
  assert.equal(new Set(listed.map((one: { device: string }) => one.device)).size, taken.length);
});

test('a server that is deleted lets go of its volumes, and takes with it what goes with it', async () => {
  const server = await booted();
  const [kept, gone] = [await volumes.make(), await volumes.make()];
  assert.equal((await attach(server, kept)).status, 200);
  assert.equal((await attach(server, gone)).status, 200);
  await volumes.until(gone, 'in-use');
  const body = { volumeAttachment: { volumeId: gone, delete_on_termination: true } };
  assert.equal((await cloud.call('PUT', path(server, gone), { version: '2.85', body })).status, 202);
  assert.equal((await cloud.call('DELETE', `/servers/${server}`)).status, 204);
  await cloud.until(server, 'gone');
  await volumes.until(kept, 'available');
  await volumes.until(gone, 'gone');
});

test('a swap is for volumes that the volume service moves, and for administrators', async () => {
  const server = await booted();
  const [one, other] = [await volumes.make(), await volumes.make()];
  await attach(server, one);
  await volumes.until(one, 'in-use');
  const body = { volumeAttachment: { volumeId: other } };
  assert.equal((await cloud.call('PUT', path(server, one), { body })).status, 403);
  assert.equal((await cloud.call('PUT', path(server, one), { body, as: 'admin' })).status, 409);
  assert.equal((await cloud.call('PUT', path(server, one), { body, as: 'admin', version: '2.85' })).status, 409);
});

test('a shelved server takes and gives volumes from 2.20 on', async () => {
  const server = await booted();
  const volume = await volumes.make();
  await cloud.call('POST', `/servers/${server}/action`, { body: { shelve: null } });
  await cloud.until(server, 'SHELVED_OFFLOADED');
  assert.equal((await attach(server, volume, {}, '2.19')).status, 409);
  assert.equal((await attach(server, volume, {}, '2.20')).status, 200);
  await volumes.until(volume, 'in-use');
  assert.equal((await cloud.call('DELETE', path(server, volume), { version: '2.19' })).status, 409);
  assert.equal((await cloud.call('DELETE', path(server, volume), { version: '2.20' })).status, 202);
  await volumes.until(volume, 'available');
});

test('a server that is rebuilt keeps its volumes', async () => {
  const server = await booted();
  const volume = await volumes.make();
  assert.equal((await attach(server, volume)).status, 200);
  const body = { rebuild: { imageRef: anImage().id } };
  assert.equal((await cloud.call('POST', `/servers/${server}/action`, { body })).status, 202);
  await volumes.until(volume, 'in-use');
  await cloud.until(server, 'ACTIVE');
  assert.equal((await cloud.call('GET', path(server, volume))).status, 200);
});
