import type { Filter } from '../filter.ts';
import type { HostTable } from '../host-table.ts';
import { smallestNumber } from '../matching/aggregate-metadata.ts';
import type { SchedulerOptions } from '../options.ts';

const limited = (name: string, limitOf: (hosts: HostTable, row: number) => number): Filter => ({
  name,
  compile: (_request, hosts) => (row) => hosts.counter('ioOps', row) < limitOf(hosts, row),
  reason: (_request, hosts, row) =>
    `${hosts.counter('ioOps', row)} of its instances are being built, copied or moved; at most ${limitOf(hosts, row)} may be`,
});

/** Refuses hosts with as many busy instances as are allowed. Nova: `scheduler/filters/io_ops_filter.py`. */
export const ioOpsFilter = ({ maxIoOpsPerHost }: SchedulerOptions): Filter =>
  limited('IoOpsFilter', () => maxIoOpsPerHost);

/** As IoOpsFilter; the smallest `max_io_ops_per_host` of the host's aggregates is the limit. */
export const aggregateIoOpsFilter = ({ maxIoOpsPerHost }: SchedulerOptions): Filter =>
  limited('AggregateIoOpsFilter', (hosts, row) =>
    smallestNumber(hosts.facts(row).aggregates, 'max_io_ops_per_host', maxIoOpsPerHost),
  );
