import type { HostAggregate } from './aggregates.ts';
import { valuesOfKey } from './matching/aggregate-metadata.ts';

/** How many times a host's inventory may be given away. */
export interface AllocationRatios {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}

/**
 * Nova's initial allocation ratios
 * (`initial_cpu_allocation_ratio` 4.0, `initial_ram_allocation_ratio` 1.0, `initial_disk_allocation_ratio` 1.0.)
 */
export const ALLOCATION_RATIOS: AllocationRatios = { vcpus: 4, memoryMib: 1, diskGib: 1 };

/** Largest ratio that an aggregate may set: Nova's own limit is that of a database column. */
const RATIO_MAX = 1_000_000;

/**
 * The ratios of a host in these aggregates: the smallest number under `cpu_allocation_ratio`, `ram_allocation_ratio` and
 * `disk_allocation_ratio` of their metadata, else Nova's initial ones. So did Nova's AggregateCoreFilter and its siblings.
 */
export function ratiosOf(aggregates: readonly Pick<HostAggregate, 'metadata'>[]): AllocationRatios {
  if (aggregates.length === 0) return ALLOCATION_RATIOS;
  const of = (key: string, otherwise: number): number => {
    const ratios = valuesOfKey(aggregates, key).map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
    const valid = ratios.filter((ratio) => ratio > 0 && ratio <= RATIO_MAX);
    return valid.length === 0 ? otherwise : Math.min(...valid);
  };
  return {
    vcpus: of('cpu_allocation_ratio', ALLOCATION_RATIOS.vcpus),
    memoryMib: of('ram_allocation_ratio', ALLOCATION_RATIOS.memoryMib),
    diskGib: of('disk_allocation_ratio', ALLOCATION_RATIOS.diskGib),
  };
}
