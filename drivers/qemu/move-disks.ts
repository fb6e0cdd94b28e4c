import { existsSync } from 'node:fs';
import { open, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { bootsFromVolume, type GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { type DisksPlan, type DiskTools, makeDisks } from './disks.ts';
import { guestFile } from './guest-files.ts';

/** A disk of a guest that goes with it to another host. */
export interface MovingDisk {
  /** The name of its node in QEMU, on both hosts. */
  readonly node: string;
  readonly file: string;
  /** As the guest sees it. */
  readonly bytes: number;
  /** What it takes on the host that it comes from. */
  readonly allocatedBytes: number;
  /** The image that it stands on there, and will here; null: none, so all of it is copied. */
  readonly base: { readonly path: string; readonly format: 'raw' | 'qcow2' } | null;
}

/** The fields of a qcow2 header that are read, by their offsets. Source: docs/interop/qcow2.txt of QEMU. */
const header = { bytes: 32, backingOffset: 8, backingLength: 16, size: 24 } as const;

/** Longest name of a backing file; QEMU takes no longer one. */
const BACKING_NAME_MAX = 1023;

async function readHeader(path: string): Promise<{ readonly bytes: number; readonly backing: string | null }> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(header.bytes);
    await file.read(head, 0, head.length, 0);
    const name = Buffer.alloc(Math.min(head.readUInt32BE(header.backingLength), BACKING_NAME_MAX));
    const at = Number(head.readBigUInt64BE(header.backingOffset));
    if (at > 0) await file.read(name, 0, name.length, at);
    return { bytes: Number(head.readBigUInt64BE(header.size)), backing: at > 0 ? name.toString('utf8') : null };
  } finally {
    await file.close();
  }
}

/**
 * The disks of a guest that lie on its host alone. The root disk's image need not be copied when the disk stands on the one of
 * the spec, which every host has. Errors: ImageUnusable, TimedOut.
 */
export async function movingDisks(
  directory: string,
  spec: GuestSpec,
  tools: DiskTools,
): Promise<DriverResult<readonly MovingDisk[]>> {
  const disks: MovingDisk[] = [];
  const wanted = [
    ...(bootsFromVolume(spec) ? [] : [{ node: 'root', file: guestFile.root }]),
    ...(spec.ephemeralGib > 0 ? [{ node: 'ephemeral', file: guestFile.ephemeral }] : []),
    ...(spec.swapMib > 0 ? [{ node: 'swap', file: guestFile.swap }] : []),
  ];
  for (const { node, file } of wanted) {
    const path = join(directory, file);
    const { bytes, backing } = await readHeader(path);
    const { blocks } = await stat(path);
    let base: MovingDisk['base'] = null;
    if (node === 'root' && backing !== null && spec.image !== null) {
      const local = await tools.images.ensureLocal(spec.image.contentId, tools.signal);
      if (!local.ok) return local;
      if (local.value === backing) base = { path: local.value, format: spec.image.format };
    }
    disks.push({ node, file, bytes, allocatedBytes: blocks * 512, base });
  }
  return driverOk(disks);
}

/**
 * Makes empty disks for what is to be copied into them. `overCommit` false: only where they would fit when they are full.
 * Errors: OutOfResources, HypervisorFailed, TimedOut.
 */
export async function makeMovingDisks(
  directory: string,
  disks: readonly MovingDisk[],
  overCommit: boolean,
  tools: DiskTools,
): Promise<DriverResult> {
  const needed = disks.reduce((sum, disk) => sum + (overCommit ? disk.allocatedBytes : disk.bytes), 0);
  const { bavail, bsize } = await statfs(directory);
  if (needed > bavail * bsize) {
    const reason = `the disks of the guest need ${needed} bytes, the host has ${bavail * bsize}`;
    return driverFailed({ code: 'OutOfResources', reason });
  }
  const plans: DisksPlan = disks
    .filter(({ file }) => !existsSync(join(directory, file)))
    .map(({ file, bytes, base }) => ({ file, bytes, base }));
  return makeDisks(directory, plans, tools);
}
