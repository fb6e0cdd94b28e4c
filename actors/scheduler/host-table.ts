import type { Demand } from '../cell/protocol.ts';
import { Aggregates } from './aggregates.ts';
import { GroupMembers } from './group-members.ts';
import { type Fitted, HostFittings, type HostInside } from './host-fittings.ts';
import { type HostFacts, HostProfiles } from './host-profiles.ts';
import type { ImagePropertyCounts } from './image-property-counts.ts';
import { ProviderTrees } from './provider-trees.ts';
import { type ClassInventory, grown, ResourceColumn, roomFor } from './resource-column.ts';
import type { WeightColumn } from './weight-columns.ts';

/** A host as the table is told of it. */
export interface TableHost extends HostInside {
  readonly name: string;
  readonly facts: HostFacts;
  /** By resource class, such as `VCPU`. */
  readonly inventories: Readonly<Record<string, ClassInventory>>;
  readonly hypervisorHostname: string;
  readonly hostIp: string;
}

/** Amounts by resource class. */
export type Amounts = Readonly<Record<string, number>>;

/** What is used of a host besides its three ordinary classes: absent is none. */
export interface Usage extends Demand, Fitted {
  readonly resources?: Amounts;
  /** What it uses of other providers than the host's own, by their ids; absent: nothing. */
  readonly others?: Readonly<Record<string, Amounts>>;
  /** When it was claimed; absent: long ago. */
  readonly claimedAtMs?: number;
}

/** Counters of a host. */
export type HostCounter = 'instances' | 'ioOps' | 'failedBuilds';

/** Is told of each row whose host has come, changed or gone. */
export interface RowWatcher {
  rowChanged(row: number): void;
}

const FIRST_ROWS = 64;
/** The mean time of claims on a host that has none: no instance there is any older than it will be. */
const NO_CLAIMS_AT_MS = Number.MAX_SAFE_INTEGER;

/**
 * The hosts of a cell as columns: what each has and what is used of it by resource class, counters, and the number of
 * the profile that holds its facts. A host keeps its row while it is known; the row of one that has gone is used again.
 */
