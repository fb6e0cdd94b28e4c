import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Hypervisor } from '../../../drivers/hypervisor.ts';
import { diskBytes } from '../../../drivers/qemu/grow-disks.ts';
import { codeOf, orderFor, unwrap } from '../conformance.ts';
import { smallSpec } from '../specs.ts';
import { qemuDirectory, qemuUnavailable } from './setup.ts';

const MIB = 1024 ** 2;

describe('the disks of a guest whose flavor changes', { skip: qemuUnavailable }, () => {
  let directory: Awaited<ReturnType<typeof qemuDirectory>>;
  let hypervisor: Hypervisor;
  const guests: string[] = [];
  before(async () => {
    directory = await qemuDirectory();
    hypervisor = directory.open();
    unwrap(await hypervisor.start());
  });
  after(async () => {
    for (const id of guests) await hypervisor.ensureAbsent(orderFor(id));
    await hypervisor.close();
    await directory.cleanUp();
  });

  const fileOf = (id: string, name: string): string => join(directory.guests, id, name);
  /** A guest that was off, and runs by a flavor with so much swap since then. */
  const changed = async (beforeMib: number, afterMib: number): Promise<string> => {
    const id = randomUUID();
    guests.push(id);
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec({ swapMib: beforeMib })));
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec({ swapMib: afterMib })));
    return id;
  };

  test('a swap disk is as large as the flavor says, larger or smaller than before', async () => {
    assert.equal(await diskBytes(fileOf(await changed(64, 128), 'swap.qcow2')), 128 * MIB);
    assert.equal(await diskBytes(fileOf(await changed(64, 32), 'swap.qcow2')), 32 * MIB);
  });

  test('a guest that has lost its swap disk has no file of it any more, and can be suspended', async () => {
    const id = await changed(64, 0);
    assert.equal(existsSync(fileOf(id, 'swap.qcow2')), false);
    unwrap(await hypervisor.ensureSuspended(orderFor(id)));
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
  });

  test('a suspended guest that is powered off instead keeps no snapshot on its disks once it runs again', async () => {
    const id = await changed(0, 0);
    const snapshots = (): unknown => {
      const told = spawnSync('qemu-img', ['info', '-U', '--output=json', fileOf(id, 'disk.qcow2')], {
        encoding: 'utf8',
      });
      return JSON.parse(told.stdout).snapshots;
    };
    unwrap(await hypervisor.ensureSuspended(orderFor(id)));
    assert.notEqual(snapshots(), undefined);
    unwrap(await hypervisor.ensureStopped(orderFor(id), 0));
    unwrap(await hypervisor.ensureRunning(orderFor(id), smallSpec()));
    assert.equal(snapshots(), undefined);
  });

  test('a guest of which cannot be written down that it is suspended goes on', async () => {
    const id = await changed(0, 0);
    // Where the record would be made first: what a full disk does, too.
    await mkdir(fileOf(id, 'guest.json.part'));
    assert.equal(codeOf(await hypervisor.ensureSuspended(orderFor(id))), 'HypervisorFailed');
    await rm(fileOf(id, 'guest.json.part'), { recursive: true });
    assert.equal(unwrap(await hypervisor.inspect(id)).power, 'running');
  });
});
