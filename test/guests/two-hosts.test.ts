import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { guestImageUnavailable } from '../drivers/qemu/guest-image.ts';
import { qemuUnavailable } from '../drivers/qemu/setup.ts';
import { guestHosts, guestProcesses } from '../process/guests.ts';
import { listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import type { Count } from './counting.ts';
import { slowMigration } from './slow-migration.ts';
import { TwoHostCloud } from './two-host-cloud.ts';

const LIMIT_MS = 60_000;
const SERVERS = '/compute/v2.1/servers';
const VOLUMES = '/volume/v3/volumes';

describe('a guest that counts, on two hosts', { skip: qemuUnavailable || guestImageUnavailable }, () => {
  let cloud: TwoHostCloud;
  let id = '';
  let imageRef = '';
  let last: Count;
  const boots: string[] = [];
  /** Waits for the first count of another boot than those seen. */
  const bootedAnew = async (): Promise<Count> => {
    last = await cloud.counts(id, { notBoots: boots });
    boots.push(last.boot);
    return last;
  };
  before(async () => {
    cloud = new TwoHostCloud();
    await cloud.start();
    imageRef = await cloud.uploadGuest();
    id = await cloud.boot({ imageRef });
    await cloud.reaches(id, 'ACTIVE');
    await bootedAnew();
  });
  after(() => cloud.remove());

  test('goes on with its count when it was paused, and when it was suspended', async () => {
    for (const [stop, status, go] of [
      ['pause', 'PAUSED', 'unpause'],
      ['suspend', 'SUSPENDED', 'resume'],
    ] as const) {
      await cloud.act(id, { [stop]: null });
      await cloud.reaches(id, status);
      assert.equal((await guestProcesses(cloud.stateDir)).size, stop === 'pause' ? 1 : 0);
      await cloud.act(id, { [go]: null });
      await cloud.reaches(id, 'ACTIVE');
      last = await cloud.goesOn(id, last);
    }
  });

  test('is told why it gets no password without an agent, and why its own disk is not shared, and counts on', async () => {
    const path = `${SERVERS}/${id}/action`;
    const asked = await cloud.call('POST', path, { changePassword: { adminPass: 'nobody takes it' } });
    assert.equal(asked.status, 409);
    assert.match(JSON.stringify(asked.body), /Guest agent is not enabled for the instance/);
    const shared = { host: await cloud.otherHost(id), block_migration: false };
    // Newer clients find the same in the action's events.
    const refused = await cloud.call('POST', path, { 'os-migrateLive': shared }, '2.30');
    assert.equal(refused.status, 400);
    assert.match(JSON.stringify(refused.body), /is not on shared storage/);
    last = await cloud.goesOn(id, last);
  });

  test('goes on with its count on the other host, with a volume, and lets go of that there', async () => {
    const volume = await cloud.must('POST', VOLUMES, { volume: { size: 1, name: 'data' } });
    const volumeId = textAt(volume, 'volume', 'id');
    const volumeIs = (status: string): Promise<true> =>
      until(
        `the volume is ${status}`,
        async () =>
          textAt(await cloud.must('GET', `${VOLUMES}/${volumeId}`), 'volume', 'status') === status ? true : null,
        { limitMs: LIMIT_MS },
      );
    await volumeIs('available');
    await cloud.must('POST', `${SERVERS}/${id}/os-volume_attachments`, { volumeAttachment: { volumeId } });
    await volumeIs('in-use');
    const serial = `serial=${volumeId.slice(0, 20)}`;
    const says = (event: string): Promise<true> =>
      until(event, async () => ((await cloud.console(id)).includes(event) ? true : null), { limitMs: LIMIT_MS });
    await says(serial);
    const [source, target] = [await cloud.hostOf(id), await cloud.otherHost(id)];
    await cloud.act(id, { 'os-migrateLive': { host: target, block_migration: 'auto' } });
    await cloud.reaches(id, 'ACTIVE');
    last = await cloud.goesOn(id, last);
    await cloud.assertOnlyOn(id, target);
    const [migration] = await cloud.migrations(id);
    assert.deepEqual(
      ['status', 'migration_type', 'source_compute', 'dest_compute'].map((field) => textAt(migration, field)),
      ['completed', 'live-migration', source, target],
    );
    assert.match(await cloud.console(id), /count=1 boot=/, 'the console shows what it said on the host before');
    await cloud.must('DELETE', `${SERVERS}/${id}/os-volume_attachments/${volumeId}`);
    await volumeIs('available');
    await says('action=remove kind=disk');
    await cloud.must('DELETE', `${VOLUMES}/${volumeId}`);
  });

  test('is on one host, and counts on, whenever the controller was killed during a migration', async (t) => {
    const outcomes: string[] = [];
    for (const afterMs of [100, 300, 500, 800]) {
      const [source, target] = [await cloud.hostOf(id), await cloud.otherHost(id)];
      await cloud.act(id, { 'os-migrateLive': { host: target, block_migration: 'auto' } });
      await pause(afterMs);
      await cloud.kill();
      await cloud.start();
      await cloud.reaches(id, 'ACTIVE');
      last = await cloud.goesOn(id, last);
      const host = await cloud.hostOf(id);
      await cloud.assertOnlyOn(id, host);
      const [migration] = await cloud.migrations(id);
      const status = textAt(migration, 'status');
      outcomes.push(`${afterMs} ms: ${status}`);
      assert.equal(host, status === 'completed' ? target : source, status);
    }
    t.diagnostic(outcomes.join('; '));
  });

  test('an aborted migration leaves it where it is', async () => {
    const { number, source } = await slowMigration(cloud, id);
    await cloud.must('DELETE', `${SERVERS}/${id}/migrations/${number}`);
    await cloud.reaches(id, 'ACTIVE');
    last = await cloud.goesOn(id, last);
    assert.equal(textAt((await cloud.migrations(id))[0], 'status'), 'cancelled');
    await cloud.assertOnlyOn(id, source);
  });

  test('is captured into an image and into backups while it counts, of which the older ones go', async () => {
    const made = [];
    for (const action of [
      { createImage: { name: 'snapshot' } },
      { createBackup: { name: 'older', backup_type: 'daily', rotation: 1 } },
      { createBackup: { name: 'newer', backup_type: 'daily', rotation: 1 } },
    ]) {
      made.push(textAt(await cloud.act(id, action), 'image_id'));
      await cloud.reaches(id, 'ACTIVE');
    }
    const [snapshot, , newer] = made;
    const left = async () => {
      const images = listAt(await cloud.must('GET', '/image/v2/images'), 'images');
      const names = images.map((image) => `${textAt(image, 'name')} ${textAt(image, 'status')}`).sort();
      const isRotated = names.join() === 'guest active,newer active,snapshot active';
      return isRotated ? images.map((image) => textAt(image, 'id')) : null;
    };
    const ids = await until('one backup is left, and the image', left, { limitMs: LIMIT_MS });
    assert.deepEqual(
      [snapshot, newer].map((image) => ids.includes(String(image))),
      [true, true],
    );
    last = await cloud.goesOn(id, last);
  });

  test('is larger on the other host after a resize that is confirmed, with its disk', async () => {
    const target = await cloud.otherHost(id);
    const before = last;
    await cloud.act(id, { resize: { flavorRef: '84' } });
    await cloud.reaches(id, 'VERIFY_RESIZE');
    await bootedAnew();
    assert.ok(Number(last.was) >= before.count, `${last.was} after ${before.count}`);
    assert.ok(last.memory > before.memory + 32 * 1024, `${last.memory} after ${before.memory} KiB`);
    assert.equal(await cloud.hostOf(id), target);
    await cloud.act(id, { confirmResize: null });
    await cloud.reaches(id, 'ACTIVE');
    last = await cloud.goesOn(id, last);
    await cloud.assertOnlyOn(id, target);
  });

  test('is as it was after a cold migration that is reverted: what it has counted elsewhere is lost', async () => {
    const source = await cloud.hostOf(id);
    const before = last;
    await cloud.act(id, { migrate: null });
    await cloud.reaches(id, 'VERIFY_RESIZE');
    assert.notEqual(await cloud.hostOf(id), source);
    const there = await bootedAnew();
    assert.ok(Number(there.was) >= before.count);
    await cloud.act(id, { revertResize: null });
    await cloud.reaches(id, 'ACTIVE');
    await bootedAnew();
    assert.equal(last.was, there.was);
    await cloud.assertOnlyOn(id, source);
  });

  test('boots from a rescue disk, from its own again, and is rebuilt with an empty one', async () => {
    await cloud.act(id, { rescue: { rescue_image_ref: imageRef } });
    await cloud.reaches(id, 'RESCUE');
    assert.equal((await bootedAnew()).disks, 3, 'its own disk is there beside the one to rescue it with');
    await cloud.act(id, { unrescue: null });
    await cloud.reaches(id, 'ACTIVE');
    assert.ok(!(await cloud.commandLine(id)).includes('rescue.qcow2'));
    await cloud.act(id, { rebuild: { imageRef } });
    await cloud.reaches(id, 'ACTIVE');
    assert.equal((await bootedAnew()).was, 'nothing');
  });

  test('comes back on the other host after it was shelved', async () => {
    const [target, before] = [await cloud.otherHost(id), last];
    await cloud.act(id, { shelve: null });
    await cloud.reaches(id, 'SHELVED_OFFLOADED');
    assert.equal((await guestProcesses(cloud.stateDir)).size, 0);
    assert.equal(guestHosts(cloud.stateDir).size, 0);
    await cloud.act(id, { unshelve: { host: target } });
    await cloud.reaches(id, 'ACTIVE');
    assert.ok(Number((await bootedAnew()).was) >= before.count);
    await cloud.assertOnlyOn(id, target);
  });

  test('is made anew elsewhere when its host is down, and the old guest goes when that is back', async () => {
    const [source, target, before] = [await cloud.hostOf(id), await cloud.otherHost(id), last];
    const services = listAt(await cloud.must('GET', '/compute/v2.1/os-services?binary=nova-compute'), 'services');
    const service = services.find((one) => textAt(one, 'host') === source);
    const forceDown = (forced_down: boolean): Promise<unknown> =>
      cloud.must('PUT', `/compute/v2.1/os-services/${textAt(service, 'id')}`, { forced_down });
    await forceDown(true);
    await cloud.act(id, { evacuate: {} });
    await cloud.reaches(id, 'ACTIVE');
    assert.equal(await cloud.hostOf(id), target);
    assert.equal((await bootedAnew()).was, before.was, 'its disk is made of what it was made of before');
    assert.equal((await guestProcesses(cloud.stateDir)).get(id)?.length, 2, 'nobody has told the host that is down');
    await forceDown(false);
    await cloud.assertOnlyOn(id, target);
    last = await cloud.goesOn(id, last);
  });

  test('deleted, it leaves no process, no disk and no port on either host', async () => {
    await cloud.must('DELETE', `${SERVERS}/${id}`);
    const gone = async () => ((await cloud.call('GET', `${SERVERS}/${id}`)).status === 404 ? true : null);
    await until('the server is gone', gone, { limitMs: LIMIT_MS });
    assert.equal((await guestProcesses(cloud.stateDir)).size, 0);
    assert.equal(guestHosts(cloud.stateDir).size, 0);
    assert.deepEqual(valueAt(await cloud.must('GET', '/network/v2.0/ports'), 'ports'), []);
  });
});
