import type { ClaimRequest } from '../../cell/protocol.ts';
import type { HostFacts } from '../host-profiles.ts';
import type { HostTable } from '../host-table.ts';
import { bestFit } from './best-fit.ts';
import type { Policy } from './policy.ts';

/** Metadata key of an aggregate that says which failure domain its hosts are in, such as a rack or a power feed. */
const FAILURE_DOMAIN_KEY = 'failure_domain';

/** More than best fit can make of a host: one server more in a domain outweighs it. */
const DOMAIN_FACTOR = 1_000;

/** The failure domain of a host: that of its first aggregate which names one, else its zone. */
const domainOf = ({ aggregates, zone }: HostFacts): string =>
  aggregates.find(({ metadata }) => metadata[FAILURE_DOMAIN_KEY] !== undefined)?.metadata[FAILURE_DOMAIN_KEY] ?? zone;

/**
 * The failure domain with the fewest servers of the request's group, or, without a group, with the fewest instances for each
 * of its hosts; in the domain best fit.
 */
export const spreadDomains: Policy = {
  name: 'spread-domains',
  compile(request, hosts, nowMs) {
    const loads = loadsOf(request, hosts);
    return {
      ...bestFit.compile(request, hosts, nowMs),
      ofProfile(profile) {
        const facts = hosts.profiles.facts(profile);
        return facts === undefined ? 0 : DOMAIN_FACTOR * (loads.get(domainOf(facts)) ?? 0);
      },
    };
  },
};

function loadsOf({ group }: ClaimRequest, hosts: HostTable): ReadonlyMap<string, number> {
  const loads = new Map<string, number>();
  const add = (domain: string, load: number): void => {
    loads.set(domain, (loads.get(domain) ?? 0) + load);
  };
  if (group) {
    for (const [host, members] of hosts.groups.hostsOf(group.id)) {
      const row = hosts.row(host);
      if (row !== undefined) add(domainOf(hosts.facts(row)), members);
    }
    return loads;
  }
  const sizes = new Map<string, number>();
  for (let profile = 0; profile < hosts.profiles.end; profile++) {
    const facts = hosts.profiles.facts(profile);
    if (facts === undefined) continue;
    const domain = domainOf(facts);
    add(domain, hosts.profiles.instances(profile));
    sizes.set(domain, (sizes.get(domain) ?? 0) + hosts.profiles.hosts(profile));
  }
  for (const [domain, load] of loads) loads.set(domain, load / (sizes.get(domain) ?? 1));
  return loads;
}
