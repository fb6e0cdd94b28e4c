import * as v from 'valibot';
import { ALLOCATION_RATIOS, RATIO_MAX } from '../actors/scheduler/ratios.ts';
import type { HostAmounts, InventoryTerms } from '../drivers/inventory-terms.ts';

const ratio = v.pipe(v.number(), v.minValue(0.001), v.maxValue(RATIO_MAX));
const amount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000_000));

/** What can be said of all hosts, and of one. Names are Nova's. */
const said = {
  initialCpuAllocationRatio: v.exactOptional(ratio),
  initialRamAllocationRatio: v.exactOptional(ratio),
  initialDiskAllocationRatio: v.exactOptional(ratio),
  cpuAllocationRatio: v.exactOptional(ratio),
  ramAllocationRatio: v.exactOptional(ratio),
  diskAllocationRatio: v.exactOptional(ratio),
  reservedHostCpus: v.exactOptional(amount),
  reservedHostMemoryMib: v.exactOptional(amount),
  reservedHostDiskMib: v.exactOptional(amount),
};

/** How much of hosts is given to instances, and how many times. */
export const capacitySettings = v.strictObject({
  ...said,
  initialCpuAllocationRatio: v.optional(ratio, ALLOCATION_RATIOS.vcpus),
  initialRamAllocationRatio: v.optional(ratio, ALLOCATION_RATIOS.memoryMib),
  initialDiskAllocationRatio: v.optional(ratio, ALLOCATION_RATIOS.diskGib),
  reservedHostCpus: v.optional(amount, 0),
  reservedHostDiskMib: v.optional(amount, 0),
  /** The same of single hosts, by their names. */
  hosts: v.optional(
    v.pipe(v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(255)), v.strictObject(said)), v.maxEntries(100_000)),
  ),
});

type Capacity = v.InferOutput<typeof capacitySettings>;

/** Nova's `reserved_host_memory_mb`: what the system of a host needs for itself. */
const RESERVED_MEMORY_MIB = 512;

/**
 * What the settings say of a host; undefined: nothing but the defaults. `machineShare`: the part of a machine that the host is; null: it
 * is simulated, and needs nothing for itself.
 */
export function termsOf(
  { hosts = {}, ...all }: Capacity,
  host: string,
  machineShare: number | null,
): InventoryTerms | undefined {
  const one = { ...all, ...(Object.hasOwn(hosts, host) ? hosts[host] : {}) };
  const initialRatios: HostAmounts = {
    vcpus: one.initialCpuAllocationRatio,
    memoryMib: one.initialRamAllocationRatio,
    diskGib: one.initialDiskAllocationRatio,
  };
  const reserved: HostAmounts = {
    vcpus: one.reservedHostCpus,
    memoryMib: one.reservedHostMemoryMib ?? Math.floor(RESERVED_MEMORY_MIB * (machineShare ?? 0)),
    // Inventories of disk are in whole GiB. Nova rounds up, too.
    diskGib: Math.ceil(one.reservedHostDiskMib / 1_024),
  };
  const ratios: Partial<HostAmounts> = {
    ...(one.cpuAllocationRatio === undefined ? {} : { vcpus: one.cpuAllocationRatio }),
    ...(one.ramAllocationRatio === undefined ? {} : { memoryMib: one.ramAllocationRatio }),
    ...(one.diskAllocationRatio === undefined ? {} : { diskGib: one.diskAllocationRatio }),
  };
  const terms: InventoryTerms = {
    ...(Object.values(reserved).every((kept) => kept === 0) ? {} : { reserved }),
    ...(isSame(initialRatios, ALLOCATION_RATIOS) ? {} : { initialRatios }),
    ...(Object.keys(ratios).length === 0 ? {} : { ratios }),
  };
  return Object.keys(terms).length === 0 ? undefined : terms;
}

const isSame = (a: HostAmounts, b: HostAmounts): boolean =>
  a.vcpus === b.vcpus && a.memoryMib === b.memoryMib && a.diskGib === b.diskGib;
