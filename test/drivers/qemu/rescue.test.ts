import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GuestSpec, GuestVolume, Hypervisor, RescueDevice } from '../../../drivers/hypervisor.ts';
import { createQemuVolumes } from '../../../drivers/qemu/index.ts';
import { orderFor, until, unwrap } from '../conformance.ts';
import { imageOf, smallSpec } from '../specs.ts';
import { type GuestImageFile, guestImage, guestImageUnavailable } from './guest-image.ts';
import { imagesIn, qemuDirectory, qemuUnavailable } from './setup.ts';

const bootLimitMs = 120_000;
const order = { signal: new AbortController().signal };
const hard = { kind: 'hard', graceMs: 0 } as const;
const GIB = 1024 ** 3;

describe('a rescue that leaves the disks where they are', { skip: qemuUnavailable || guestImageUnavailable }, () => {
  const id = randomUUID();
  const volumeId = randomUUID();
  const volume: GuestVolume = { volumeId, readOnly: false, slot: 0, bootIndex: null };
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let hypervisor: Hypervisor;
  let image: GuestImageFile;

  const spec = (changes: Partial<GuestSpec> = {}): GuestSpec =>
    smallSpec({
      memoryMib: 128,
      image: imageOf(image.sizeBytes, { contentId: image.sha512, format: 'qcow2' }),
      nics: [],
      volumes: [volume],
      // The guest tells of its disks.
      metadata: { metaData: { hostname: 'g' }, networkData: {}, userData: Buffer.from('#!/bin/sh\nguest-report\n') },
      ...changes,
    });
  const consoleOf = async (): Promise<string> => unwrap(await hypervisor.consoleOutput(id, null));
  /** The disks that the guest has told of after its last boot: name and size. */
  const disks = async (boots: number): Promise<readonly string[]> => {
    // Whole lines: the console may be read while the guest is still writing one.
    const reports = async () => [...(await consoleOf()).matchAll(/guest-report (\{.*\})\r?\n/g)];
    await until(`report ${boots} of the guest`, async () => (await reports()).length >= boots, bootLimitMs);
    const told: { disks: { name: string; bytes: number }[] } = JSON.parse((await reports()).at(-1)?.[1] ?? '{}');
    return told.disks.map(({ name, bytes }) => `${name} ${bytes}`);
  };

  before(async () => {
    image = await guestImage();
    directory = await qemuDirectory();
    await directory.addImage(image.sha512, await readFile(image.path));
    const volumesDirectory = join(directory.root, 'volumes');
    hypervisor = directory.open({ volumesDirectory });
    const images = imagesIn(directory.root);
    const store = createQemuVolumes({ directory: volumesDirectory, qemuImgBinary: 'qemu-img', images });
    unwrap(await store.ensureVolume(order, { volumeId, sizeGib: 3, content: { kind: 'blank' } }));
    unwrap(await hypervisor.start());
  });
  after(async () => {
    await hypervisor.ensureAbsent(orderFor(id));
    await hypervisor.close();
    await directory.cleanUp();
  });

  test('keeps the names of root disk and volume, and boots from the disk behind them', async () => {
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec()));
    const before = await disks(1);
    assert.ok(before.some((disk) => disk.endsWith(` ${3 * GIB}`)));
    const rescued = spec({ rescueImage: spec().image, rescueDevice: { device: 'disk', bus: 'virtio' } });
    unwrap(await hypervisor.ensureRebooted(orderFor(id), rescued, hard));
    const after = await disks(2);
    assert.deepEqual(after.slice(0, before.length), before);
    assert.equal(after.length, before.length + 1);
    // Without a device of its own it comes first, and everything moves up.
    unwrap(await hypervisor.ensureRebooted(orderFor(id), spec({ rescueImage: spec().image }), hard));
    assert.notDeepEqual((await disks(3)).slice(0, before.length), before);
    unwrap(await hypervisor.ensureRebooted(orderFor(id), spec(), hard));
    assert.deepEqual(await disks(4), before);
  });

  const others: readonly RescueDevice[] = [
    { device: 'disk', bus: 'scsi' },
    { device: 'cdrom', bus: 'scsi' },
    { device: 'disk', bus: 'usb' },
    { device: 'disk', bus: 'sata' },
    { device: 'cdrom', bus: 'sata' },
  ];
  for (const rescueDevice of others) {
    test(`can be a ${rescueDevice.device} at ${rescueDevice.bus}`, async () => {
      const rescued = spec({ rescueImage: spec().image, rescueDevice });
      assert.equal(unwrap(await hypervisor.ensureRebooted(orderFor(id), rescued, hard)).power, 'running');
    });
  }
});
