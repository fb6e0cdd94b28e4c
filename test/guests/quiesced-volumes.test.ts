import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runInGuest, sshPortOf } from '../clients/guest-shell.ts';
import { guestImageUnavailable } from '../drivers/qemu/guest-image.ts';
import { qemuUnavailable } from '../drivers/qemu/setup.ts';
import { listAt, textAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { agentDisk, agentUnavailable, START_AGENT } from './agent-disk.ts';
import { COUNTING } from './counting.ts';
import { TwoHostCloud } from './two-host-cloud.ts';

const LIMIT_MS = 60_000;
const SERVERS = '/compute/v2.1/servers';
const PASSWORD = 'a word of the agent';
const SCRIPT = `${COUNTING.slice(0, COUNTING.indexOf('\n'))}\n${START_AGENT}\n${COUNTING}`;

describe('a guest that counts on a volume, with an agent of QEMU in it', {
  skip: qemuUnavailable || guestImageUnavailable || agentUnavailable,
}, () => {
  let cloud: TwoHostCloud;
  let id = '';
  const says = (words: RegExp): Promise<true> =>
    until(`${words}`, async () => (words.test(await cloud.console(id)) ? true : null), { limitMs: LIMIT_MS });

  before(async () => {
    cloud = new TwoHostCloud();
    await cloud.start();
    const image = await cloud.uploadGuest({ hw_qemu_guest_agent: 'yes', os_require_quiesce: 'yes' });
    const agent = await cloud.uploadDisk(await agentDisk(), { name: 'agent', disk_format: 'raw' });
    const ofImage = { source_type: 'image', destination_type: 'volume', volume_size: 1, delete_on_termination: true };
    const block_device_mapping_v2 = [
      { ...ofImage, boot_index: 0, uuid: image },
      { ...ofImage, boot_index: -1, uuid: agent },
    ];
    id = await cloud.boot({ block_device_mapping_v2 }, { script: SCRIPT });
    await cloud.reaches(id, 'ACTIVE');
    await says(/^guest-agent runs 0\r?$/m);
  });
  after(() => cloud.remove());

  test('is frozen by it for the moments at which its volumes are copied for an image, and goes on', async () => {
    const before = await cloud.counts(id);
    const image = textAt(await cloud.act(id, { createImage: { name: 'quiet' } }), 'image_id');
    await cloud.reaches(id, 'ACTIVE');
    assert.equal(textAt(await cloud.must('GET', `/image/v2/images/${image}`), 'status'), 'active');
    const made = async () => {
      const snapshots = listAt(await cloud.must('GET', '/volume/v3/snapshots/detail'), 'snapshots');
      return snapshots.every((one) => textAt(one, 'status') === 'available') ? snapshots : null;
    };
    assert.equal((await until('the snapshots are there', made, { limitMs: LIMIT_MS })).length, 2);
    await says(/(^guest-agent freeze\r?$[\s\S]*^guest-agent thaw\r?$[\s\S]*){2}/m);
    await cloud.goesOn(id, before);
  });

  test('gets a password by it', async () => {
    await cloud.act(id, { changePassword: { adminPass: PASSWORD } });
    await cloud.reaches(id, 'ACTIVE');
    const port = sshPortOf(cloud.stateDir, id, await cloud.hostOf(id));
    assert.equal((await runInGuest(port, { password: PASSWORD }, 'hostname')).trim(), 'counting');
    assert.equal((await cloud.call('GET', `${SERVERS}/${id}`)).status, 200);
  });
});
