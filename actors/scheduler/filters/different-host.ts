import type { ClaimRequest } from '../../cell/protocol.ts';
import type { Filter } from '../filter.ts';

/** The hosts of the instances that a hint names, as far as they are known to the cell. */
export const hintedHosts = ({ hints, hintedHosts: found = {} }: ClaimRequest, hint: string): ReadonlySet<string> => {
  const hosts = (hints?.[hint] ?? []).map((id) => (Object.hasOwn(found, id) ? found[id] : undefined));
  return new Set(hosts.filter((host) => host !== undefined));
};

/** Refuses the hosts of the instances that the hint `different_host` names. Nova: `scheduler/filters/affinity_filter.py`. */
export const differentHostFilter = (): Filter => ({
  name: 'DifferentHostFilter',
  compile(request, hosts) {
    const refused = hintedHosts(request, 'different_host');
    return refused.size === 0 ? undefined : (row) => !refused.has(hosts.name(row));
  },
  reason: () => 'has an instance that the hint different_host names',
});
