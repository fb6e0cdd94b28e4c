import type { Filter } from '../filter.ts';
import { wantedFit } from '../fit-wanted.ts';
import type { SchedulerOptions } from '../options.ts';

/**
 * Keeps hosts into whose NUMA cells the guest fits, with its devices near to them. Nova:
 * `scheduler/filters/numa_topology_filter.py`.
 */
export const numaTopologyFilter = (options: SchedulerOptions): Filter => ({
  name: 'NUMATopologyFilter',
  asks: 'costly',
  compile(request, hosts) {
    const wanted = wantedFit(request, options);
    return wanted?.numa === undefined ? undefined : (row) => hosts.fittings.fits(hosts.name(row), wanted);
  },
  reason({ numa, uplinks = [] }, hosts, row) {
    const { cells, usage } = hosts.fittings.shown(hosts.name(row));
    if (numa === undefined || cells.length === 0) return 'tells of no NUMA cells';
    const told = cells.map(({ id, cpus, pcpus, memoryMib }, place) => {
      const { cpus: shared = 0, pinned = [], memoryMib: used = 0 } = usage[place] ?? {};
      return `cell ${id} has ${pcpus.length - pinned.length} of ${pcpus.length} dedicated processors free, ${shared} vCPUs on ${cpus.length} shared ones and ${memoryMib - used} of ${memoryMib} MiB`;
    });
    const asked = numa.cells.map(
      ({ cpus, pcpus, memoryMib }) => `${pcpus.length} dedicated and ${cpus.length} shared vCPUs with ${memoryMib} MiB`,
    );
    const near = uplinks.map((uplink) => (uplink.kind === 'tunnel' ? 'tunnels' : uplink.name)).join(', ');
    return `cannot take ${asked.join(' and ')}${near && `, near to the cards of ${near}`}: ${told.join('; ')}`;
  },
  summary: () => 'without NUMA cells that it fits into',
});
