import type { ClaimRequest } from '../../cell/protocol.ts';
import type { Filter } from '../filter.ts';
import type { HostTable } from '../host-table.ts';

/** Keeps hosts with the traits that flavor and image require, and without those that the flavor forbids. Nova asks placement. */
export const requestedTraits = (): Filter => ({
  name: 'requested_traits',
  asks: 'facts',
  compile({ requiredTraits = [], forbiddenTraits = [] }, hosts) {
    if (requiredTraits.length === 0 && forbiddenTraits.length === 0) return undefined;
    return (row) => {
      const { traits } = hosts.facts(row);
      return (
        requiredTraits.every((trait) => traits.includes(trait)) &&
        !forbiddenTraits.some((trait) => traits.includes(trait))
      );
    };
  },
  reason({ requiredTraits = [], forbiddenTraits = [] }, hosts, row) {
    const { traits } = hosts.facts(row);
    const missed = requiredTraits.filter((trait) => !traits.includes(trait)).map((trait) => `does not have ${trait}`);
    const had = forbiddenTraits.filter((trait) => traits.includes(trait)).map((trait) => `has ${trait}`);
    return [...missed, ...had].join(', ');
  },
});

/** What all numbered groups want of one class together. */
function totalsOf({ granular, resources = {} }: ClaimRequest): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const group of granular?.groups ?? [])
    for (const [name, amount] of Object.entries(group.resources))
      totals.set(name, (totals.get(name) ?? resources[name] ?? 0) + amount);
  return totals;
}

const isIsolated = ({ granular }: ClaimRequest): boolean =>
  granular?.policy === 'isolate' &&
  granular.groups.filter(({ resources }) => Object.values(resources).some((amount) => amount > 0)).length > 1;

const missingOf = (request: ClaimRequest, hosts: HostTable, row: number): readonly string[] => {
  if (isIsolated(request)) return ['is one provider, and the numbered groups want one each (group_policy isolate)'];
  const { traits } = hosts.facts(row);
  const ofGroups = (request.granular?.groups ?? []).flatMap(({ suffix, requiredTraits, forbiddenTraits }) => [
    ...requiredTraits.filter((trait) => !traits.includes(trait)).map((trait) => `group ${suffix} wants ${trait}`),
    ...forbiddenTraits.filter((trait) => traits.includes(trait)).map((trait) => `group ${suffix} forbids ${trait}`),
  ]);
  const ofTotals = [...totalsOf(request)].flatMap(([name, amount]) => {
    const room = Math.max(0, hosts.resource(name)?.room(row) ?? 0);
    return amount > 0 && room < amount ? [`the numbered groups want ${amount} ${name}, and it has ${room}`] : [];
  });
  return [...ofGroups, ...ofTotals];
};

/**
 * Keeps hosts that can serve the numbered groups of a flavor (`resources1:`, `trait1:`). A host is one provider to the
 * scheduler, so all groups are served by it, and two of them that must be apart are served by none.
 */
export const requestedGroups = (): Filter => ({
  name: 'requested_groups',
  compile: (request, hosts) =>
    request.granular === undefined ? undefined : (row) => missingOf(request, hosts, row).length === 0,
  reason: (request, hosts, row) => missingOf(request, hosts, row).join(', '),
});
