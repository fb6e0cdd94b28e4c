import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chooseDriver } from '../../composition/driver-choice.ts';
import { localDirectories, localDirectory, localHosts } from '../../composition/local-hosts.ts';
import { checkSettings, SettingsRefused } from '../../composition/settings.ts';

const stateDir = mkdtempSync(join(tmpdir(), 'novella-local-hosts-'));
after(() => rmSync(stateDir, { recursive: true, force: true }));

const own = hostname();

test('the first host has the name of the machine, and its directory is where it was when there was one host alone', () => {
  assert.deepEqual(localHosts(3), [own, `${own}-2`, `${own}-3`]);
  assert.equal(localDirectory(stateDir, own), join(stateDir, 'qemu'));
  assert.equal(localDirectory(stateDir, `${own}-2`), join(stateDir, 'qemu', 'hosts', `${own}-2`));
});

test('hosts that are no longer among the settings are found by their directories', () => {
  assert.deepEqual(localDirectories(stateDir), [join(stateDir, 'qemu')]);
  mkdirSync(localDirectory(stateDir, `${own}-2`), { recursive: true });
  assert.deepEqual(localDirectories(stateDir), [join(stateDir, 'qemu'), join(stateDir, 'qemu', 'hosts', `${own}-2`)]);
});

test('one machine does not stand for a fleet: asked for, that is refused; by itself it is simulated', async () => {
  const settingsOf = (driver: 'auto' | 'qemu') => checkSettings({ driver, hosts: 17 }, 'The test');
  await assert.rejects(chooseDriver(settingsOf('qemu')), SettingsRefused);
  const { name, reason } = await chooseDriver(settingsOf('auto'));
  assert.equal(name, 'sim');
  assert.match(reason, /at most 16 hosts of QEMU/);
});
