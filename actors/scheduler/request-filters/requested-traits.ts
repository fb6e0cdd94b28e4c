import type { Filter } from '../filter.ts';

/**
 * Keeps hosts with the traits that flavor and image require, and without those that the flavor forbids. Where other providers than
 * hosts' own may serve, `provider_trees` asks for the traits of those that do. Nova asks placement.
 */
export const requestedTraits = (): Filter => ({
  name: 'requested_traits',
  asks: 'facts',
  compile(request, hosts) {
    const { requiredTraits = [], forbiddenTraits = [], isRebuild } = request;
    if (requiredTraits.length === 0 && forbiddenTraits.length === 0) return undefined;
    // What is rebuilt has its providers: one of the host's is among them, which of them is not looked at.
    if (isRebuild && !hosts.trees.areNone)
      return (row) => {
        const { traits } = hosts.facts(row);
        return requiredTraits.every((trait) => traits.includes(trait) || hosts.trees.hasTrait(hosts, row, trait));
      };
    if ((hosts.trees.queryOf(request)?.spread.size ?? 0) > 0) return undefined;
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
