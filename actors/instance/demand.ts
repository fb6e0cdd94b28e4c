import type { Demand } from '../cell/protocol.ts';
import { type RequestedSize, resourceRequest } from '../scheduler/resource-request.ts';
import type { InstanceFlavor } from './row.ts';

/** The size of a flavor. Swap counts as disk, rounded up. */
export const sizeOf = ({
  vcpus,
  memoryMib,
  rootGib,
  ephemeralGib,
  swapMib,
  extraSpecs,
}: InstanceFlavor): RequestedSize => ({
  vcpus,
  memoryMib,
  diskGib: rootGib + ephemeralGib + Math.ceil(swapMib / 1024),
  extraSpecs,
});

/** What an instance of a flavor takes of a host; `resources:` of its extra specs replace what the size says. */
export const demandOf = (flavor: InstanceFlavor): Demand => resourceRequest(sizeOf(flavor)).demand;
