import type { HostAggregate } from '../aggregates.ts';
import type { Filter } from '../filter.ts';
import { partsOf } from '../matching/aggregate-metadata.ts';

/** Metadata keys that begin with this name the projects which an aggregate is for. */
export const TENANT_KEY = 'filter_tenant_id';

/** The projects that aggregates are for; empty: for all. */
const tenantsOf = (aggregates: readonly HostAggregate[]): readonly string[] =>
  partsOf(
    aggregates.flatMap(({ metadata }) =>
      Object.entries(metadata).flatMap(([key, value]) => (key.startsWith(TENANT_KEY) ? [value] : [])),
    ),
  );

/** Refuses hosts whose aggregates are for other projects. Nova: `scheduler/filters/aggregate_multitenancy_isolation.py`. */
export const aggregateMultiTenancyIsolation = (): Filter => ({
  name: 'AggregateMultiTenancyIsolation',
  asks: 'facts',
  compile:
    ({ projectId = '' }, hosts) =>
    (row) => {
      const tenants = tenantsOf(hosts.facts(row).aggregates);
      return tenants.length === 0 || tenants.includes(projectId);
    },
  reason: ({ projectId = '' }) => `its aggregates are for other projects than ${projectId}`,
});
