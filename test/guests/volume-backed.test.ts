import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runInGuest, sshPortOf } from '../clients/guest-shell.ts';
import { guestImageUnavailable } from '../drivers/qemu/guest-image.ts';
import { qemuUnavailable } from '../drivers/qemu/setup.ts';
import { guestHosts } from '../process/guests.ts';
import { listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import type { Count } from './counting.ts';
import { TwoHostCloud } from './two-host-cloud.ts';

const LIMIT_MS = 60_000;
const SERVERS = '/compute/v2.1/servers';
const VOLUMES = '/volume/v3/volumes';
const PASSWORD = 'told at its creation';

describe('a guest that counts on a volume', { skip: qemuUnavailable || guestImageUnavailable }, () => {
  let cloud: TwoHostCloud;
  let [id, imageRef] = ['', ''];
  let last: Count;
  const boots: string[] = [];
  const bootedAnew = async (server = id): Promise<Count> => {
    const count = await cloud.counts(server, { notBoots: boots });
    boots.push(count.boot);
    return count;
  };
  const volumeIs = (volume: string, status: string): Promise<true> => {
    const look = async () =>
      textAt(await cloud.must('GET', `${VOLUMES}/${volume}`), 'volume', 'status') === status ? true : null;
    return until(`${volume} is ${status}`, look, { limitMs: LIMIT_MS });
  };
  const volumes = async () => listAt(await cloud.must('GET', `${VOLUMES}/detail`), 'volumes');
  const gone = async (server: string): Promise<void> => {
    await cloud.must('DELETE', `${SERVERS}/${server}`);
    const look = async () => ((await cloud.call('GET', `${SERVERS}/${server}`)).status === 404 ? true : null);
    await until('the server is gone', look, { limitMs: LIMIT_MS });
  };
  before(async () => {
    cloud = new TwoHostCloud();
    await cloud.start();
    // Rescued with such an image, a server keeps its disks where they are.
    imageRef = await cloud.uploadGuest({ hw_rescue_device: 'disk', hw_rescue_bus: 'virtio' });
  });
  after(() => cloud.remove());

  test('boots from a volume that is made of an image, with its port, on the host that was asked for', async () => {
    const host = (await cloud.hosts()).at(-1);
    const root = { boot_index: 0, uuid: imageRef, source_type: 'image', destination_type: 'volume', volume_size: 1 };
    const block_device_mapping_v2 = [{ ...root, delete_on_termination: true }];
    const wanted = { port: { network_id: await cloud.networkId() } };
    const port = valueAt(await cloud.must('POST', '/network/v2.0/ports', wanted), 'port');
    const networks = [{ port: textAt(port, 'id') }];
    id = await cloud.boot({ host, adminPass: PASSWORD, networks, block_device_mapping_v2 });
    await cloud.reaches(id, 'ACTIVE');
    last = await bootedAnew();
    assert.deepEqual([last.was, last.disks, await cloud.hostOf(id)], ['nothing', 2, host]);
    const address = `addresses=${textAt(port, 'fixed_ips', 0, 'ip_address')} `;
    const told = async () => ((await cloud.console(id)).includes(address) ? true : null);
    await until('the guest tells its address', told, { limitMs: LIMIT_MS });
    const [volume] = await volumes();
    assert.deepEqual([textAt(volume, 'status'), textAt(volume, 'attachments', 0, 'server_id')], ['in-use', id]);
  });

  test('is captured as a snapshot of its volume, from which another one boots with what it had counted', async () => {
    const before = await cloud.goesOn(id, last);
    const image = textAt(await cloud.act(id, { createImage: { name: 'of a volume' } }), 'image_id');
    await cloud.reaches(id, 'ACTIVE');
    last = await cloud.goesOn(id, before);
    assert.equal(textAt(await cloud.must('GET', `/image/v2/images/${image}`), 'status'), 'active');
    const snapshots = async () => listAt(await cloud.must('GET', '/volume/v3/snapshots'), 'snapshots');
    assert.equal((await snapshots()).length, 1);
    const other = await cloud.boot({ imageRef: image });
    await cloud.reaches(other, 'ACTIVE');
    const { was } = await bootedAnew(other);
    assert.ok(Number(was) >= before.count, `${was} after ${before.count}`);
    assert.equal((await volumes()).length, 2);
    await gone(other);
    await until('its volume is gone', async () => ((await volumes()).length === 1 ? true : null), {
      limitMs: LIMIT_MS,
    });
    // A volume stays as long as there are snapshots of it.
    await cloud.must('DELETE', `/volume/v3/snapshots/${textAt((await snapshots())[0], 'id')}`);
    const none = async () => ((await snapshots()).length === 0 ? true : null);
    await until('the snapshot is gone', none, { limitMs: LIMIT_MS });
  });

  test('goes on with its count on the other host, which has its disk already', async () => {
    const target = await cloud.otherHost(id);
    await cloud.act(id, { 'os-migrateLive': { host: target, block_migration: 'auto' } });
    await cloud.reaches(id, 'ACTIVE');
    last = await cloud.goesOn(id, last);
    await cloud.assertOnlyOn(id, target);
  });

  test('boots from a rescue disk behind its own, and from its own again', async () => {
    await cloud.act(id, { rescue: { rescue_image_ref: imageRef } });
    await cloud.reaches(id, 'RESCUE');
    assert.equal((await bootedAnew()).disks, 3);
    assert.match(await cloud.commandLine(id), /rescue\.qcow2/);
    await cloud.act(id, { unrescue: null });
    await cloud.reaches(id, 'ACTIVE');
    last = await bootedAnew();
    assert.equal(last.disks, 2);
    assert.notEqual(last.was, 'nothing');
  });

  test('has another volume put in the place of one while it runs, and reads there what it wrote', async () => {
    const made = ['old', 'new'].map((name) => cloud.must('POST', VOLUMES, { volume: { size: 1, name } }));
    const [old = '', next = ''] = (await Promise.all(made)).map((one) => textAt(one, 'volume', 'id'));
    for (const volume of [old, next]) await volumeIs(volume, 'available');
    const attachments = `${SERVERS}/${id}/os-volume_attachments`;
    await cloud.must('POST', attachments, { volumeAttachment: { volumeId: old } });
    await volumeIs(old, 'in-use');
    const port = sshPortOf(cloud.stateDir, id, await cloud.hostOf(id));
    const disk = `disk=$(grep -l '^${old.slice(0, 20)}' /sys/block/*/serial | cut -d/ -f4) && [ -n "$disk" ]`;
    const inGuest = (command: string) => runInGuest(port, { password: PASSWORD }, `${disk} && ${command}`);
    const write = 'printf written | dd of=/dev/$disk conv=fsync 2>/dev/null && echo done';
    const written = async () => ((await inGuest(write)).trim() === 'done' ? true : null);
    await until('the guest has its disk', written, { limitMs: LIMIT_MS, everyMs: 500 });
    await cloud.must('POST', `${VOLUMES}/${old}/action`, { 'os-reset_status': { migration_status: 'migrating' } });
    await cloud.must('PUT', `${attachments}/${old}`, { volumeAttachment: { volumeId: next } });
    await volumeIs(next, 'in-use');
    await volumeIs(old, 'available');
    const read = 'echo 3 >/proc/sys/vm/drop_caches && dd if=/dev/$disk bs=7 count=1 2>/dev/null';
    assert.equal((await inGuest(read)).trim(), 'written');
    last = await cloud.goesOn(id, last);
    await cloud.must('DELETE', `${attachments}/${next}`);
    await volumeIs(next, 'available');
  });

  test('is rebuilt: its volume is made anew', async () => {
    await cloud.act(id, { rebuild: { imageRef } });
    await cloud.reaches(id, 'ACTIVE');
    assert.equal((await bootedAnew()).was, 'nothing');
  });

  test('deleted, it leaves nothing on either host, and takes its volume along', async () => {
    await gone(id);
    assert.equal(guestHosts(cloud.stateDir).size, 0);
    const left = async () => {
      const names = (await volumes()).map((volume) => textAt(volume, 'name'));
      return names.sort().join() === 'new,old' ? names : null;
    };
    await until('its volume is gone', left, { limitMs: LIMIT_MS });
  });
});
