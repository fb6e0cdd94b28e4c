import type { Demand } from '../cell/protocol.ts';
import type { InstanceFlavor } from './row.ts';

/** What an instance of a flavor takes of a host. Swap counts as disk, rounded up. */
export const demandOf = ({ vcpus, memoryMib, rootGib, ephemeralGib, swapMib }: InstanceFlavor): Demand => ({
  vcpus,
  memoryMib,
  diskGib: rootGib + ephemeralGib + Math.ceil(swapMib / 1024),
});
