import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runInGuest, sshPortOf } from '../clients/guest-shell.ts';
import { guestImageUnavailable } from '../drivers/qemu/guest-image.ts';
import { qemuUnavailable } from '../drivers/qemu/setup.ts';
import { guestHosts, guestProcesses } from '../process/guests.ts';
import { column, listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { agentDisk, agentUnavailable, START_AGENT } from './agent-disk.ts';
import { COUNTING, type Count } from './counting.ts';
import { slowMigration } from './slow-migration.ts';
import { TwoHostCloud } from './two-host-cloud.ts';

const LIMIT_MS = 60_000;
const SERVERS = '/compute/v2.1/servers';
const CONFIG = 'resizeToSameHost: false\nshelvedOffloadSeconds: -1\nreclaimInstanceIntervalSeconds: 3600\n';
const PASSWORD = 'a word of the agent';
/** Tells what file the config drive brings, has the agent answer, and counts. */
const SCRIPT = `${COUNTING.slice(0, COUNTING.indexOf('\n'))}
mkdir -p /mnt/own && mount -o ro "$(findfs LABEL=config-2)" /mnt/own
echo "personality=$(cat /mnt/own/openstack/content/0000)"
umount /mnt/own
${START_AGENT}
${COUNTING}`;

describe('two guests that count, with an agent of QEMU in them', {
  skip: qemuUnavailable || guestImageUnavailable || agentUnavailable,
}, () => {
  let cloud: TwoHostCloud;
  let [one, other, card] = ['', '', ''];
  const boots: string[] = [];
  /** Waits for the first count of a server in another boot than those seen. */
  const bootedAnew = async (id: string): Promise<Count> => {
    const count = await cloud.counts(id, { notBoots: boots });
    boots.push(count.boot);
    return count;
  };
  const processOf = async (id: string): Promise<readonly number[]> =>
    (await guestProcesses(cloud.stateDir)).get(id) ?? [];
  const says = (id: string, words: RegExp): Promise<true> =>
    until(`${words}`, async () => (words.test(await cloud.console(id)) ? true : null), { limitMs: LIMIT_MS });

  before(async () => {
    cloud = new TwoHostCloud(CONFIG);
    await cloud.start();
    const quiet = { hw_qemu_guest_agent: 'yes', os_require_quiesce: 'yes' };
    const [image, agent] = [
      await cloud.uploadGuest(quiet),
      await cloud.uploadDisk(await agentDisk(), { name: 'agent', disk_format: 'raw' }),
    ];
    const group = { server_group: { name: 'apart', policy: 'soft-anti-affinity' } };
    const apart = textAt(await cloud.must('POST', '/compute/v2.1/os-server-groups', group), 'server_group', 'id');
    await cloud.boot(
      {
        imageRef: image,
        min_count: 2,
        availability_zone: 'nova',
        metadata: { role: 'counting' },
        tags: ['together'],
        personality: [{ path: '/etc/motd', contents: Buffer.from('brought along').toString('base64') }],
        block_device_mapping_v2: [
          { boot_index: 0, uuid: image, source_type: 'image', destination_type: 'local', delete_on_termination: true },
          {
            boot_index: -1,
            uuid: agent,
            source_type: 'image',
            destination_type: 'volume',
            volume_size: 1,
            delete_on_termination: true,
          },
        ],
      },
      // The last one that takes files.
      { version: '2.56', script: SCRIPT, hints: { group: apart } },
    );
    const listed = listAt(await cloud.must('GET', `${SERVERS}?sort_key=display_name&sort_dir=asc`), 'servers');
    [one = '', other = ''] = listed.map((server) => textAt(server, 'id'));
    for (const id of [one, other]) await cloud.reaches(id, 'ACTIVE');
  });
  after(() => cloud.remove());

  test('are created together and apart, with their files, tags and metadata, a volume of an image each, and count', async () => {
    const shown = [await cloud.server(one), await cloud.server(other)];
    assert.deepEqual(column(shown, 'name'), ['counting-1', 'counting-2']);
    assert.deepEqual(column(shown, 'OS-EXT-SRV-ATTR:host').sort(), [...(await cloud.hosts())].sort());
    for (const [at, id] of [one, other].entries()) {
      assert.deepEqual(listAt(shown[at], 'tags'), ['together']);
      assert.deepEqual(valueAt(shown[at], 'metadata'), { role: 'counting' });
      assert.equal((await bootedAnew(id)).disks, 3);
      await says(id, /^personality=brought along\r?$/m);
    }
  });

  test('get a password by the agent, and are frozen by it for the moment at which an image is made', async () => {
    await says(one, /^guest-agent runs 0\r?$/m);
    await cloud.act(one, { changePassword: { adminPass: PASSWORD } });
    await cloud.reaches(one, 'ACTIVE');
    const port = sshPortOf(cloud.stateDir, one, await cloud.hostOf(one));
    assert.equal((await runInGuest(port, { password: PASSWORD }, 'hostname')).trim(), 'counting-1');
    await assert.rejects(runInGuest(port, { password: 'guest' }, 'hostname'), /authentication methods failed/);
    const imageId = textAt(await cloud.act(one, { createImage: { name: 'quiet' } }), 'image_id');
    await cloud.reaches(one, 'ACTIVE');
    assert.equal(textAt(await cloud.must('GET', `/image/v2/images/${imageId}`), 'status'), 'active');
    await says(one, /^guest-agent freeze\r?$[\s\S]*^guest-agent thaw\r?$/m);
    await cloud.goesOn(one, await cloud.counts(one));
  });

  test('are not touched by locks, tags, metadata and a state that is reset', async () => {
    const [before, pids] = [await cloud.counts(one), await processOf(one)];
    await cloud.act(one, { lock: { locked_reason: 'it counts' } });
    await cloud.must('PUT', `${SERVERS}/${one}/tags/late`);
    await cloud.must('PUT', `${SERVERS}/${one}/metadata/role`, { meta: { role: 'witness' } });
    await cloud.act(one, { 'os-resetState': { state: 'error' } });
    const { status, locked, locked_reason, tags, metadata } = Object(await cloud.server(one));
    assert.deepEqual([status, locked, locked_reason], ['ERROR', true, 'it counts']);
    assert.deepEqual(
      [new Set(listAt({ tags }, 'tags')), metadata],
      [new Set(['late', 'together']), { role: 'witness' }],
    );
    await cloud.act(one, { 'os-resetState': { state: 'active' } });
    await cloud.act(one, { unlock: null });
    await cloud.reaches(one, 'ACTIVE');
    await cloud.goesOn(one, before);
    assert.deepEqual(await processOf(one), pids);
  });

  const interfaces = async (): Promise<readonly string[]> =>
    listAt(await cloud.must('GET', `${SERVERS}/${one}/os-interface`), 'interfaceAttachments').map((port) =>
      textAt(port, 'port_id'),
    );
  /** Waits until the guest counts so many cards, in the boot that it is in. */
  const hasCards = async (cards: number, from: Count): Promise<Count> => {
    const look = async () => {
      const now = await cloud.counts(one, { after: from.count });
      return now.nics === cards ? now : null;
    };
    const now = await until(`${cards} cards`, look, { limitMs: LIMIT_MS });
    assert.equal(now.boot, from.boot, 'the guest has begun anew');
    return now;
  };
  const attached = async (): Promise<string> => {
    const wanted = { interfaceAttachment: { net_id: await cloud.networkId(), tag: 'late' } };
    const answer = await cloud.must('POST', `${SERVERS}/${one}/os-interface`, wanted);
    return textAt(answer, 'interfaceAttachment', 'port_id');
  };

  test('get a network card while they run, which stays wherever they go and whatever is done to them, and lose it', async () => {
    card = await attached();
    let now = await hasCards(2, await cloud.counts(one));
    await cloud.act(one, { 'os-migrateLive': { host: await cloud.otherHost(one), block_migration: 'auto' } });
    await cloud.reaches(one, 'ACTIVE');
    now = await cloud.goesOn(one, now);
    await cloud.act(one, { suspend: null });
    await cloud.reaches(one, 'SUSPENDED');
    await cloud.act(one, { resume: null });
    await cloud.reaches(one, 'ACTIVE');
    now = await cloud.goesOn(one, now);
    assert.equal(now.nics, 2);
    await cloud.act(one, { reboot: { type: 'HARD' } });
    await cloud.reaches(one, 'ACTIVE');
    now = await bootedAnew(one);
    assert.equal(now.nics, 2);
    await cloud.must('DELETE', `${SERVERS}/${one}/os-interface/${card}`);
    await hasCards(1, now);
    await until('the port is gone', async () => ((await interfaces()).length === 1 ? true : null), {
      limitMs: LIMIT_MS,
    });
  });

  test('have the cards that the cloud says, when the controller was killed while one came', async () => {
    const [before, pids] = [await cloud.counts(one), await processOf(one)];
    const lost = attached().catch(() => null);
    await cloud.kill();
    await lost;
    await cloud.start();
    const [first, ...others] = await until(
      'nothing is under way',
      async () => {
        const ports = await interfaces();
        const { nics } = await cloud.counts(one, { after: before.count });
        return ports.length === nics ? ports : null;
      },
      { limitMs: LIMIT_MS },
    );
    assert.ok(first);
    card = others[0] ?? (await attached());
    await hasCards(2, before);
    assert.deepEqual(await processOf(one), pids);
  });

  test('are as they were after a resize that is reverted', async () => {
    const [source, before] = [await cloud.hostOf(one), await cloud.counts(one)];
    await cloud.act(one, { resize: { flavorRef: '84' } });
    await cloud.reaches(one, 'VERIFY_RESIZE');
    const there = await bootedAnew(one);
    assert.ok(there.memory > before.memory + 32 * 1024, `${there.memory} after ${before.memory} KiB`);
    assert.notEqual(await cloud.hostOf(one), source);
    await cloud.act(one, { revertResize: null });
    await cloud.reaches(one, 'ACTIVE');
    const back = await bootedAnew(one);
    assert.deepEqual([back.was, back.memory, back.nics], [there.was, before.memory, 2]);
    await cloud.assertOnlyOn(one, source);
  });

  test('are on the other host after a cold migration that is confirmed, off as they were, without the card', async () => {
    const [target, before] = [await cloud.otherHost(one), await cloud.counts(one)];
    await cloud.act(one, { 'os-stop': null });
    await cloud.reaches(one, 'SHUTOFF');
    await cloud.must('DELETE', `${SERVERS}/${one}/os-interface/${card}`);
    await cloud.act(one, { migrate: { host: target } });
    await cloud.reaches(one, 'VERIFY_RESIZE');
    await cloud.act(one, { confirmResize: null });
    await cloud.reaches(one, 'SHUTOFF');
    assert.deepEqual(guestHosts(cloud.stateDir).get(one), [target]);
    await cloud.act(one, { 'os-start': null });
    await cloud.reaches(one, 'ACTIVE');
    const there = await bootedAnew(one);
    assert.ok(Number(there.was) >= before.count, `${there.was} after ${before.count}`);
    assert.equal(there.nics, 1);
  });

  test('come back after they were deleted, until that is done by force', async () => {
    const before = await cloud.counts(one);
    await cloud.must('DELETE', `${SERVERS}/${one}`);
    await cloud.reaches(one, 'SOFT_DELETED');
    assert.deepEqual(await processOf(one), []);
    await cloud.act(one, { restore: null });
    await cloud.reaches(one, 'ACTIVE');
    assert.ok(Number((await bootedAnew(one)).was) >= before.count);
    await cloud.act(one, { forceDelete: null });
    const gone = async () => ((await cloud.call('GET', `${SERVERS}/${one}`)).status === 404 ? true : null);
    await until('the server is gone', gone, { limitMs: LIMIT_MS });
    assert.deepEqual(await processOf(one), []);
    assert.equal(guestHosts(cloud.stateDir).get(one), undefined);
  });

  test('shelved they keep their host until they are offloaded, and come back to their zone', async () => {
    const [host, before] = [await cloud.hostOf(other), await cloud.counts(other)];
    await cloud.act(other, { shelve: null });
    await cloud.reaches(other, 'SHELVED');
    assert.deepEqual([await processOf(other), guestHosts(cloud.stateDir).get(other)], [[], [host]]);
    await cloud.act(other, { unshelve: null });
    await cloud.reaches(other, 'ACTIVE');
    assert.equal(await cloud.hostOf(other), host);
    const again = await bootedAnew(other);
    assert.ok(Number(again.was) >= before.count);
    await cloud.act(other, { shelve: null });
    await cloud.reaches(other, 'SHELVED');
    await cloud.act(other, { shelveOffload: null });
    await cloud.reaches(other, 'SHELVED_OFFLOADED');
    assert.equal(guestHosts(cloud.stateDir).get(other), undefined);
    await cloud.act(other, { unshelve: { availability_zone: 'nova' } });
    await cloud.reaches(other, 'ACTIVE');
    assert.ok(Number((await bootedAnew(other)).was) >= again.count);
  });

  test('tell how far their live migration is, and go on with their count when it is forced to its end', async () => {
    const before = await cloud.counts(other);
    const slow = await slowMigration(cloud, other);
    const path = `${SERVERS}/${other}/migrations/${slow.number}`;
    const told = async () => {
      const { migration } = Object(await cloud.must('GET', path));
      return Number(valueAt(migration, 'memory_total_bytes')) > 0 ? migration : null;
    };
    const progress = await until('the migration tells of its memory', told, { limitMs: LIMIT_MS });
    assert.equal(textAt(progress, 'status'), 'running');
    assert.ok(Number(valueAt(progress, 'memory_remaining_bytes')) > 0, JSON.stringify(progress));
    assert.ok(Number(valueAt(progress, 'disk_total_bytes')) > 0, JSON.stringify(progress));
    await cloud.must('POST', `${path}/action`, { force_complete: null });
    await until('the guest stands still', slow.standsStill, { limitMs: LIMIT_MS });
    await slow.release();
    await cloud.reaches(other, 'ACTIVE');
    await cloud.goesOn(other, before);
    await cloud.assertOnlyOn(other, slow.target);
    assert.equal(textAt((await cloud.migrations(other))[0], 'status'), 'completed');
  });
});
