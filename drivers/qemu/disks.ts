import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootsFromVolume, type GuestSpec } from '../hypervisor.ts';
import type { ImageContent } from '../images.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { GuestDisk } from './command-line.ts';
import { guestFile, partSuffix, syncPath } from './guest-files.ts';
import { checkImage } from './image-check.ts';
import { runProgram } from './program.ts';

const gib = 1024 ** 3;
const mib = 1024 ** 2;

/** What making disks needs of its surroundings. */
export interface DiskTools {
  readonly qemuImg: string;
  readonly images: ImageContent;
  readonly signal: AbortSignal;
}

/** A disk that is to be made: on a base image, or blank. */
interface DiskPlan {
  readonly file: string;
  readonly bytes: number;
  readonly base: { readonly path: string; readonly format: 'raw' | 'qcow2' } | null;
}

/** What of a guest's disks is missing, looked at before anything of the guest is made. */
export type DisksPlan = readonly DiskPlan[];

/**
 * The disks of a guest, in the order in which it sees them. The config drive comes last; behind it only a rescue disk that is
 * to leave all others where they are.
 */
export const guestDisks = (spec: GuestSpec): readonly GuestDisk[] => [
  ...(spec.rescueImage && !spec.rescueDevice ? [rescueDisk] : []),
  ...(bootsFromVolume(spec) ? [] : [{ id: 'root', file: guestFile.root, format: 'qcow2', readOnly: false } as const]),
  ...(spec.ephemeralGib > 0
    ? [{ id: 'ephemeral', file: guestFile.ephemeral, format: 'qcow2', readOnly: false } as const]
    : []),
  ...(spec.swapMib > 0 ? [{ id: 'swap', file: guestFile.swap, format: 'qcow2', readOnly: false } as const] : []),
  { id: 'config', file: guestFile.configDrive, format: 'raw', readOnly: true },
  ...(spec.rescueImage && spec.rescueDevice ? [{ ...rescueDisk, as: spec.rescueDevice }] : []),
];

const rescueDisk: GuestDisk = { id: 'rescue', file: guestFile.rescue, format: 'qcow2', readOnly: false };

/** Checks that the root disk can be made of the spec's image, and says how. Errors: ImageUnusable, TimedOut. */
export async function planRoot(directory: string, spec: GuestSpec, tools: DiskTools): Promise<DriverResult<DiskPlan>> {
  const wanted = spec.rootGib * gib;
  if (spec.image === null) return driverOk({ file: guestFile.root, bytes: wanted, base: null });
  const local = await tools.images.ensureLocal(spec.image.contentId, tools.signal);
  if (!local.ok) return local;
  const size = await checkImage(local.value, spec.image, { ...tools, cwd: directory });
  if (!size.ok) return size;
  if (spec.rootGib > 0 && size.value > wanted) {
    const reason = `image ${spec.image.imageId}: its disk of ${size.value} bytes does not fit into ${spec.rootGib} GiB`;
    return driverFailed({ code: 'ImageUnusable', reason });
  }
  const bytes = spec.rootGib === 0 ? size.value : wanted;
  return driverOk({ file: guestFile.root, bytes, base: { path: local.value, format: spec.image.format } });
}

/**
 * Finds out which disks are missing and checks the image that the root disk starts from. Makes nothing. `directory`
 * is the guest's, which may not exist yet; `workDirectory` one that does. Errors: ImageUnusable, TimedOut.
 */
export async function planDisks(
  directory: string,
  workDirectory: string,
  spec: GuestSpec,
  tools: DiskTools,
): Promise<DriverResult<DisksPlan>> {
  const plans: DiskPlan[] = [];
  if (!bootsFromVolume(spec) && !existsSync(join(directory, guestFile.root))) {
    const root = await planRoot(workDirectory, spec, tools);
    if (!root.ok) return root;
    plans.push(root.value);
  }
  if (spec.rescueImage && !existsSync(join(directory, guestFile.rescue))) {
    const rescue = await planRoot(workDirectory, { ...spec, image: spec.rescueImage, rootGib: 0 }, tools);
    if (!rescue.ok) return rescue;
    plans.push({ ...rescue.value, file: guestFile.rescue });
  }
  const blanks = [
    { file: guestFile.ephemeral, bytes: spec.ephemeralGib * gib, base: null },
    { file: guestFile.swap, bytes: spec.swapMib * mib, base: null },
  ];
  plans.push(...blanks.filter((blank) => blank.bytes > 0 && !existsSync(join(directory, blank.file))));
  return driverOk(plans);
}

/**
 * Makes the missing disks. Each is written under a name of its own and renamed when it is whole and on the disk, so a
 * half-written one is never used: not after a crash, nor while a qemu-img of a controller that died still writes.
 * Errors: HypervisorFailed, OutOfResources, TimedOut.
 */
export async function makeDisks(directory: string, plans: DisksPlan, tools: DiskTools): Promise<DriverResult> {
  for (const name of await readdir(directory)) {
    if (name.endsWith(partSuffix)) await rm(join(directory, name), { force: true });
  }
  for (const plan of plans) {
    const part = `${plan.file}.${randomUUID()}${partSuffix}`;
    const base = plan.base === null ? [] : ['-b', plan.base.path, '-F', plan.base.format];
    const args = ['create', '-q', '-f', 'qcow2', ...base, part, String(plan.bytes)];
    const outcome = await runProgram(tools.qemuImg, args, { cwd: directory, signal: tools.signal });
    if (outcome.how === 'aborted') return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
    if (outcome.how === 'late') return driverFailed({ code: 'TimedOut', reason: 'qemu-img create took too long' });
    if (outcome.how === 'failed') {
      const code = outcome.message.includes('No space left') ? 'OutOfResources' : 'HypervisorFailed';
      return driverFailed({ code, reason: `qemu-img create: ${outcome.message}` });
    }
    await syncPath(join(directory, part));
    await rename(join(directory, part), join(directory, plan.file));
  }
  return driverOk(null);
}
