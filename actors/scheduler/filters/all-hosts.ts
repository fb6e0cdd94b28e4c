import type { Filter } from '../filter.ts';

/** Keeps every host. Nova: `scheduler/filters/all_hosts_filter.py`. */
export const allHostsFilter = (): Filter => ({
  name: 'AllHostsFilter',
  compile: () => undefined,
  reason: () => 'never refuses a host',
});
