import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Attachment } from '../../../drivers/qemu/attachment.ts';
import type { Guest, QemuHost } from '../../../drivers/qemu/host.ts';
import { createPorts } from '../../../drivers/qemu/ports.ts';
import type { QmpClient } from '../../../drivers/qemu/qmp-client.ts';
import { driverOk } from '../../../drivers/result.ts';
import { imagesIn } from './setup.ts';

/** What never comes. */
export const never = new Promise<never>(() => {});

/** A guest with files and no process, as a driver holds it, on a host whose programs do nothing. Removed after the test. */
export async function fakeGuest(
  t: TestContext,
  changes: Partial<Guest> = {},
): Promise<{ readonly host: QemuHost; readonly guest: Guest }> {
  const root = await mkdtemp(join(tmpdir(), 'novella-fake-guest-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const instanceId = randomUUID();
  const directory = join(root, instanceId);
  await mkdir(directory);
  const turn = Promise.resolve();
  const guest: Guest = { instanceId, directory, attachment: null, sshPort: null, departure: null, turn, ...changes };
  const host: QemuHost = {
    guestsDirectory: root,
    volumesDirectory: root,
    qemu: '/bin/true',
    qemuImg: '/bin/true',
    images: imagesIn(root),
    accel: 'tcg',
    ports: createPorts(),
    share: 1,
    log: () => {},
    emit: () => {},
    kvmBroken: false,
  };
  return { host, guest };
}

/** A guest that runs and is held, as its QEMU answers commands. */
export const fakeAttachment = (execute: QmpClient['execute'], changes: Partial<Attachment> = {}): Attachment => ({
  pid: 4711,
  qmp: { execute, closed: never, close: () => {} },
  power: async () => driverOk('running'),
  expectEnd: () => {},
  expectPause: () => {},
  listen: () => () => {},
  release: () => {},
  ended: never,
  ...changes,
});
