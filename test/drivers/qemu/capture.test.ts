import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Hypervisor } from '../../../drivers/hypervisor.ts';
import { orderFor, until, unwrap } from '../conformance.ts';
import { MemoryIntake } from '../memory-intake.ts';
import { imageOf, smallSpec } from '../specs.ts';
import { qemuDirectory, qemuUnavailable } from './setup.ts';

const MIB = 1024 ** 2;

describe('captures of root disks by qemu', { skip: qemuUnavailable }, () => {
  const id = randomUUID();
  const bytes = Buffer.alloc(3 * MIB, 'pattern of the image ');
  const spec = () => smallSpec({ rootGib: 1, image: imageOf(bytes.length, { contentId: 'base' }) });
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let hypervisor: Hypervisor;

  before(async () => {
    directory = await qemuDirectory();
    await directory.addImage('base', bytes);
    hypervisor = directory.open();
    unwrap(await hypervisor.start());
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec()));
  });
  after(async () => {
    await hypervisor.ensureAbsent(orderFor(id));
    await hypervisor.close();
    await directory.cleanUp();
  });

  const qemuImg = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('qemu-img', args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  };

  for (const power of ['running', 'off'] as const) {
    test(`of a guest that is ${power} it is whole without its image, and as large as the disk`, async () => {
      if (power === 'off') unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
      const intake = new MemoryIntake();
      const { contentId, diskFormat } = unwrap(await hypervisor.captureRoot(orderFor(id), intake));
      assert.equal(diskFormat, 'qcow2');
      const file = join(directory.root, 'captured.qcow2');
      await writeFile(file, intake.contents.get(contentId) ?? '');
      const info = JSON.parse(qemuImg('info', '--output=json', file));
      assert.equal(info['virtual-size'], 1024 * MIB);
      assert.equal(info['backing-filename'], undefined);
      assert.equal(info.snapshots, undefined);
      qemuImg('convert', '-f', 'qcow2', '-O', 'raw', file, `${file}.raw`);
      const raw = await readFile(`${file}.raw`);
      assert.ok(raw.subarray(0, bytes.length).equals(bytes));
      assert.ok(raw.subarray(bytes.length, bytes.length + MIB).equals(Buffer.alloc(MIB)));
      assert.ok((intake.contents.get(contentId)?.length ?? 0) < 16 * MIB, 'what is empty takes no room');
      assert.equal(existsSync(join(directory.guests, id, 'capture.qcow2')), false);
    });
  }

  test('of a guest whose agent does not answer it is of the disk as it is, or is refused where it must be quiesced', async () => {
    const other = randomUUID();
    try {
      unwrap(await hypervisor.ensureRunning(orderFor(other), { ...spec(), guestAgent: true }));
      const refused = await hypervisor.captureRoot(orderFor(other), new MemoryIntake(), 'required');
      assert.deepEqual(refused, {
        ok: false,
        error: { code: 'Unsupported', capability: 'QEMU guest agent is not enabled' },
      });
      unwrap(await hypervisor.captureRoot(orderFor(other), new MemoryIntake(), 'ifPossible'));
      // One that does not run writes nothing.
      unwrap(await hypervisor.ensurePaused(orderFor(other)));
      unwrap(await hypervisor.captureRoot(orderFor(other), new MemoryIntake(), 'required'));
    } finally {
      await hypervisor.ensureAbsent(orderFor(other));
    }
  });

  test('one that was given up leaves nothing, and the next one succeeds', async () => {
    unwrap(await hypervisor.ensureRunning(orderFor(id), spec()));
    const controller = new AbortController();
    const given = hypervisor.captureRoot(orderFor(id, randomUUID(), controller.signal), new MemoryIntake());
    await until('a copy', () => existsSync(join(directory.guests, id, 'capture.qcow2')), 60_000);
    controller.abort();
    // A copy of so small a disk may have been whole already.
    await given;
    assert.equal(existsSync(join(directory.guests, id, 'capture.qcow2')), false);
    unwrap(await hypervisor.captureRoot(orderFor(id), new MemoryIntake()));
  });
});
