import type { Filter } from '../filter.ts';
import { hintedHosts } from './different-host.ts';

/** Keeps the hosts of the instances that the hint `same_host` names. Nova: `scheduler/filters/affinity_filter.py`. */
export const sameHostFilter = (): Filter => ({
  name: 'SameHostFilter',
  compile(request, hosts) {
    if ((request.hints?.['same_host'] ?? []).length === 0) return undefined;
    const kept = hintedHosts(request, 'same_host');
    return (row) => kept.has(hosts.name(row));
  },
  rows(request, hosts) {
    if ((request.hints?.['same_host'] ?? []).length === 0) return undefined;
    return [...hintedHosts(request, 'same_host')].flatMap((host) => hosts.row(host) ?? []);
  },
  reason: () => 'has none of the instances that the hint same_host names',
});
