import { unservedOf } from '../../placement/candidates/match.ts';
import type { Filter } from '../filter.ts';
import { roomOfSuppliers } from '../provider-room.ts';
import type { TreeQuery } from '../tree-query.ts';

/** Most hosts that are looked at one by one instead of by the index, where only so few have what is asked for. */
const FEW_HOSTS = 128;

const amountsIn = (resources: Readonly<Record<string, number>>): string =>
  Object.entries(resources)
    .map(([name, amount]) => `${amount} ${name}`)
    .join(' and ');

/** What a query asks for, in words. */
function wordsOf({ groups }: TreeQuery): string {
  const told = groups
    .filter(({ suffix }) => suffix !== '')
    .map(({ suffix, resources, required }) =>
      [`group ${suffix}:`, ...[amountsIn(resources), ...required.flat()].filter((part) => part !== '')].join(' '),
    );
  return told.length === 0 ? 'what it asks for with these traits' : told.join(', ');
}

/**
 * Keeps hosts whose providers can serve a request together: the host's own, those below it, and those that share with it. What
 * belongs to no group comes class by class from any of them, each group from one. The same rules as of `GET /allocation_candidates`.
 */
export const providerTrees = (): Filter => ({
  name: 'provider_trees',
  asks: 'costly',
  compile(request, hosts) {
    const query = hosts.trees.queryOf(request);
    return query === undefined ? undefined : (row) => hosts.trees.serves(hosts, row, query);
  },
  rows(request, hosts) {
    const query = hosts.trees.queryOf(request);
    let fewest: readonly number[] | undefined;
    for (const [name] of query?.single ?? []) {
      if (name === 'VCPU' || name === 'MEMORY_MB' || name === 'DISK_GB') continue;
      const rows = hosts.trees.rowsWith(hosts, name, FEW_HOSTS);
      if (rows !== undefined && (fewest === undefined || rows.length < fewest.length)) fewest = rows;
    }
    return fewest;
  },
  reason(request, hosts, row) {
    const query = hosts.trees.queryOf(request);
    if (query === undefined) return '';
    const grove = hosts.trees.grove(hosts, row);
    const unserved = unservedOf(grove, query).map(({ suffix, resources }) => {
      const group = query.groups.find((one) => one.suffix === suffix);
      const traits = [...(group?.required ?? []).flat(), ...(group?.forbidden ?? []).map((trait) => `not ${trait}`)];
      const what = [amountsIn(resources), ...traits].filter((part) => part !== '').join(', ');
      const rooms = Object.keys(resources).map((name) => roomOfSuppliers(grove, name));
      const numbers = rooms.length === 0 ? '' : ` (${rooms.join('; ')})`;
      return `has no provider ${suffix === '' ? '' : `for group ${suffix} `}with ${what}${numbers}`;
    });
    if (unserved.length > 0) return unserved.join(', ');
    const grouped = query.groups.filter(({ suffix }) => suffix !== '');
    const classes = new Set(grouped.flatMap(({ resources }) => Object.keys(resources)));
    const rooms = [...classes].map((name) => roomOfSuppliers(grove, name));
    const numbers = rooms.length === 0 ? '' : ` (${rooms.join('; ')})`;
    return query.policy === 'isolate' && grouped.length > 1
      ? `has no providers that are apart (group_policy isolate) for ${wordsOf(query)}${numbers}`
      : `has providers for each part, but not for all together: ${wordsOf(query)}${numbers}`;
  },
  summary(request) {
    const groups = (request.granular?.groups ?? []).map(
      ({ suffix, resources }) => `${suffix}: ${amountsIn(resources) || 'traits'}`,
    );
    return groups.length === 0
      ? 'without providers that have the traits and resources'
      : `without providers for groups ${groups.join(', ')}`;
  },
});