export class HostTable {
  /** Where servers of groups are. */
  readonly groups = new GroupMembers();
  /** Properties of the images of servers; null: nobody asks for them. */
  images: ImagePropertyCounts | null = null;
  /** The aggregates that are known, of which `facts` has those of a host. */
  readonly aggregates = new Aggregates();
  readonly profiles = new HostProfiles();
  /** NUMA cells and PCI devices of hosts. */
  readonly fittings = new HostFittings();
  /** Providers below hosts, and those that share with them. */
  readonly trees = new ProviderTrees();
  readonly vcpu = new ResourceColumn('VCPU');
  readonly memoryMb = new ResourceColumn('MEMORY_MB');
  readonly diskGb = new ResourceColumn('DISK_GB');
  readonly #classes = new Map([this.vcpu, this.memoryMb, this.diskGb].map((column) => [column.name, column]));
  readonly #rows = new Map<string, number>();
  readonly #hosts: (TableHost | undefined)[] = [];
  readonly #unusedRows: number[] = [];
  /** Usage of hosts that are not known (any more): it counts again when they are. */
  readonly #away = new Map<string, Map<string, number>>();
  #counters = {
    instances: new Int32Array(FIRST_ROWS),
    ioOps: new Int32Array(FIRST_ROWS),
    failedBuilds: new Int32Array(FIRST_ROWS),
  };
  /** Sums of the times of claims. */
  #claimedAtMs = new Float64Array(FIRST_ROWS);
  #profileOf = new Int32Array(FIRST_ROWS).fill(-1);
  #order = new Int32Array(FIRST_ROWS);
  #nextOrder = 0;
  readonly #watchers: RowWatcher[] = [];
  /** Instances on all known hosts. */
  #instances = 0;
  /** Null: not known. */
  #largest: Demand | null = null;

  /** Hosts known. */
  get count(): number {
    return this.#rows.size;
  }

  /** Rows are numbered below this; those of hosts that have gone are unused. */
  get end(): number {
    return this.#hosts.length;
  }

  /** Tells somebody of changes from now on. */
  watch(watcher: RowWatcher): void {
    this.#watchers.push(watcher);
  }

  /** The row of a host; undefined when it is not known. */
  row(host: string): number | undefined {
    return this.#rows.get(host);
  }

  /** The host of a row; undefined when the row is unused. */
  host(row: number): TableHost | undefined {
    return this.#hosts[row];
  }

  /** The name of a row's host; empty when the row is unused. */
  name(row: number): string {
    return this.#hosts[row]?.name ?? '';
  }

  /** The facts of a row's host. The row must be used. */
  facts(row: number): HostFacts {
    const facts = this.#hosts[row]?.facts;
    if (facts === undefined) throw new Error(`Row ${row} has no host.`);
    return facts;
  }

  /** The number of the row's profile: equal for hosts with the same facts; -1 when the row is unused. */
  profile(row: number): number {
    return this.#profileOf[row] ?? -1;
  }

  /** Grows with each host that is registered: what came first has the smallest. */
  order(row: number): number {
    return this.#order[row] ?? 0;
  }

  /** A resource class of all hosts; undefined when no host has it. */
  resource(name: string): ResourceColumn | undefined {
    return this.#classes.get(name);
  }

  counter(name: HostCounter, row: number): number {
    return this.#counters[name][row] ?? 0;
  }

  /** The value of a weight column. */
  weight(column: WeightColumn, row: number): number {
    switch (column) {
      case 'freeVcpus':
        return this.vcpu.left(row);
      case 'freeMemoryMib':
        return this.memoryMb.left(row);
      case 'freeDiskGib':
        return this.diskGb.left(row);
      case 'hypervisorVersion':
        return this.#hosts[row]?.facts.hypervisorVersion ?? 0;
      case 'claimedAtMs': {
        const instances = this.counter('instances', row);
        return instances > 0 ? (this.#claimedAtMs[row] ?? 0) / instances : NO_CLAIMS_AT_MS;
      }
      case 'instances':
      case 'ioOps':
      case 'failedBuilds':
        return this.counter(column, row);
    }
  }

  /** Adds a host, or changes what is known of it; its usage stays. Returns its row. */
  set(host: TableHost): number {
    const known = this.#rows.get(host.name);
    const row = known ?? this.#unusedRows.pop() ?? this.#hosts.length;
    if (known === undefined) this.#register(host.name, row);
    this.#learnSize(row, host);
    const before = this.profile(row);
    this.#profileOf[row] = this.profiles.take(host.facts);
    const instances = this.counter('instances', row);
    this.profiles.countInstances(this.profile(row), instances);
    if (before >= 0) {
      this.profiles.countInstances(before, -instances);
      this.profiles.drop(before);
    }
    this.#hosts[row] = { ...host, facts: this.profiles.facts(this.profile(row)) ?? host.facts };
    for (const name of Object.keys(host.inventories)) this.#class(name);
    for (const column of this.#classes.values()) column.set(row, host.inventories[column.name]);
    if (known === undefined) this.#comeBack(host.name, row);
    this.fittings.set(host.name, host);
    this.#rowChanged(row);
    return row;
  }

  /** Forgets a host. Its row may be another one's next. What is used of it is remembered until it is known again. */
  remove(host: string): void {
    const row = this.#rows.get(host);
    if (row === undefined) return;
    const usage = new Map<string, number>();
    for (const column of this.#classes.values()) {
      const used = column.used[row] ?? 0;
      if (used !== 0) usage.set(column.name, used);
      column.set(row, undefined);
      column.use(row, -used);
    }
    const instances = this.counter('instances', row);
    if (instances !== 0) usage.set(INSTANCES, instances);
    if (this.#claimedAtMs[row]) usage.set(CLAIMED_AT_MS, this.#claimedAtMs[row] ?? 0);
    this.#claimedAtMs[row] = 0;
    this.#countInstances(row, -instances);
    this.#counters.ioOps[row] = 0;
    this.#counters.failedBuilds[row] = 0;
    if (usage.size > 0) this.#away.set(host, usage);
    this.#largest = null;
    this.profiles.drop(this.profile(row));
    this.#profileOf[row] = -1;
    this.#hosts[row] = undefined;
    this.#rows.delete(host);
    this.#unusedRows.push(row);
    this.#rowChanged(row);
  }

  /** Takes (sign 1) or gives back (sign -1) what an instance has of a host. */
  use(host: string, usage: Usage, sign: 1 | -1): void {
    this.fittings.use(host, usage, sign);
    if (usage.others) this.trees.useAll(usage.others, sign);
    const row = this.#rows.get(host);
    if (row === undefined) {
      for (const [name, amount] of amountsOf(usage)) this.#useAway(host, name, sign * amount);
      this.#useAway(host, INSTANCES, sign);
      this.#useAway(host, CLAIMED_AT_MS, sign * (usage.claimedAtMs ?? 0));
      return;
    }
    this.vcpu.use(row, sign * usage.vcpus);
    this.memoryMb.use(row, sign * usage.memoryMib);
    this.diskGb.use(row, sign * usage.diskGib);
    if (usage.resources)
      for (const [name, amount] of Object.entries(usage.resources)) this.#class(name).use(row, sign * amount);
    this.#countInstances(row, sign);
    this.#claimedAtMs[row] = (this.#claimedAtMs[row] ?? 0) + sign * (usage.claimedAtMs ?? 0);
    this.#rowChanged(row);
  }

  /** Adds to what others than instances use of a host (negative: less), such as consumers of the Placement API. */
  useAmounts(host: string, amounts: Amounts, sign: 1 | -1): void {
    const row = this.#rows.get(host);
    for (const [name, amount] of Object.entries(amounts)) {
      if (row === undefined) this.#useAway(host, name, sign * amount);
      else this.#class(name).use(row, sign * amount);
    }
    if (row !== undefined) this.#rowChanged(row);
  }

  /** Sets a counter of a host; unknown hosts have none. */
  setCounter(name: HostCounter, host: string, value: number): void {
    const row = this.#rows.get(host);
    if (row === undefined) return;
    if (name === 'instances') this.#countInstances(row, value - this.counter(name, row));
    else this.#counters[name][row] = value;
    this.#rowChanged(row);
  }

  /** The most that any host has of each when it is empty: vCPUs after the ratio, memory and disk without. */
  largest(): Demand {
    if (this.#largest === null) {
      this.#largest = { vcpus: 0, memoryMib: 0, diskGib: 0 };
      for (const host of this.#hosts) if (host) this.#largest = larger(this.#largest, sizeOf(host));
    }
    return this.#largest;
  }

  /** What an instance has on the average; undefined when there is none. */
  averageUse(): Demand | undefined {
    const instances = this.#instances;
    if (instances <= 0) return undefined;
    const [vcpu, memory, disk] = [this.vcpu, this.memoryMb, this.diskGb].map(({ usedInAll }) => usedInAll / instances);
    return { vcpus: vcpu ?? 0, memoryMib: memory ?? 0, diskGib: disk ?? 0 };
  }

  /** Bytes of its arrays; facts and names are beside them. */
  get bytes(): number {
    let bytes = this.#profileOf.byteLength + this.#order.byteLength + this.#claimedAtMs.byteLength;
    for (const column of this.#classes.values()) bytes += column.bytes;
    for (const counter of Object.values(this.#counters)) bytes += counter.byteLength;
    return bytes;
  }

  #rowChanged(row: number): void {
    for (const watcher of this.#watchers) watcher.rowChanged(row);
  }

  #countInstances(row: number, instances: number): void {
    this.#counters.instances[row] = this.counter('instances', row) + instances;
    this.#instances += instances;
    this.profiles.countInstances(this.profile(row), instances);
  }

  #learnSize(row: number, host: TableHost): void {
    const before = this.#hosts[row];
    if (this.#largest === null) return;
    const same = before !== undefined && JSON.stringify(before.inventories) === JSON.stringify(host.inventories);
    this.#largest = before === undefined || same ? larger(this.#largest, sizeOf(host)) : null;
  }

  #class(name: string): ResourceColumn {
    const known = this.#classes.get(name);
    if (known) return known;
    const column = new ResourceColumn(name);
    this.#classes.set(name, column);
    return column;
  }

  #register(name: string, row: number): void {
    this.#rows.set(name, row);
    if (row >= this.#order.length) {
      const length = roomFor(row, this.#order.length);
      const { instances, ioOps, failedBuilds } = this.#counters;
      this.#counters = {
        instances: grown(Int32Array, instances, length),
        ioOps: grown(Int32Array, ioOps, length),
        failedBuilds: grown(Int32Array, failedBuilds, length),
      };
      this.#claimedAtMs = grown(Float64Array, this.#claimedAtMs, length);
      this.#order = grown(Int32Array, this.#order, length);
      this.#profileOf = grown(Int32Array, this.#profileOf, length).fill(-1, this.#profileOf.length);
    }
    this.#order[row] = this.#nextOrder++;
  }

  #useAway(host: string, name: string, amount: number): void {
    const usage = this.#away.get(host) ?? new Map<string, number>();
    const left = (usage.get(name) ?? 0) + amount;
    if (left === 0) usage.delete(name);
    else usage.set(name, left);
    if (usage.size > 0) this.#away.set(host, usage);
    else this.#away.delete(host);
  }

  #comeBack(host: string, row: number): void {
    for (const [name, amount] of this.#away.get(host) ?? []) {
      if (name === INSTANCES) this.#countInstances(row, amount);
      else if (name === CLAIMED_AT_MS) this.#claimedAtMs[row] = amount;
      else this.#class(name).use(row, amount);
    }
    this.#away.delete(host);
  }
}

function sizeOf({ inventories: { VCPU: vcpu, MEMORY_MB: memory, DISK_GB: disk } }: TableHost): Demand {
  return {
    vcpus: vcpu ? vcpu.total * vcpu.allocationRatio : 0,
    memoryMib: memory ? memory.total - memory.reserved : 0,
    diskGib: disk ? disk.total - disk.reserved : 0,
  };
}

const larger = (a: Demand, b: Demand): Demand => ({
  vcpus: Math.max(a.vcpus, b.vcpus),
  memoryMib: Math.max(a.memoryMib, b.memoryMib),
  diskGib: Math.max(a.diskGib, b.diskGib),
});

/** Beside the names of resource classes, which have no lower case letters. */
const INSTANCES = 'instances';
const CLAIMED_AT_MS = 'claimedAtMs';

function* amountsOf(usage: Usage): Iterable<readonly [string, number]> {
  yield ['VCPU', usage.vcpus];
  yield ['MEMORY_MB', usage.memoryMib];
  yield ['DISK_GB', usage.diskGib];
  if (usage.resources) yield* Object.entries(usage.resources);
}
