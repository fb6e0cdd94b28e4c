import type { Filter } from '../filter.ts';
import type { HostFacts } from '../host-profiles.ts';
import { partsOf, valuesOfKey } from '../matching/aggregate-metadata.ts';
import { meetsRequirement } from '../matching/extra-spec-operators.ts';

const SCOPE = 'aggregate_instance_extra_specs:';

/** The extra specs that are about aggregates: those of the namespace, and those without one; by key of the metadata. */
const wantedOf = (extraSpecs: Readonly<Record<string, string>> = {}): readonly (readonly [string, string])[] =>
  Object.entries(extraSpecs).flatMap(([key, requirement]): [string, string][] => {
    if (key.startsWith(SCOPE)) return [[key.slice(SCOPE.length), requirement]];
    return key.includes(':') ? [] : [[key, requirement]];
  });

const meets = ({ aggregates }: HostFacts, [key, requirement]: readonly [string, string]): boolean =>
  partsOf(valuesOfKey(aggregates, key)).some((value) => meetsRequirement(value, requirement));

/**
 * Keeps hosts whose aggregates have what the flavor requires of them: a key that none has refuses the host. Nova:
 * `scheduler/filters/aggregate_instance_extra_specs.py`.
 */
export const aggregateInstanceExtraSpecsFilter = (): Filter => ({
  name: 'AggregateInstanceExtraSpecsFilter',
  asks: 'facts',
  compile({ extraSpecs }, hosts) {
    if (extraSpecs === undefined) return undefined;
    const wanted = wantedOf(extraSpecs);
    return wanted.length === 0 ? undefined : (row) => wanted.every((one) => meets(hosts.facts(row), one));
  },
  reason({ extraSpecs }, hosts, row) {
    const facts = hosts.facts(row);
    const missed = wantedOf(extraSpecs).filter((one) => !meets(facts, one));
    const told = missed.map(([key, requirement]) => {
      const values = partsOf(valuesOfKey(facts.aggregates, key));
      return `${key} must be "${requirement}" and is ${values.length === 0 ? 'in none' : `"${values.join(', ')}"`}`;
    });
    return `of its aggregates: ${told.join(', ')}`;
  },
});
