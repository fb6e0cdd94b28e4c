import type { Filter } from '../filter.ts';
import type { HostTable } from '../host-table.ts';
import { smallestNumber } from '../matching/aggregate-metadata.ts';
import type { SchedulerOptions } from '../options.ts';

const limited = (name: string, limitOf: (hosts: HostTable, row: number) => number): Filter => ({
  name,
  compile: (_request, hosts) => (row) => hosts.counter('instances', row) < limitOf(hosts, row),
  reason: (_request, hosts, row) =>
    `has ${hosts.counter('instances', row)} instances; at most ${limitOf(hosts, row)} are allowed`,
});

/** Refuses hosts with as many instances as are allowed. Nova: `scheduler/filters/num_instances_filter.py`. */
export const numInstancesFilter = ({ maxInstancesPerHost }: SchedulerOptions): Filter =>
  limited('NumInstancesFilter', () => maxInstancesPerHost);

/** As NumInstancesFilter; the smallest `max_instances_per_host` of the host's aggregates is the limit. */
export const aggregateNumInstancesFilter = ({ maxInstancesPerHost }: SchedulerOptions): Filter =>
  limited('AggregateNumInstancesFilter', (hosts, row) =>
    smallestNumber(hosts.facts(row).aggregates, 'max_instances_per_host', maxInstancesPerHost),
  );
