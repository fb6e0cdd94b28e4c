import { ALWAYS } from '../always.ts';
import type { Filter } from '../filter.ts';
import { withoutHardwareThreads } from '../hardware-threads.ts';
import type { SchedulerOptions } from '../options.ts';
import { computeStatus } from './compute-status.ts';
import { inventoryUnits } from './inventory-units.ts';
import { isolateAggregates } from './isolate-aggregates.ts';
import { requestedTraits } from './requested-traits.ts';
import { requireTenantAggregate } from './tenant-aggregate.ts';
import { traitFilters } from './traits.ts';

/**
 * What Nova's scheduler asks of placement before it asks any filter, in Nova's order: always in force, whatever filters are
 * enabled, also for a host that an administrator has named.
 */
export const requestFilters = (options: SchedulerOptions): readonly Filter[] => [
  ...ALWAYS,
  ...(options.limitTenantsToPlacementAggregate ? [requireTenantAggregate(options)] : []),
  computeStatus(options.enabledFilters.includes('ComputeFilter')),
  ...(options.enableIsolatedAggregateFiltering ? [isolateAggregates()] : []),
  ...traitFilters(options),
  ...(options.disableFallbackPcpuQuery ? [withoutHardwareThreads] : []),
  requestedTraits(),
  inventoryUnits(),
];
