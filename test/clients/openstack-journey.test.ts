import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { guestImage, guestImageUnavailable } from '../drivers/qemu/guest-image.ts';
import { qemuUnavailable } from '../drivers/qemu/setup.ts';
import { type Controller, endControllers } from '../process/controller.ts';
import { endGuests, guestDirectories, guestProcesses } from '../process/guests.ts';
import { Installation } from '../process/installation.ts';
import { column, textAt, valueAt } from '../process/json.ts';
import { openstackFor, openstackUnavailable } from '../process/openstack.ts';
import { until } from '../process/until.ts';
import { runInGuest, sshPortOf } from './guest-shell.ts';

/** The slowest boot seen under load took 22 s of the guest's time. */
const BOOT_LIMIT_MS = 120_000;
const USER_DATA = '#!/bin/sh\necho userdata-says hello\n';

describe('the openstack client with a real guest', {
  skip: openstackUnavailable || qemuUnavailable || guestImageUnavailable,
}, () => {
  const key = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'imported' });
  let installation: Installation;
  let stateDir = '';
  let controller: Controller;
  before(async () => {
    installation = new Installation();
    stateDir = installation.stateDir;
    controller = installation.serve('--driver', 'qemu');
    await controller.ready;
  });
  after(async () => {
    await endControllers();
    await endGuests(stateDir);
    await installation.remove();
  });

  const openstack = (...options: string[]) => openstackFor(stateDir, ...options);
  const readyLines = async (name: string): Promise<readonly string[]> =>
    (await openstack().text('console', 'log', 'show', name)).match(/^guest-ready .*$/gm) ?? [];
  /** Waits until the guest has come up so often, and returns what it said then. */
  const ready = (name: string, boots: number): Promise<string> => {
    const look = async () => (await readyLines(name)).find((line) => line.includes(` boots=${boots} `)) ?? null;
    return until(`boot ${boots} of ${name}`, look, { limitMs: BOOT_LIMIT_MS, everyMs: 500 });
  };
  const statusOf = async (name: string) => textAt(await openstack().json('server', 'show', name), 'status');

  test('the image is uploaded, and keys are imported and made', async () => {
    const { path } = await guestImage();
    await openstack().text('image', 'create', '--disk-format', 'qcow2', '--file', path, '--public', 'guest');
    const image = await openstack().json('image', 'show', 'guest');
    assert.deepEqual([textAt(image, 'status'), textAt(image, 'disk_format')], ['active', 'qcow2']);
    await openstack().text(
      'keypair',
      'create',
      '--public-key',
      installation.file('key.pub', `${key.public}\n`),
      'imported',
    );
    const made = await openstack('--os-compute-api-version', '2.90').text('keypair', 'create', 'made');
    assert.match(made, /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/);
    assert.ok(!(ssh2.utils.parseKey(made) instanceof Error), 'the generated private key can be used');
    assert.deepEqual(column(await openstack().json('keypair', 'list'), 'Name').sort(), ['imported', 'made']);
  });

  test('a server is created, boots with its name, address and user data, and lets its owner in over ssh', async (t) => {
    const beganMs = performance.now();
    const how = ['--image', 'guest', '--flavor', 'm1.nano', '--network', 'default', '--key-name', 'imported'];
    const data = ['--user-data', installation.file('user-data', USER_DATA)];
    const created = await openstack().json('server', 'create', ...how, ...data, '--wait', 'vm-one');
    const activeMs = performance.now();
    const line = await ready('vm-one', 1);
    const readyMs = performance.now();
    t.diagnostic(
      `create --wait: ${Math.round(activeMs - beganMs)} ms; guest ready ${Math.round(readyMs - activeMs)} ms later`,
    );
    assert.equal(textAt(created, 'status'), 'ACTIVE');
    const id = textAt(created, 'id');
    const address = /\d+\.\d+\.\d+\.\d+/.exec(JSON.stringify(valueAt(created, 'addresses')))?.[0];
    assert.match(line, new RegExp(`hostname=vm-one uuid=${id} addresses=${address} source=config-drive boots=1 `));
    assert.match(await openstack().text('console', 'log', 'show', 'vm-one'), /^userdata-says hello\r?$/m);

    assert.equal(await statusOf('vm-one'), 'ACTIVE');
    const listed = await openstack().json('server', 'list', '--long');
    assert.deepEqual([column(listed, 'Name'), column(listed, 'Status')], [['vm-one'], ['ACTIVE']]);
    const port = sshPortOf(stateDir, id);
    assert.equal((await runInGuest(port, key.private, 'hostname')).trim(), 'vm-one');
    assert.match(await runInGuest(port, key.private, 'guest-report'), /"hostname":"vm-one","cpus":1/);
    const stranger = ssh2.utils.generateKeyPairSync('ed25519');
    await assert.rejects(runInGuest(port, stranger.private, 'hostname'), /authentication methods failed/);
  });

  test('it is rebooted softly and hard, stopped and started again', async () => {
    await openstack().text('server', 'reboot', '--soft', '--wait', 'vm-one');
    await ready('vm-one', 2);
    assert.match(
      await openstack().text('console', 'log', 'show', 'vm-one'),
      /guest-event powerbutton[\s\S]*guest-stopping/,
    );
    await openstack().text('server', 'stop', 'vm-one');
    await until('SHUTOFF', async () => ((await statusOf('vm-one')) === 'SHUTOFF' ? true : null), {
      limitMs: BOOT_LIMIT_MS,
    });
    assert.equal((await guestProcesses(stateDir)).size, 0);
    await openstack().text('server', 'start', 'vm-one');
    await ready('vm-one', 3);
    assert.equal(await statusOf('vm-one'), 'ACTIVE');
    const before = await guestProcesses(stateDir);
    await openstack().text('server', 'reboot', '--hard', '--wait', 'vm-one');
    await ready('vm-one', 4);
    assert.notDeepEqual(await guestProcesses(stateDir), before);
    const actions = column(await openstack().json('server', 'event', 'list', 'vm-one'), 'Action');
    assert.deepEqual(actions, ['reboot', 'start', 'stop', 'reboot', 'create']);
  });

  test('a clean stop of the controller leaves the guest alone, and the next one has it', async () => {
    const before = await guestProcesses(stateDir);
    assert.equal(before.size, 1);
    const url = new URL(await controller.ready);
    assert.deepEqual(await controller.stop(), { status: 0, signal: null });
    assert.deepEqual(await guestProcesses(stateDir), before);
    controller = installation.serve('--driver', 'qemu', '--listen', url.host);
    await controller.ready;
    assert.equal(await statusOf('vm-one'), 'ACTIVE');
    assert.equal((await readyLines('vm-one')).length, 4);
    assert.deepEqual(await guestProcesses(stateDir), before);
  });

  // 2.92 is the newest that Debian's client knows.
  for (const version of ['2.1', '2.92']) {
    test(`the main commands work at microversion ${version}`, async () => {
      const at = openstack('--os-compute-api-version', version);
      const name = `vm-${version.replace('.', '-')}`;
      const how = ['--image', 'guest', '--flavor', 'm1.nano', '--network', 'default', '--key-name', 'imported'];
      const created = await at.json('server', 'create', ...how, '--wait', name);
      assert.equal(textAt(created, 'status'), 'ACTIVE');
      assert.equal(textAt(await at.json('server', 'show', name), 'name'), name);
      assert.ok(column(await at.json('server', 'list'), 'Name').includes(name));
      assert.match(await ready(name, 1), new RegExp(`hostname=${name} `));
      await at.text('server', 'stop', name);
      const shown = async () => textAt(await at.json('server', 'show', name), 'status');
      await until('SHUTOFF', async () => ((await shown()) === 'SHUTOFF' ? true : null), { limitMs: BOOT_LIMIT_MS });
      await at.text('server', 'delete', '--wait', name);
      assert.ok(!column(await at.json('server', 'list'), 'Name').includes(name));
    });
  }

  test('deleted, it leaves no process, no disk and no port', async () => {
    await openstack().text('server', 'delete', '--wait', 'vm-one');
    assert.equal(
      await openstack()
        .refusal('server', 'show', 'vm-one')
        .then((said) => /No server/i.test(said)),
      true,
    );
    assert.equal((await guestProcesses(stateDir)).size, 0);
    assert.deepEqual(guestDirectories(stateDir), []);
    assert.deepEqual(await openstack().json('port', 'list'), []);
  });
});
