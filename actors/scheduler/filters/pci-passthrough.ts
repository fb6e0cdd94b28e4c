import type { Filter } from '../filter.ts';
import { wantedDevices } from '../fit-wanted.ts';
import type { SchedulerOptions } from '../options.ts';

/** Keeps hosts with the PCI devices that are asked for. Nova: `scheduler/filters/pci_passthrough_filter.py`. */
export const pciPassthroughFilter = (options: SchedulerOptions): Filter => ({
  name: 'PciPassthroughFilter',
  asks: 'costly',
  compile(request, hosts) {
    if (request.isRebuild) return undefined;
    const devices = wantedDevices(request, options);
    if (devices === undefined) return () => false;
    return devices.length === 0 ? undefined : (row) => hosts.fittings.hasDevices(hosts.name(row), devices);
  },
  reason(request, hosts, row) {
    const devices = wantedDevices(request, options);
    if (devices === undefined) return 'cannot be asked: an alias of PCI devices is not defined';
    const asked = devices.map(({ source, count }) => `${count} ${source}`).join(' and ');
    return `does not have ${asked} free; it has ${hosts.fittings.shown(hosts.name(row)).devices} PCI devices in all`;
  },
  summary: () => 'without the PCI devices',
});
