import { topologyOf } from '../../../drivers/host-topology.ts';
import type { Reader } from '../../../runtime/store.ts';
import { always, stepped, until } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';
import { numericId } from '../numeric-id.ts';
import { type Hypervisor, serversOf, type Usage, usageOf, workloadOf } from './reads.ts';
import { uptimeOf } from './uptime.ts';

/** What a view of hypervisors knows beside the host. */
export interface HypervisorSight {
  readonly reader: Reader;
  /** Whether the instances are shown too. */
  readonly withServers: boolean;
  readonly nowMs: number;
}

type Seen = Hypervisor & { readonly usage: Usage };

const cpuInfo = ({ inventory }: Hypervisor) => {
  const topology = topologyOf(inventory.numaCells);
  return {
    arch: inventory.cpuArchitecture,
    model: inventory.cpuModel,
    ...(inventory.cpuFeatures && { features: inventory.cpuFeatures }),
    ...(topology && { topology }),
  };
};

const servers = ({ host }: Hypervisor, { reader, withServers }: HypervisorSight) =>
  withServers ? serversOf(reader, host.name) : undefined;

const serversIfAny = (seen: Hypervisor, sight: HypervisorSight) => {
  const shown = servers(seen, sight);
  return shown?.length === 0 ? undefined : shown;
};

const brief = {
  id: stepped(
    ({ host }: Hypervisor): number | string => numericId(host.hypervisorId),
    ['2.53', ({ host }: Hypervisor) => host.hypervisorId],
  ),
  hypervisor_hostname: always(({ inventory }: Hypervisor) => inventory.hypervisorHostname),
  state: always(({ host }: Hypervisor) => (host.state === 'up' ? 'up' : 'down')),
  status: always(({ host }: Hypervisor) => (host.disabled ? 'disabled' : 'enabled')),
  servers: stepped(serversIfAny, ['2.75', servers]),
};

/** A hypervisor in a plain list. */
export const briefHypervisor = viewOf<Hypervisor, HypervisorSight>(brief);

const fullView = viewOf<Seen, HypervisorSight>({
  ...brief,
  hypervisor_type: always(({ inventory }) => inventory.hypervisorType),
  hypervisor_version: always(({ inventory }) => inventory.hypervisorVersion),
  host_ip: always(({ inventory }) => inventory.hostIp),
  service: stepped(
    ({ host }: Seen): object => ({
      id: numericId(host.serviceId),
      host: host.name,
      disabled_reason: host.disabledReason,
    }),
    ['2.53', ({ host }: Seen) => ({ id: host.serviceId, host: host.name, disabled_reason: host.disabledReason })],
  ),
  uptime: stepped(undefined, ['2.88', ({ host }: Seen, { nowMs }: HypervisorSight) => uptimeOf(host, nowMs)]),
  cpu_info: stepped((seen: Seen): unknown => JSON.stringify(cpuInfo(seen)), ['2.28', cpuInfo], ['2.88', undefined]),
  vcpus: until('2.87', ({ inventory }) => inventory.vcpus),
  vcpus_used: until('2.87', ({ usage }) => usage.vcpus),
  memory_mb: until('2.87', ({ inventory }) => inventory.memoryMib),
  memory_mb_used: until('2.87', ({ usage }) => usage.memoryMib),
  free_ram_mb: until('2.87', ({ inventory, usage }) => inventory.memoryMib - usage.memoryMib),
  local_gb: until('2.87', ({ inventory }) => inventory.diskGib),
  local_gb_used: until('2.87', ({ usage }) => usage.diskGib),
  free_disk_gb: until('2.87', ({ inventory, usage }) => inventory.diskGib - usage.diskGib),
  // What thin disks may still grow by: not known.
  disk_available_least: until('2.87', () => null),
  current_workload: until('2.87', ({ host }, { reader }) => workloadOf(reader, host.name)),
  running_vms: until('2.87', ({ host }) => host.runningGuests),
});

const NO_USAGE: Usage = { vcpus: 0, memoryMib: 0, diskGib: 0 };
const showsUsage = stepped(true, ['2.88', false]);

/** What is used, and what the host keeps for itself: Nova counts that as used. */
function usageSeen(reader: Reader, { host, inventory }: Hypervisor): Usage {
  const usage = usageOf(reader, host.name);
  const kept = inventory.terms?.reserved;
  if (kept === undefined) return usage;
  return {
    vcpus: usage.vcpus + kept.vcpus,
    memoryMib: usage.memoryMib + kept.memoryMib,
    diskGib: usage.diskGib + kept.diskGib,
  };
}

/** A hypervisor in a detailed list, or alone. What is used is only summed where it is shown. */
export const hypervisorView = {
  at: (version: Parameters<typeof fullView.at>[0]) => {
    const show = fullView.at(version);
    const withUsage = showsUsage.at(version);
    return (hypervisor: Hypervisor, sight: HypervisorSight) =>
      show({ ...hypervisor, usage: withUsage ? usageSeen(sight.reader, hypervisor) : NO_USAGE }, sight);
  },
};

/** The sums over all hypervisors. Nova leaves out those whose service is disabled. */
export const statisticsOf = (reader: Reader, all: readonly Hypervisor[]): Readonly<Record<string, number | null>> => {
  const counted = all.filter(({ host }) => !host.disabled);
  const sum = (number: (hypervisor: Hypervisor) => number): number =>
    counted.reduce((total, hypervisor) => total + number(hypervisor), 0);
  const usages = counted.map((hypervisor) => usageSeen(reader, hypervisor));
  const used = (number: (usage: Usage) => number): number => usages.reduce((total, usage) => total + number(usage), 0);
  const total = {
    vcpus: sum(({ inventory }) => inventory.vcpus),
    memory_mb: sum(({ inventory }) => inventory.memoryMib),
    local_gb: sum(({ inventory }) => inventory.diskGib),
    vcpus_used: used((usage) => usage.vcpus),
    memory_mb_used: used((usage) => usage.memoryMib),
    local_gb_used: used((usage) => usage.diskGib),
  };
  return {
    count: counted.length,
    ...total,
    free_ram_mb: total.memory_mb - total.memory_mb_used,
    free_disk_gb: total.local_gb - total.local_gb_used,
    disk_available_least: null,
    current_workload: sum(({ host }) => workloadOf(reader, host.name)),
    running_vms: sum(({ host }) => host.runningGuests),
  };
};
