import type { Filter } from '../filter.ts';

/**
 * Refuses hosts that are disabled or down also where ComputeFilter is not asked: for a host that an administrator has named.
 * Nova refuses disabled ones so; one that is down can be named there, and then the instance waits for it. Nova:
 * `compute_status_filter` of nova/scheduler/request_filter.py.
 */
export const computeStatus = (isComputeFilterEnabled: boolean): Filter => ({
  name: 'compute_status_filter',
  asks: 'facts',
  compile: ({ isHostForced, isRebuild }, hosts) =>
    isRebuild || (isComputeFilterEnabled && !isHostForced) ? undefined : (row) => hosts.facts(row).available,
  reason: () => 'is disabled or down',
  summary: () => 'disabled or down',
});
