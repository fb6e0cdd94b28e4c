import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GuestSpec, GuestVolume, Hypervisor } from '../../../drivers/hypervisor.ts';
import { createQemuVolumes } from '../../../drivers/qemu/index.ts';
import type { VolumeStore } from '../../../drivers/volumes.ts';
import { orderFor, until, unwrap } from '../conformance.ts';
import { MemoryIntake } from '../memory-intake.ts';
import { imageOf, smallSpec } from '../specs.ts';
import { type GuestImageFile, guestImage, guestImageUnavailable } from './guest-image.ts';
import { imagesIn, qemuDirectory, qemuUnavailable } from './setup.ts';

const bootLimitMs = 120_000;
const order = { signal: new AbortController().signal };
const GIB = 1024 ** 3;

const volumeOf = (volumeId: string, changes: Partial<GuestVolume> = {}): GuestVolume => ({
  volumeId,
  readOnly: false,
  slot: 0,
  bootIndex: null,
  ...changes,
});

describe('volumes as files', { skip: qemuUnavailable }, () => {
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let store: VolumeStore;
  let files: () => Promise<readonly string[]>;

  before(async () => {
    directory = await qemuDirectory();
    const volumes = join(directory.root, 'volumes');
    store = createQemuVolumes({ directory: volumes, qemuImgBinary: 'qemu-img', images: imagesIn(directory.root) });
    files = () => readdir(volumes);
  });
  after(() => directory.cleanUp());

  test('are made blank, copied, grown and removed; each order repeated has the effect of one', async () => {
    const [one, copy, snapshot] = [randomUUID(), randomUUID(), randomUUID()];
    for (let time = 0; time < 2; time++) {
      unwrap(await store.ensureVolume(order, { volumeId: one, sizeGib: 1, content: { kind: 'blank' } }));
      unwrap(await store.ensureSnapshot(order, snapshot, one, null));
      const content = { kind: 'snapshot', snapshotId: snapshot } as const;
      unwrap(await store.ensureVolume(order, { volumeId: copy, sizeGib: 2, content }));
      unwrap(await store.ensureSize(order, one, 3));
    }
    assert.deepEqual(
      [...(await files())].sort(),
      [`${copy}.qcow2`, `${one}.qcow2`, `${snapshot}.snapshot.qcow2`].sort(),
    );
    const intake = new MemoryIntake();
    const captured = unwrap(await store.capture(order, one, 'qcow2', intake));
    assert.equal(captured.diskFormat, 'qcow2');
    for (let time = 0; time < 2; time++) {
      unwrap(await store.ensureVolumeAbsent(order, one));
      unwrap(await store.ensureVolumeAbsent(order, copy));
      unwrap(await store.ensureSnapshotAbsent(order, snapshot));
    }
    assert.deepEqual(await files(), []);
  });

  test('of an image that does not fit, or is none, leave nothing behind', async () => {
    await directory.addImage('notqcow2', Buffer.alloc(1024));
    const content = { kind: 'image', imageId: 'i', contentId: 'notqcow2', format: 'qcow2', sizeBytes: 1024 } as const;
    const outcome = await store.ensureVolume(order, { volumeId: randomUUID(), sizeGib: 1, content });
    assert.equal(outcome.ok, false);
    assert.deepEqual(await files(), []);
  });

  test('have UUIDs for names', async () => {
    const content = { kind: 'blank' } as const;
    const outcome = await store.ensureVolume(order, { volumeId: '../x', sizeGib: 1, content });
    assert.equal(outcome.ok, false);
  });
});

