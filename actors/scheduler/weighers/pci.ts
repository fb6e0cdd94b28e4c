import { multiplierOf } from '../multiplier.ts';
import type { SchedulerOptions } from '../options.ts';
import type { Weigher } from '../weigher.ts';

/** More devices count as so many. */
const DEVICES_MAX = 99;

/**
 * Prefers hosts with less free PCI devices: hosts that have some stay free for those who need them, and those are packed.
 * Nova weighs 100 less the devices, which is the same once it is normalised: `scheduler/weights/pci.py`.
 */
export const pciWeigher = (options: SchedulerOptions): Weigher => ({
  name: 'PCIWeigher',
  compile(_request, hosts) {
    if (hosts.fittings.hostsWithDevices.size === 0) return undefined;
    return (row) => 0 - Math.min(DEVICES_MAX, hosts.fittings.freeDevices(hosts.name(row)));
  },
  rows: (_request, hosts) => [...hosts.fittings.hostsWithDevices].flatMap((host) => hosts.row(host) ?? []),
  multiplier: multiplierOf('pci_weight_multiplier', options),
});
