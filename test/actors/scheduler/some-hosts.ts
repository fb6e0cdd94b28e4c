import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import type { Filter } from '../../../actors/scheduler/filter.ts';
import type { HostFacts } from '../../../actors/scheduler/host-profiles.ts';
import { HostTable } from '../../../actors/scheduler/host-table.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from '../../../actors/scheduler/options.ts';

/** A host of a test, with its aggregates as their metadata. */
export interface SomeHost extends Partial<Omit<HostFacts, 'aggregates'>> {
  readonly aggregates?: readonly Readonly<Record<string, string>>[];
  readonly hostIp?: string;
  readonly resources?: Readonly<Record<string, number>>;
  readonly instances?: number;
  readonly ioOps?: number;
}

/** A table of hosts by name: x86_64 machines with KVM that have room for everything, unless said otherwise. */
export function someHosts(named: Readonly<Record<string, SomeHost>>): HostTable {
  const table = new HostTable();
  let number = 0;
  for (const [name, host] of Object.entries(named)) {
    const { aggregates = [], hostIp = '192.0.2.1', resources = {}, instances, ioOps, ...facts } = host;
    const own = aggregates.map((metadata) => {
      number++;
      return { number, uuid: `agg-${number}`, name: `agg-${number}`, metadata };
    });
    for (const aggregate of own) table.aggregates.set({ ...aggregate, hosts: [name] });
    const of = (total: number) => ({ total, reserved: 0, allocationRatio: 1 });
    const further = Object.entries(resources).map(([name, total]) => [name, of(total)]);
    table.set({
      name,
      facts: {
        available: true,
        zone: 'nova',
        hypervisorType: 'QEMU',
        hypervisorVersion: 8_002_001,
        cpuArchitecture: 'x86_64',
        cpuModel: 'Skylake',
        traits: [],
        ...facts,
        aggregates: table.aggregates.of(name),
      },
      inventories: {
        VCPU: { total: 8, reserved: 0, allocationRatio: 4 },
        MEMORY_MB: of(4_096),
        DISK_GB: of(100),
        ...Object.fromEntries(further),
      },
      hypervisorHostname: `${name}.example.com`,
      hostIp,
    });
    if (instances !== undefined) table.setCounter('instances', name, instances);
    if (ioOps !== undefined) table.setCounter('ioOps', name, ioOps);
  }
  return table;
}

/** A request for one vCPU, changed as wanted. */
export const aRequest = (changes: Partial<ClaimRequest> = {}): ClaimRequest => ({
  demand: { vcpus: 1, memoryMib: 512, diskGib: 1 },
  zone: null,
  host: null,
  excludedHosts: [],
  projectId: 'p1',
  flavorName: 'm1.small',
  imageId: 'image-1',
  imageFormat: 'qcow2',
  ...changes,
});

export const someOptions = (changes: Partial<SchedulerOptions> = {}): SchedulerOptions => ({
  ...DEFAULT_SCHEDULER_OPTIONS,
  ...changes,
});

/** The hosts that a filter keeps for a request. */
export function kept(filter: Filter, hosts: HostTable, changes: Partial<ClaimRequest> = {}): readonly string[] {
  const keeps = filter.compile(aRequest(changes), hosts);
  const names: string[] = [];
  for (let row = 0; row < hosts.end; row++) if (keeps === undefined || keeps(row)) names.push(hosts.name(row));
  return names;
}

/** Why a filter refuses a host. */
export const refusal = (filter: Filter, hosts: HostTable, host: string, changes: Partial<ClaimRequest> = {}): string =>
  filter.reason(aRequest(changes), hosts, hosts.row(host) ?? -1);
