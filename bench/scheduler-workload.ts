import type { ClaimRequest, Demand } from '../actors/cell/protocol.ts';
import type { Fitted } from '../actors/scheduler/host-fittings.ts';
import type { HostTable } from '../actors/scheduler/host-table.ts';
import type { Scheduler } from '../actors/scheduler/scheduler.ts';
import type { HostNumaCell } from '../drivers/host-topology.ts';
import { type Random, seededRandom } from '../runtime/random.ts';
import { fitWanted, hostTable, options, rules, scheduler } from './scheduler-built.ts';

/** What makes decisions harder than those for one plain server among hosts without zones. */
export type Variant = 'plain' | 'groups' | 'numa';

const KINDS = [
  { vcpus: 64, memoryMib: 262_144, diskGib: 2_000 },
  { vcpus: 96, memoryMib: 393_216, diskGib: 4_000 },
  { vcpus: 128, memoryMib: 786_432, diskGib: 4_000 },
  { vcpus: 48, memoryMib: 196_608, diskGib: 1_000 },
] as const;
const SIZES: readonly Demand[] = [
  { vcpus: 1, memoryMib: 2_048, diskGib: 20 },
  { vcpus: 2, memoryMib: 4_096, diskGib: 40 },
  { vcpus: 2, memoryMib: 8_192, diskGib: 40 },
  { vcpus: 4, memoryMib: 8_192, diskGib: 80 },
  { vcpus: 4, memoryMib: 16_384, diskGib: 80 },
  { vcpus: 8, memoryMib: 16_384, diskGib: 80 },
  { vcpus: 8, memoryMib: 32_768, diskGib: 160 },
  { vcpus: 16, memoryMib: 65_536, diskGib: 160 },
];
const AGGREGATES = 50;
const RESERVED_MIB = 512;
const SERVERS_A_HOST = 8;
const SERVERS_A_GROUP = 10;
/** By kind of host: two cells with half of its processors and memory each. */
const NUMA_CELLS = KINDS.map(({ vcpus, memoryMib }) => [0, 1].map((id) => numaCell(id, vcpus / 2, memoryMib / 2)));

function numaCell(id: number, count: number, memoryMib: number): HostNumaCell {
  const cpus = Array.from({ length: count }, (_, cpu) => id * count + cpu);
  const siblings = cpus.flatMap((cpu, place) => (place % 2 === 0 ? [[cpu, cpu + 1]] : []));
  return { id, socket: id, cpus, pcpus: [], siblings, memoryMib, pages: [] };
}

interface Placed {
  readonly host: string;
  readonly demand: Demand;
  readonly group: string | undefined;
  readonly fitted: Fitted;
}

/**
 * A cell that is about half full: each decision is for a random size and claims its host, and a random server goes, so that it
 * stays as full. `groups`: 50 aggregates, each a zone, which half of the requests name, and half of them are in one of many
 * anti-affinity groups. `numa`: hosts have two NUMA cells, into one of which each guest must fit; NUMATopologyFilter is asked, too.
 */
export class Workload {
  readonly table: HostTable;
  readonly scheduler: Scheduler;
  refused = 0;
  readonly #variant: Variant;
  readonly #random: Random = seededRandom(1);
  readonly #placed: Placed[] = [];
  readonly #groups: number;

  constructor(hosts: number, variant: Variant) {
    this.#variant = variant;
    this.table = new hostTable.HostTable();
    this.#groups = Math.max(1, Math.floor((hosts * SERVERS_A_HOST) / SERVERS_A_GROUP));
    for (let number = 0; number < hosts; number++) this.#addHost(number);
    const byDefault = options.DEFAULT_SCHEDULER_OPTIONS;
    const enabledFilters = [...byDefault.enabledFilters, ...(variant === 'numa' ? ['NUMATopologyFilter'] : [])];
    this.scheduler = new scheduler.Scheduler(this.table, rules.rulesOf({ ...byDefault, enabledFilters }));
    for (let count = 0; count < hosts * SERVERS_A_HOST; count++) this.#placeAnywhere();
  }

  /** One decision with its claim. */
  decide(): void {
    const request = this.request();
    const [best] = this.scheduler.rank(request);
    if (best === undefined) this.refused++;
    else this.#use(this.#placement(best.row, request), 1);
  }

