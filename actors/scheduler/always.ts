import type { Filter } from './filter.ts';

/** Keeps the host that is asked for, and none that was tried. Nova: `HostManager.get_filtered_hosts`. */
const requestedHosts: Filter = {
  name: 'RequestedHosts',
  compile({ host, excludedHosts }, hosts) {
    if (host === null && excludedHosts.length === 0) return undefined;
    const excluded = new Set(excludedHosts);
    return (row) => {
      const name = hosts.name(row);
      return (host === null || name === host) && !excluded.has(name);
    };
  },
  rows({ host }, hosts) {
    if (host === null) return undefined;
    const row = hosts.row(host);
    return row === undefined ? [] : [row];
  },
  reason: ({ host }, hosts, row) =>
    host === null || host === hosts.name(row)
      ? 'has been tried already, or is the one to leave'
      : `is not the host ${host} that is asked for`,
  summary: () => 'not asked for or already tried',
};

/** Keeps the hosts of the zone that is asked for. Nova: request filter `map_az_to_placement_aggregate`. */
const requestedZone: Filter = {
  name: 'RequestedZone',
  asks: 'facts',
  compile: ({ zone }, hosts) => (zone === null ? undefined : (row) => hosts.facts(row).zone === zone),
  reason: ({ zone }, hosts, row) => `is in the zone ${hosts.facts(row).zone}, not ${zone}`,
  summary: ({ zone }) => `in another zone than ${zone ?? 'any'}`,
};

/** Filters that cannot be switched off, asked before those that can: they say what the request is about. */
export const ALWAYS: readonly Filter[] = [requestedHosts, requestedZone];
