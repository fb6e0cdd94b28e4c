import type { HostAggregate } from '../aggregates.ts';
import type { Filter } from '../filter.ts';
import { TENANT_KEY } from '../filters/aggregate-multi-tenancy-isolation.ts';
import type { SchedulerOptions } from '../options.ts';

const isFor = ({ metadata }: HostAggregate, projectId: string): boolean =>
  Object.entries(metadata).some(([key, value]) => key.startsWith(TENANT_KEY) && value === projectId);

/**
 * Keeps the hosts of aggregates that are for the project, if there is such an aggregate; without one any host, or none when
 * each project must have one. Nova: `require_tenant_aggregate` of nova/scheduler/request_filter.py.
 */
export const requireTenantAggregate = ({ placementAggregateRequiredForTenants }: SchedulerOptions): Filter => ({
  name: 'require_tenant_aggregate',
  compile({ projectId = '' }, hosts) {
    const hasAny = hosts.aggregates.all.some((aggregate) => isFor(aggregate, projectId));
    if (!hasAny && !placementAggregateRequiredForTenants) return undefined;
    return (row) => hosts.facts(row).aggregates.some((aggregate) => isFor(aggregate, projectId));
  },
  reason: ({ projectId = '' }) => `is in no aggregate for the project ${projectId}`,
});
