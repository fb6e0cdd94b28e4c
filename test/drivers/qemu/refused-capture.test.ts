import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ImageIntake } from '../../../drivers/images.ts';
import { captureRoot } from '../../../drivers/qemu/capture.ts';
import { createQemuVolumes } from '../../../drivers/qemu/index.ts';
import { codeOf, until } from '../conformance.ts';
import { fakeGuest } from './fake-guest.ts';
import { imagesIn } from './setup.ts';

const signal = new AbortController().signal;
const full: ImageIntake = { put: async () => ({ ok: false, error: { code: 'StoreFull' } }), release: () => {} };

/** The files below a directory that this process has open, also those without a name by now. */
const openBelow = (directory: string): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(directory) ? [path] : [];
    } catch {
      return [];
    }
  });

/** A guest that is off, and a qemu-img that makes a file of whatever it is told last. */
async function offGuest(t: TestContext) {
  const { host, guest } = await fakeGuest(t);
  const qemuImg = join(host.guestsDirectory, 'qemu-img');
  await writeFile(qemuImg, '#!/bin/sh\nfor last; do :; done\necho bytes > "$last"\n', { mode: 0o700 });
  await writeFile(join(guest.directory, 'disk.qcow2'), 'bytes');
  return { host: { ...host, qemuImg }, guest };
}

test('a copy of a root disk that the image store has no room for is not held open, so its own room is free again', async (t) => {
  const { host, guest } = await offGuest(t);
  assert.equal(codeOf(await captureRoot(host, guest, full, 'no', signal)), 'OutOfResources');
  await until('it is closed', () => openBelow(host.guestsDirectory).length === 0);
});

test('nor is one of a volume', async (t) => {
  const { host } = await offGuest(t);
  const directory = join(host.guestsDirectory, 'volumes');
  await mkdir(directory);
  const id = randomUUID();
  await writeFile(join(directory, `${id}.qcow2`), 'bytes');
  const store = createQemuVolumes({ directory, qemuImgBinary: host.qemuImg, images: imagesIn(directory) });
  assert.equal(codeOf(await store.capture({ signal }, id, 'raw', full)), 'OutOfResources');
  await until('it is closed', () => openBelow(host.guestsDirectory).length === 0);
});
