import type { Filter } from '../filter.ts';
import { partsOf, valuesOfKey } from '../matching/aggregate-metadata.ts';

const KEY = 'instance_type';

/** Refuses hosts whose aggregates are for flavors of other names. Nova: `scheduler/filters/type_filter.py`. */
export const aggregateTypeAffinityFilter = (): Filter => ({
  name: 'AggregateTypeAffinityFilter',
  asks: 'facts',
  compile:
    ({ flavorName = '' }, hosts) =>
    (row) => {
      const values = valuesOfKey(hosts.facts(row).aggregates, KEY);
      return values.length === 0 || partsOf(values).includes(flavorName);
    },
  reason: ({ flavorName = '' }, hosts, row) =>
    `its aggregates are for the flavors ${partsOf(valuesOfKey(hosts.facts(row).aggregates, KEY)).join(', ')}, not ${flavorName}`,
});
