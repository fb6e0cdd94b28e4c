import type { ClaimRequest } from '../../cell/protocol.ts';
import type { HostAggregate } from '../aggregates.ts';
import type { Filter } from '../filter.ts';

const PREFIX = 'trait:';

/** The traits that an aggregate is kept for: metadata such as `trait:CUSTOM_LICENSED` = `required`. */
const traitsOf = ({ metadata }: HostAggregate): readonly string[] =>
  Object.entries(metadata).flatMap(([key, value]) =>
    key.startsWith(PREFIX) && value === 'required' ? [key.slice(PREFIX.length)] : [],
  );

const missedOf = (aggregates: readonly HostAggregate[], { requiredTraits = [] }: ClaimRequest): readonly string[] =>
  aggregates.flatMap(traitsOf).filter((trait) => !requiredTraits.includes(trait));

/**
 * Refuses hosts of aggregates that are kept for requests with certain traits, unless the flavor or image requires all of
 * them. Nova: `isolate_aggregates` of nova/scheduler/request_filter.py.
 */
export const isolateAggregates = (): Filter => ({
  name: 'isolate_aggregates',
  asks: 'facts',
  compile: (request, hosts) => (row) => missedOf(hosts.facts(row).aggregates, request).length === 0,
  reason: (request, hosts, row) =>
    `is kept for requests that require ${missedOf(hosts.facts(row).aggregates, request).join(', ')}`,
});
