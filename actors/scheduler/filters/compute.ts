import type { Filter } from '../filter.ts';

/** Keeps hosts that are up and not disabled. Nova: `scheduler/filters/compute_filter.py`. */
export const computeFilter = (): Filter => ({
  name: 'ComputeFilter',
  asks: 'facts',
  compile: (_request, hosts) => (row) => hosts.facts(row).available,
  reason: () => 'is disabled or down',
  summary: () => 'disabled or down',
});
