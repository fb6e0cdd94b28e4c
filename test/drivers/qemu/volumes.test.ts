import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GuestSpec, GuestVolume, Hypervisor } from '../../../drivers/hypervisor.ts';
import { createQemuVolumes } from '../../../drivers/qemu/index.ts';
import type { VolumeStore } from '../../../drivers/volumes.ts';
import { codeOf, orderFor, until, unwrap } from '../conformance.ts';
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
      unwrap(await store.ensureSize(order, one, 3, null));
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

  test('get other content, and keep theirs when there is none', async () => {
    await directory.addImage('raw-image', Buffer.alloc(1024 * 1024, 7));
    const content = {
      kind: 'image',
      imageId: 'i',
      contentId: 'raw-image',
      format: 'raw',
      sizeBytes: 1024 * 1024,
    } as const;
    const volumeId = randomUUID();
    unwrap(await store.ensureVolume(order, { volumeId, sizeGib: 1, content: { kind: 'blank' } }));
    const before = await readFile(join(directory.root, 'volumes', `${volumeId}.qcow2`));
    const missing = { ...content, contentId: 'missing' };
    assert.equal((await store.ensureContent(order, { volumeId, sizeGib: 1, content: missing })).ok, false);
    assert.deepEqual(await readFile(join(directory.root, 'volumes', `${volumeId}.qcow2`)), before);
    for (let time = 0; time < 2; time++) unwrap(await store.ensureContent(order, { volumeId, sizeGib: 1, content }));
    assert.equal(
      (await readFile(join(directory.root, 'volumes', `${volumeId}.qcow2`))).includes(Buffer.alloc(512, 7)),
      true,
    );
    unwrap(await store.ensureVolumeAbsent(order, volumeId));
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
    const copyOpen = (path: string) => hypervisor.copyVolume(orderFor(id), volumeId, path, 'ifPossible');
    // Nobody in the guest could see to it that everything is written.
    const strict = (path: string) => hypervisor.copyVolume(orderFor(id), volumeId, path, 'required');
    assert.equal(codeOf(await store.ensureSnapshot(order, randomUUID(), volumeId, strict)), 'Unsupported');
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

  /** What qemu-io says of a file that no process has open. */
  const io = (volumeId: string, command: string, extension = 'qcow2'): string => {
    const file = join(directory.root, 'volumes', `${volumeId}.${extension}`);
    const format = extension === 'raw' ? ['-f', 'raw'] : [];
    const ran = spawnSync('qemu-io', [...format, '-c', command, file], { encoding: 'utf8' });
    return `${ran.stdout}${ran.stderr}`;
  };
  const blank = async (sizeGib = 1, shared = false): Promise<string> => {
    const volumeId = randomUUID();
    unwrap(await store.ensureVolume(order, { volumeId, sizeGib, content: { kind: 'blank' }, shared }));
    return volumeId;
  };
  const disksOf = async (guest: string): Promise<string> =>
    (await consoleOf(guest)).match(/kind=disk.*/g)?.join() ?? '';

  test('are replaced by larger ones while the guest runs, with their content, and the guest keeps the disk', async () => {
    const [one, other] = [await blank(), await blank(2)];
    assert.match(io(one, 'write -P 0xab 4M 1M'), /wrote 1048576/);
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec([])));
    await until('what the guest says', async () => /^guest-ready /m.test(await consoleOf(id)), bootLimitMs);
    const [before, after] = [spec([volumeOf(one, { slot: 3 })]), spec([volumeOf(other, { slot: 3 })])];
    unwrap(await hypervisor.ensureVolumes(orderFor(id), before));
    await until('the disk', async () => (await disksOf(id)).includes(one.slice(0, 20)), bootLimitMs);
    const seen = await disksOf(id);
    for (let time = 0; time < 2; time++)
      unwrap(await hypervisor.ensureMirrored(orderFor(id), before, one, volumeOf(other, { slot: 3 })));
    for (let time = 0; time < 2; time++) unwrap(await hypervisor.ensureVolumes(orderFor(id), after));
    // Nobody has the old one any more, and what asks for a mirror again hears that it is done.
    assert.match(io(one, 'read -P 0xab 4M 1M'), /read 1048576/);
    assert.match(io(other, 'read 0 1'), /lock/);
    unwrap(await hypervisor.ensureMirrored(orderFor(id), before, one, volumeOf(other, { slot: 3 })));
    // To the guest it is the disk that it had, and larger.
    const larger = `${seen},kind=disk name=vd[a-z] bytes=${2 * GIB} serial=${one.slice(0, 20)}`;
    await until('the size', async () => new RegExp(`^${larger}$`).test(await disksOf(id)), bootLimitMs);
    // The old one can be had again, beside its successor.
    const both = spec([volumeOf(other, { slot: 3 }), volumeOf(one, { slot: 4 })]);
    for (let time = 0; time < 2; time++) unwrap(await hypervisor.ensureVolumes(orderFor(id), both));
    assert.match(io(one, 'read 0 1'), /lock/);
    unwrap(await hypervisor.ensureVolumes(orderFor(id), spec([])));
    assert.match(io(other, 'read -P 0xab 4M 1M'), /read 1048576/);
    assert.doesNotMatch(io(other, 'read -P 0xab 4M 1M'), /failed/);
  });

  test('that are mirrored in vain stay as they were', async () => {
    const [one, other, small] = [await blank(2), await blank(2), await blank(1)];
    const having = spec([volumeOf(one)]);
    unwrap(await hypervisor.ensureVolumes(orderFor(id), having));
    const refused = await hypervisor.ensureMirrored(orderFor(id), having, one, volumeOf(small));
    assert.equal(refused.ok, false);
    assert.match(io(small, 'read 0 1'), /read 1\//);
    unwrap(await hypervisor.ensureMirrored(orderFor(id), having, one, volumeOf(other)));
    assert.match(io(other, 'read 0 1'), /lock/);
    unwrap(await hypervisor.ensureVolumes(orderFor(id), having));
    assert.match(io(other, 'read 0 1'), /read 1\//);
    assert.match(io(one, 'read 0 1'), /lock/);
  });

  test('of a guest that is off are copied', async () => {
    const [one, other] = [await blank(), await blank(2)];
    io(one, 'write -P 0xcd 0 1M');
    io(other, 'write -P 0xee 8M 1M');
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    for (let time = 0; time < 2; time++)
      unwrap(await hypervisor.ensureMirrored(orderFor(id), spec([volumeOf(one)]), one, volumeOf(other)));
    assert.doesNotMatch(io(other, 'read -P 0xcd 0 1M'), /failed/);
    assert.doesNotMatch(io(other, 'read -P 0 8M 1M'), /failed/);
    assert.match(io(other, 'length'), /2 GiB/);
  });

  test('grow while a guest has them, and the guest sees it', async () => {
    const one = await blank();
    const boots = async (): Promise<number> => ((await consoleOf(id)).match(/^guest-ready /gm) ?? []).length;
    const before = await boots();
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec([volumeOf(one)])));
    await until('what the guest says', async () => (await boots()) > before, bootLimitMs);
    const growOpen = () => hypervisor.ensureVolumeSize(orderFor(id), one, 2);
    for (let time = 0; time < 2; time++) unwrap(await store.ensureSize(order, one, 2, growOpen));
    const grown = new RegExp(`bytes=${2 * GIB} serial=${one.slice(0, 20)}`);
    await until('the size', async () => grown.test(await disksOf(id)), bootLimitMs);
    assert.equal(unwrap(await hypervisor.ensureVolumeSize(orderFor(id), randomUUID(), 2)), false);
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    assert.match(io(one, 'length'), /2 GiB/);
  });

  test('that are shared are had by two guests at once, copied as they are, and not suspended with one', async () => {
    const one = await blank(1, true);
    const others = [randomUUID(), randomUUID()];
    const having = spec([volumeOf(one, { shared: true })]);
    try {
      for (const other of others) unwrap(await hypervisor.ensureRunning(orderFor(other), having));
      for (const other of others) {
        // One that has not booted does not let go of anything.
        await until('what the guest says', async () => /^guest-ready /m.test(await consoleOf(other)), bootLimitMs);
        unwrap(await hypervisor.ensureVolumes(orderFor(other), spec([])));
        unwrap(await hypervisor.ensureVolumes(orderFor(other), having));
      }
      const suspended = await hypervisor.ensureSuspended(orderFor(others[0] ?? ''));
      assert.match(JSON.stringify(suspended), /others may have/);
      assert.equal(unwrap(await hypervisor.inspect(others[0] ?? '')).power, 'running');
      const snapshot = randomUUID();
      const copyOpen = (path: string) => hypervisor.copyVolume(orderFor(others[0] ?? ''), one, path);
      unwrap(await store.ensureSnapshot(order, snapshot, one, copyOpen));
    } finally {
      for (const other of others) await hypervisor.ensureAbsent(orderFor(other));
    }
    unwrap(await store.ensureSize(order, one, 2, null));
    assert.match(io(one, 'length', 'raw'), /2 GiB/);
    unwrap(await store.ensureVolumeAbsent(order, one));
    assert.equal((await readdir(join(directory.root, 'volumes'))).includes(`${one}.raw`), false);
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
