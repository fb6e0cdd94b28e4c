import { bootsFromVolume, type HostInventory } from '../hypervisor.ts';
import type { DriverError } from '../result.ts';
import { diskGibOf, type SimGuest, type SimSpec } from './guest.ts';

/**
 * What exists on one simulated host, apart from the driver that manages it: hand the same world to a second driver
 * and a controller has crashed and come back while its guests went on.
 */
export interface SimWorld {
  /** Null until the first guest: most of 1,000 hosts may be empty. */
  guests: Map<string, SimGuest> | null;
  /** Memory of the guests that run, and disk of all guests. */
  memoryUsedMib: number;
  diskUsedGib: number;
  /** When the host had power for the first time, or again, by its driver's clock; null: it never had. */
  upSinceMs: number | null;
}

/** A host without guests. */
export const createSimWorld = (): SimWorld => ({ guests: null, memoryUsedMib: 0, diskUsedGib: 0, upSinceMs: null });

/** How much more than it has a host may give; 1 is no more. Processors have no bound: they are shared in time. */
export interface SimOvercommit {
  readonly memory: number;
  readonly disk: number;
}

/** Why a root disk cannot be made of a spec's image, or null. */
export function imageProblem(spec: SimSpec): DriverError | null {
  const { image, rootGib } = spec;
  if (image !== null && rootGib > 0 && image.sizeBytes > rootGib * 1024 ** 3) {
    return { code: 'ImageUnusable', reason: `image ${image.imageId}: it does not fit into ${rootGib} GiB` };
  }
  if (image === null && rootGib === 0 && !bootsFromVolume(spec)) {
    return { code: 'HypervisorFailed', reason: 'neither an image nor a size for the root disk' };
  }
  return null;
}

/** Why a host cannot make or start a guest, or null. `existing`: the guest of that id, when there is one already. */
export function placementProblem(
  world: SimWorld,
  host: Pick<HostInventory, 'vcpus' | 'memoryMib' | 'diskGib'>,
  overcommit: SimOvercommit,
  spec: SimSpec,
  existing: SimGuest | undefined,
): DriverError | null {
  const memoryLeft = host.memoryMib * overcommit.memory - world.memoryUsedMib;
  const memoryWanted = spec.memoryMib;
  if (memoryWanted > memoryLeft) {
    return { code: 'OutOfResources', reason: `the guest wants ${memoryWanted} MiB of memory, ${memoryLeft} are left` };
  }
  if (existing !== undefined) return diskProblem(world, host, overcommit, diskGibOf(spec) - existing.diskGib);
  return imageProblem(spec) ?? diskProblem(world, host, overcommit, diskGibOf(spec));
}

/** Why a host cannot give so much more disk, or null. */
export function diskProblem(
  world: SimWorld,
  host: Pick<HostInventory, 'diskGib'>,
  overcommit: SimOvercommit,
  diskWanted: number,
): DriverError | null {
  const diskLeft = host.diskGib * overcommit.disk - world.diskUsedGib;
  if (diskWanted > 0 && diskWanted > diskLeft) {
    return { code: 'OutOfResources', reason: `the guest wants ${diskWanted} GiB of disk, ${diskLeft} are left` };
  }
  return null;
}
