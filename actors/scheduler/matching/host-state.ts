import { topologyOf } from '../../../drivers/host-topology.ts';
import type { HostFacts } from '../host-profiles.ts';
import type { HostTable } from '../host-table.ts';
import type { SupportedInstance } from './image-properties.ts';

type HostValue = (hosts: HostTable, row: number) => string | number | undefined;

const inventoryOf = (hosts: HostTable, row: number, name: string) => hosts.host(row)?.inventories[name];
const ratioOf =
  (name: string): HostValue =>
  (hosts, row) =>
    inventoryOf(hosts, row, name)?.allocationRatio;
const totalOf =
  (name: string): HostValue =>
  (hosts, row) =>
    inventoryOf(hosts, row, name)?.total;
const usedOf =
  (name: string): HostValue =>
  (hosts, row) =>
    hosts.resource(name)?.used[row] ?? 0;

/** Kinds of guests that a host can run: fully virtual ones of its own architecture. Accelerated QEMU also runs as plain QEMU. */
export function supportedInstances({ hypervisorType, cpuArchitecture }: HostFacts): readonly SupportedInstance[] {
  const own = hypervisorType.toLowerCase();
  const types = own === 'kvm' ? ['kvm', 'qemu'] : own === 'qemu' ? ['qemu', 'kvm'] : [own];
  return types.map((type) => [cpuArchitecture, type, 'hvm']);
}

const asText = (list: readonly string[] | undefined): string | undefined => list && JSON.stringify(list);

/** What can be said of a host by name, with the names of Nova's `HostState` (nova/scheduler/host_manager.py). */
const ATTRIBUTES: ReadonlyMap<string, HostValue> = new Map<string, HostValue>([
  ['host', (hosts, row) => hosts.name(row)],
  ['nodename', (hosts, row) => hosts.host(row)?.hypervisorHostname],
  ['hypervisor_hostname', (hosts, row) => hosts.host(row)?.hypervisorHostname],
  ['host_ip', (hosts, row) => hosts.host(row)?.hostIp],
  ['hypervisor_type', (hosts, row) => hosts.facts(row).hypervisorType],
  ['hypervisor_version', (hosts, row) => hosts.facts(row).hypervisorVersion],
  ['total_usable_ram_mb', totalOf('MEMORY_MB')],
  ['total_usable_disk_gb', totalOf('DISK_GB')],
  ['disk_mb_used', (hosts, row) => (hosts.diskGb.used[row] ?? 0) * 1_024],
  ['free_ram_mb', (hosts, row) => hosts.weight('freeMemoryMib', row)],
  ['free_disk_mb', (hosts, row) => hosts.weight('freeDiskGib', row) * 1_024],
  ['vcpus_total', totalOf('VCPU')],
  ['vcpus_used', usedOf('VCPU')],
  ['num_instances', (hosts, row) => hosts.counter('instances', row)],
  ['num_io_ops', (hosts, row) => hosts.counter('ioOps', row)],
  ['failed_builds', (hosts, row) => hosts.counter('failedBuilds', row)],
  ['cpu_allocation_ratio', ratioOf('VCPU')],
  ['ram_allocation_ratio', ratioOf('MEMORY_MB')],
  ['disk_allocation_ratio', ratioOf('DISK_GB')],
  ['cpu_info.arch', (hosts, row) => hosts.facts(row).cpuArchitecture],
  ['cpu_info.model', (hosts, row) => hosts.facts(row).cpuModel],
  ['cpu_info.features', (hosts, row) => asText(hosts.facts(row).cpuFeatures)],
  ['cpu_info.topology.cells', (hosts, row) => topologyOf(hosts.host(row)?.numaCells)?.cells],
  ['cpu_info.topology.sockets', (hosts, row) => topologyOf(hosts.host(row)?.numaCells)?.sockets],
  ['cpu_info.topology.cores', (hosts, row) => topologyOf(hosts.host(row)?.numaCells)?.cores],
  ['cpu_info.topology.threads', (hosts, row) => topologyOf(hosts.host(row)?.numaCells)?.threads],
  ['supported_instances', (hosts, row) => JSON.stringify(supportedInstances(hosts.facts(row)))],
  ['aggregates', (hosts, row) => JSON.stringify(hosts.facts(row).aggregates.map(({ name }) => name))],
]);

/** Whether anything of a host has this name, or parts with names below it. */
export const isHostAttribute = (name: string): boolean => ATTRIBUTES.has(name) || name === 'cpu_info';

/** What a host says under a path such as `cpu_info`, `model`; undefined: nothing. */
export const hostValue = (hosts: HostTable, row: number, path: readonly string[]): string | number | undefined =>
  ATTRIBUTES.get(path.join('.'))?.(hosts, row);
