import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootsFromVolume, type GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { DiskTools } from './disks.ts';
import { guestFile } from './guest-files.ts';
import { runProgram } from './program.ts';

const gib = 1024 ** 3;
const mib = 1024 ** 2;

/** Where the header of a qcow2 file says how large the disk is: eight bytes, the highest first. Source: docs/interop/qcow2.txt of QEMU. */
const sizeOffset = 24;

/** The size of the disk that a qcow2 file holds, in bytes. Throws what the file system throws. */
export async function diskBytes(path: string): Promise<number> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(8);
    await file.read(bytes, 0, bytes.length, sizeOffset);
    return Number(bytes.readBigUInt64BE());
  } finally {
    await file.close();
  }
}

/**
 * Removes the swap disk of a guest that does not run, when its spec says another size, or none: it is made anew then. Nothing in it
 * is worth anything without the guest's memory.
 */
export async function dropOtherSwap(directory: string, { swapMib }: GuestSpec): Promise<void> {
  const path = join(directory, guestFile.swap);
  if (existsSync(path) && (await diskBytes(path)) !== swapMib * mib) await rm(path);
}

/**
 * Grows disks of a guest that does not run to what its spec says. None shrinks, since that would cut off what is at its
 * end: a guest that goes back to a smaller flavor keeps the larger disk. Errors: HypervisorFailed, OutOfResources, TimedOut.
 */
export async function growDisks(directory: string, spec: GuestSpec, tools: DiskTools): Promise<DriverResult> {
  const wanted = [
    { file: guestFile.root, bytes: bootsFromVolume(spec) ? 0 : spec.rootGib * gib },
    { file: guestFile.ephemeral, bytes: spec.ephemeralGib * gib },
  ];
  for (const { file, bytes } of wanted) {
    if (bytes === 0 || (await diskBytes(join(directory, file))) >= bytes) continue;
    const args = ['resize', '-q', '-f', 'qcow2', file, String(bytes)];
    const outcome = await runProgram(tools.qemuImg, args, { cwd: directory, signal: tools.signal });
    if (outcome.how === 'aborted') return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
    if (outcome.how === 'late') return driverFailed({ code: 'TimedOut', reason: 'qemu-img resize took too long' });
    if (outcome.how === 'failed') {
      const code = outcome.message.includes('No space left') ? 'OutOfResources' : 'HypervisorFailed';
      return driverFailed({ code, reason: `qemu-img resize: ${outcome.message}` });
    }
  }
  return driverOk(null);
}
