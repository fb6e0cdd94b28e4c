import type { HostAmounts, InventoryTerms } from '../../drivers/inventory-terms.ts';
import type { HostAggregate } from './aggregates.ts';
import { valuesOfKey } from './matching/aggregate-metadata.ts';

/** How many times a host's inventory may be given away. */
export type AllocationRatios = HostAmounts;

/**
 * Nova's initial allocation ratios
 * (`initial_cpu_allocation_ratio` 4.0, `initial_ram_allocation_ratio` 1.0, `initial_disk_allocation_ratio` 1.0.)
 */
export const ALLOCATION_RATIOS: AllocationRatios = { vcpus: 4, memoryMib: 1, diskGib: 1 };

/** Largest ratio that can be set: Nova's own limit is that of a database column. */
export const RATIO_MAX = 1_000_000;

/**
 * The ratios of a host in these aggregates: the smallest number under `cpu_allocation_ratio`, `ram_allocation_ratio` and
 * `disk_allocation_ratio` of their metadata, else the initial ones of the host. So did Nova's AggregateCoreFilter and its siblings.
 */
export function ratiosOf(
  aggregates: readonly Pick<HostAggregate, 'metadata'>[],
  { initialRatios = ALLOCATION_RATIOS }: InventoryTerms = NO_TERMS,
): AllocationRatios {
  if (aggregates.length === 0) return initialRatios;
  const of = (key: string, otherwise: number): number => {
    const ratios = valuesOfKey(aggregates, key).map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
    const valid = ratios.filter((ratio) => ratio > 0 && ratio <= RATIO_MAX);
    return valid.length === 0 ? otherwise : Math.min(...valid);
  };
  return {
    vcpus: of('cpu_allocation_ratio', initialRatios.vcpus),
    memoryMib: of('ram_allocation_ratio', initialRatios.memoryMib),
    diskGib: of('disk_allocation_ratio', initialRatios.diskGib),
  };
}

const NO_TERMS: InventoryTerms = {};
