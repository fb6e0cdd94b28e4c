import type { Instance } from './row.ts';
import { isVolumeBacked } from './volumes.ts';

/** Why a live migration cannot be as it was asked for. */
export interface StorageProblem {
  readonly code: 'InvalidSharedStorage' | 'InvalidLocalStorage';
  readonly message: string;
}

/**
 * Compares what is said of the disks of an instance with how they are. No driver shares disks between hosts, so that all but
 * volumes must be copied. `blockMigration` null: as it is. Null: nothing is wrong. Nova: `check_can_live_migrate_source` of the
 * libvirt driver.
 */
export function storageProblem(instance: Instance, blockMigration: boolean | null): StorageProblem | null {
  const { flavor, host } = instance;
  const hasOwnDisks = !isVolumeBacked(instance) || flavor.ephemeralGib > 0 || flavor.swapMib > 0;
  if (blockMigration === null || blockMigration === hasOwnDisks) return null;
  return blockMigration
    ? {
        code: 'InvalidLocalStorage',
        message: `${host} is not on local storage: Block migration can not be used with shared storage.`,
      }
    : {
        code: 'InvalidSharedStorage',
        message: `${host} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.`,
      };
}