  /** A random server goes. */
  release(): void {
    const at = this.#upTo(this.#placed.length);
    const placed = this.#placed[at];
    const last = this.#placed.pop();
    if (placed === undefined || last === undefined) return;
    if (at < this.#placed.length) this.#placed[at] = last;
    this.#use(placed, -1);
  }

  request(): ClaimRequest {
    const demand = SIZES[this.#upTo(SIZES.length)] ?? { vcpus: 1, memoryMib: 1_024, diskGib: 10 };
    const plain = { demand, zone: null, host: null, excludedHosts: [], projectId: 'p', flavorName: 'f', imageId: 'i' };
    if (this.#variant === 'plain') return plain;
    if (this.#variant === 'numa') {
      const cpus = Array.from({ length: demand.vcpus }, (_, vcpu) => vcpu);
      const cells = [{ cpus, pcpus: [], memoryMib: demand.memoryMib }];
      const guest = { cells, pageSize: null, cpuPolicy: 'shared', threadPolicy: null, emulatorThreads: null } as const;
      return { ...plain, numa: guest };
    }
    return {
      ...plain,
      zone: this.#upTo(2) === 0 ? `zone-${this.#upTo(AGGREGATES)}` : null,
      group:
        this.#upTo(2) === 0
          ? { id: `group-${this.#upTo(this.#groups)}`, policy: 'anti-affinity', maxServersPerHost: null }
          : null,
    };
  }

  #addHost(number: number): void {
    const kind = this.#upTo(KINDS.length);
    const { vcpus, memoryMib, diskGib } = KINDS[kind] ?? KINDS[0];
    const zone = this.#variant === 'groups' ? `zone-${number % AGGREGATES}` : 'nova';
    const metadata = { availability_zone: zone };
    const aggregate = { number: number % AGGREGATES, uuid: zone, name: zone, metadata };
    this.table.set({
      name: `host-${number}`,
      facts: {
        available: true,
        zone,
        aggregates: this.#variant === 'groups' ? [aggregate] : [],
        hypervisorType: 'QEMU',
        hypervisorVersion: 8_002_001,
        cpuArchitecture: 'x86_64',
        cpuModel: 'EPYC',
        traits: [],
      },
      inventories: {
        VCPU: { total: vcpus, reserved: 0, allocationRatio: 4 },
        MEMORY_MB: { total: memoryMib, reserved: RESERVED_MIB, allocationRatio: 1 },
        DISK_GB: { total: diskGib, reserved: 0, allocationRatio: 1 },
      },
      hypervisorHostname: `host-${number}`,
      hostIp: '192.0.2.1',
      ...(this.#variant === 'numa' ? { numaCells: NUMA_CELLS[kind] ?? [] } : {}),
    });
  }

  #placeAnywhere(): void {
    const request = this.request();
    const { demand } = request;
    const row = this.#upTo(this.table.end);
    const { vcpu, memoryMb, diskGb } = this.table;
    const fits =
      vcpu.room(row) >= demand.vcpus && memoryMb.room(row) >= demand.memoryMib && diskGb.room(row) >= demand.diskGib;
    if (fits && this.#fit(row, request) !== undefined) this.#use(this.#placement(row, request), 1);
  }

  /** Where on the host the server is; undefined: it does not fit into a NUMA cell. */
  #fit(row: number, request: ClaimRequest): Fitted | undefined {
    const wanted = fitWanted.wantedFit(request, options.DEFAULT_SCHEDULER_OPTIONS);
    return wanted === undefined ? {} : fitWanted.fitOn(this.table, row, wanted);
  }

  #placement(row: number, request: ClaimRequest): Placed {
    const { demand, group } = request;
    return { host: this.table.name(row), demand, group: group?.id, fitted: this.#fit(row, request) ?? {} };
  }

  #use(placed: Placed, sign: 1 | -1): void {
    const { host, demand, group, fitted } = placed;
    if (sign > 0) this.#placed.push(placed);
    this.table.use(host, { ...demand, ...fitted }, sign);
    this.table.groups.count(group, host, sign);
  }

  #upTo(max: number): number {
    return Math.floor(this.#random.fraction() * max);
  }
}

/**
 * The reference: one walk over the same columns, which finds the hosts with room and the bounds of three weights. A decision
 * without an index needs a second one, for the weights themselves, and filters.
 */
export function linearScan({ vcpu, memoryMb, diskGb, end }: HostTable, { demand }: ClaimRequest): number {
  const [cpuCapacity, cpuUsed] = [vcpu.capacity, vcpu.used];
  const [memoryCapacity, memoryUsed] = [memoryMb.capacity, memoryMb.used];
  const [diskCapacity, diskUsed] = [diskGb.capacity, diskGb.used];
  let [passing, cpuMin, cpuMax, memoryMin, memoryMax, diskMin, diskMax] = [0, 1e99, 0, 1e99, 0, 1e99, 0];
  for (let row = 0; row < end; row++) {
    const cpu = (cpuCapacity[row] ?? 0) - (cpuUsed[row] ?? 0);
    const memory = (memoryCapacity[row] ?? 0) - (memoryUsed[row] ?? 0);
    const disk = (diskCapacity[row] ?? 0) - (diskUsed[row] ?? 0);
    if (cpu < demand.vcpus || memory < demand.memoryMib || disk < demand.diskGib) continue;
    passing++;
    if (cpu < cpuMin) cpuMin = cpu;
    if (cpu > cpuMax) cpuMax = cpu;
    if (memory < memoryMin) memoryMin = memory;
    if (memory > memoryMax) memoryMax = memory;
    if (disk < diskMin) diskMin = disk;
    if (disk > diskMax) diskMax = disk;
  }
  return passing + cpuMin + cpuMax + memoryMin + memoryMax + diskMin + diskMax;
}