describe('volumes of a real guest', { skip: qemuUnavailable || guestImageUnavailable }, () => {
  const id = randomUUID();
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let hypervisor: Hypervisor;
  let store: VolumeStore;
  let image: GuestImageFile;

  const spec = (volumes: readonly GuestVolume[], changes: Partial<GuestSpec> = {}): GuestSpec =>
    smallSpec({
      memoryMib: 128,
      image: imageOf(image.sizeBytes, { contentId: image.sha512, format: 'qcow2' }),
      nics: [],
      volumes,
      ...changes,
    });
  const consoleOf = async (guest: string): Promise<string> => unwrap(await hypervisor.consoleOutput(guest, null));

  before(async () => {
    image = await guestImage();
    directory = await qemuDirectory();
    await directory.addImage(image.sha512, await readFile(image.path));
    const volumesDirectory = join(directory.root, 'volumes');
    hypervisor = directory.open({ volumesDirectory });
    store = createQemuVolumes({
      directory: volumesDirectory,
      qemuImgBinary: 'qemu-img',
      images: imagesIn(directory.root),
    });
    unwrap(await hypervisor.start());
  });
  after(async () => {
    await hypervisor.ensureAbsent(orderFor(id));
    await hypervisor.close();
    await directory.cleanUp();
  });

  test('come and go while it runs, and are copied meanwhile', async () => {
    const volumeId = randomUUID();
    unwrap(await store.ensureVolume(order, { volumeId, sizeGib: 1, content: { kind: 'blank' } }));
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec([])));
    await until('what the guest says', async () => /^guest-ready /m.test(await consoleOf(id)), bootLimitMs);
    for (let time = 0; time < 2; time++) {
      unwrap(await hypervisor.ensureVolumes(orderFor(id), spec([volumeOf(volumeId)])));
    }
    const added = `guest-event action=add kind=disk name=vd[a-z] bytes=${GIB} serial=${volumeId.slice(0, 20)}`;
    await until('what the guest says', async () => new RegExp(added).test(await consoleOf(id)), bootLimitMs);
    const snapshot = randomUUID();
    const copyOpen = (path: string) => hypervisor.copyVolume(orderFor(id), volumeId, path);
    unwrap(await store.ensureSnapshot(order, snapshot, volumeId, copyOpen));
    const content = { kind: 'snapshot', snapshotId: snapshot } as const;
    unwrap(await store.ensureVolume(order, { volumeId: randomUUID(), sizeGib: 1, content }));
    for (let time = 0; time < 2; time++) unwrap(await hypervisor.ensureVolumes(orderFor(id), spec([])));
    await until(
      'what the guest says',
      async () => /guest-event action=remove kind=disk/.test(await consoleOf(id)),
      bootLimitMs,
    );
    assert.equal(unwrap(await hypervisor.copyVolume(orderFor(id), volumeId, '/nowhere')), false);
  });

  test('are there after a hard reboot, and can be what it boots from', async () => {
    const [volumeId, root] = [randomUUID(), randomUUID()];
    const content = {
      kind: 'image',
      imageId: 'i',
      contentId: image.sha512,
      format: 'qcow2',
      sizeBytes: image.sizeBytes,
    } as const;
    unwrap(await store.ensureVolume(order, { volumeId, sizeGib: 1, content: { kind: 'blank' } }));
    unwrap(await store.ensureVolume(order, { volumeId: root, sizeGib: 1, content }));
    const other = randomUUID();
    const volumes = [volumeOf(root, { bootIndex: 0 }), volumeOf(volumeId, { slot: 1 })];
    const booting = spec(volumes, { image: null, rootGib: 0 });
    try {
      unwrap(await hypervisor.ensureRunning(orderFor(other), booting));
      await until('what the guest says', async () => /^guest-ready /m.test(await consoleOf(other)), bootLimitMs);
      unwrap(await hypervisor.ensureSuspended(orderFor(other)));
      unwrap(await hypervisor.ensureRunning(orderFor(other), booting));
      assert.equal(unwrap(await hypervisor.inspect(other)).power, 'running');
      unwrap(await hypervisor.ensureRebooted(orderFor(other), booting, { kind: 'hard', graceMs: 0 }));
      await until(
        'what the guest says',
        async () => ((await consoleOf(other)).match(/^guest-ready /gm) ?? []).length > 1,
        bootLimitMs,
      );
    } finally {
      await hypervisor.ensureAbsent(orderFor(other));
    }
  });
});
