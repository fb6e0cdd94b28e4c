import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readGuestRecord } from '../../../drivers/qemu/guest-record.ts';
import type { Guest } from '../../../drivers/qemu/host.ts';
import { launch } from '../../../drivers/qemu/launch.ts';
import type { Ports } from '../../../drivers/qemu/ports.ts';
import { codeOf } from '../conformance.ts';
import { smallSpec } from '../specs.ts';
import { fakeGuest } from './fake-guest.ts';

/** A guest that is to be started, on a host that notes which ports it has given; `given` hears of each. */
async function startable(t: TestContext, given: () => void) {
  const { host, guest } = await fakeGuest(t);
  const qemuImg = join(host.guestsDirectory, 'qemu-img');
  await writeFile(qemuImg, '#!/bin/sh\necho bytes > "$5"\n', { mode: 0o700 });
  const taken = new Set<number>();
  const ports: Ports = {
    async take() {
      taken.add(40_000);
      given();
      return 40_000;
    },
    release: (port) => void taken.delete(port),
  };
  return { host: { ...host, qemuImg, ports }, guest, taken };
}

/** Writes down that a guest is suspended. */
const suspended = ({ instanceId, directory }: Guest, more: object): Promise<void> => {
  const record = {
    version: 1,
    instanceId,
    accelerator: 'tcg',
    sshPort: null,
    rebootOrderId: null,
    memory: 'saved',
    nics: smallSpec().nics,
    ending: null,
    ...more,
  };
  return writeFile(join(directory, 'guest.json'), JSON.stringify(record));
};

test('a start that is aborted when its port is chosen gives the port back', async (t) => {
  const abort = new AbortController();
  const { host, guest, taken } = await startable(t, () => abort.abort());
  assert.equal(codeOf(await launch(host, guest, smallSpec(), abort.signal, {})), 'TimedOut');
  assert.deepEqual([...taken], []);
});

test('a suspended guest whose start is aborted before it has a process keeps its memory', async (t) => {
  const abort = new AbortController();
  const { host, guest } = await startable(t, () => abort.abort());
  await suspended(guest, {});
  assert.equal(codeOf(await launch(host, guest, smallSpec(), abort.signal, {})), 'TimedOut');
  assert.equal((await readGuestRecord(guest.directory))?.memory, 'saved');
});

test('a suspended guest goes on in a machine of the type that it was suspended in, whatever q35 has come to stand for', async (t) => {
  const { host, guest } = await startable(t, () => {});
  const started = join(host.guestsDirectory, 'arguments');
  const qemu = join(host.guestsDirectory, 'qemu');
  await writeFile(qemu, `#!/bin/sh\necho "$@" > ${started}\nexit 1\n`, { mode: 0o700 });
  await suspended(guest, { machineType: 'pc-q35-7.2' });
  const outcome = await launch({ ...host, qemu }, guest, smallSpec(), new AbortController().signal, {});
  assert.equal(codeOf(outcome), 'HypervisorFailed');
  assert.match(await readFile(started, 'utf8'), / -machine pc-q35-7\.2 /);
  const after = await readGuestRecord(guest.directory);
  assert.deepEqual([after?.memory, after?.machineType], ['saved', 'pc-q35-7.2']);
});

test('a start that cannot be written down gives the port back', async (t) => {
  const { host, guest, taken } = await startable(t, () => {});
  const inTheWay = join(guest.directory, 'guest.json', 'x');
  await mkdir(inTheWay, { recursive: true });
  await assert.rejects(launch(host, guest, smallSpec(), new AbortController().signal, {}));
  assert.deepEqual([...taken], []);
  await rm(inTheWay, { recursive: true });
});
