import type { ClaimRequest, Demand } from '../../../actors/cell/protocol.ts';
import { GROUP_POLICIES } from '../../../actors/registry/row.ts';
import { HostTable } from '../../../actors/scheduler/host-table.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from '../../../actors/scheduler/options.ts';
import { servedOn, takenOf } from '../../../actors/scheduler/served.ts';
import { type Random, seededRandom } from '../../../runtime/random.ts';
import type { PlainHost } from './reference.ts';
import type { PlainProvider } from './reference-trees.ts';

const POLICIES = ['anti-affinity', 'affinity', 'soft-anti-affinity', 'soft-affinity'] as const;
const GROUPS = 8;
const CUSTOM = 'CUSTOM_LICENSE';
const TRAITS = ['CUSTOM_X', 'CUSTOM_Y'];
/** The aggregate of those that share with some hosts. */
const SHARED = 'shared';

/** A server that a random cell has placed. */
interface Placed {
  readonly host: string;
  readonly demand: Demand;
  readonly resources: Readonly<Record<string, number>>;
  readonly group: string | undefined;
  readonly claimedAtMs: number;
  readonly others?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A cell with random hosts, kept twice: as the product's table, and plainly. */
export class RandomCell {
  readonly table = new HostTable();
  /** In the order in which they were registered. */
  readonly hosts: PlainHost[] = [];
  readonly options: SchedulerOptions;
  readonly #random: Random;
  readonly #placed: Placed[] = [];
  readonly #sizes: readonly Demand[];
  /** Whether hosts differ in everything, or are of few kinds, so that many weigh the same. */
  readonly #isMotley: boolean;
  readonly #zones: number;
  /** Whether aggregates have multipliers of their own. */
  readonly #hasOverrides: boolean;
  /** Whether there are providers beside the hosts' own. */
  readonly #hasTrees: boolean;
  /** All providers that are not hosts, by id. */
  readonly #others = new Map<string, PlainProvider>();
  #stores: PlainProvider[] = [];
  #registered = 0;

  constructor(seed: number, hosts: number) {
    this.#random = seededRandom(seed);
    this.#isMotley = this.#oneIn(2);
    this.#hasOverrides = this.#oneIn(3);
    this.#hasTrees = this.#oneIn(3);
    if (this.#hasTrees) this.#makeStores();
    this.#zones = 1 + this.#upTo(4);
    this.#sizes = Array.from({ length: 1 + this.#upTo(6) }, () => this.#anySize());
    this.options = this.#oneIn(2) ? DEFAULT_SCHEDULER_OPTIONS : this.#anyOptions();
    for (let count = 0; count < hosts; count++) this.addHost();
    for (let count = this.#upTo(hosts * 4); count > 0; count--) this.#placeSomewhere();
  }

  /** Changes something: a server comes or goes, a host comes, goes, or becomes another one. */
  change(): void {
    const kind = this.#upTo(20);
    if (kind < 8) this.#placeSomewhere();
    else if (kind < 14) this.#release();
    else if (kind === 14) this.addHost();
    else if (kind === 15) this.#removeHost();
    else if (kind < 18) this.#alterHost();
    else this.#count();
  }

  request(): ClaimRequest {
    const anyHost = (): string => this.hosts[this.#upTo(this.hosts.length)]?.name ?? 'none';
    const group = this.#oneIn(3) ? this.#upTo(GROUPS) : undefined;
    const demand = this.#sizes[this.#upTo(this.#sizes.length)] ?? this.#anySize();
    return {
      demand: this.#oneIn(10) ? this.#anySize() : demand,
      zone: this.#oneIn(4) ? `z${this.#upTo(4)}` : null,
      host: this.#oneIn(20) ? anyHost() : null,
      excludedHosts: this.#oneIn(5) ? Array.from({ length: this.#upTo(3) }, anyHost) : [],
      ...(group === undefined
        ? {}
        : {
            group: {
              id: `g${group}`,
              policy: POLICIES[group % POLICIES.length] ?? GROUP_POLICIES[0],
              maxServersPerHost: group % 3 === 0 ? 2 : null,
            },
          }),
      ...(this.#oneIn(10) ? { resources: { [CUSTOM]: 1 + this.#upTo(2) } } : {}),
      ...(this.#hasTrees && this.#oneIn(3) ? this.#treeRequest() : {}),
    };
  }

  /** What only providers below hosts, or sharing ones, may be able to serve. */
  #treeRequest(): Partial<ClaimRequest> {
    const some = (): readonly string[] => TRAITS.filter(() => this.#oneIn(3));
    const amounts = (): Readonly<Record<string, number>> => {
      if (this.#oneIn(6)) return {};
      return { [this.#oneIn(3) ? CUSTOM : 'VGPU']: 1 + this.#upTo(2) };
    };
    const group = (suffix: string) => ({
      suffix,
      resources: { ...amounts(), ...(this.#oneIn(6) ? { DISK_GB: 10 } : {}) },
      requiredTraits: some(),
      forbiddenTraits: this.#oneIn(4) ? some() : [],
    });
    return {
      ...(this.#oneIn(2) ? { resources: amounts() } : {}),
      ...(this.#oneIn(3) ? { requiredTraits: some() } : {}),
      ...(this.#oneIn(5) ? { forbiddenTraits: some() } : {}),
      ...(this.#oneIn(2)
        ? {
            granular: {
              policy: this.#oneIn(2) ? 'isolate' : 'none',
              groups: [group('1'), ...(this.#oneIn(2) ? [group('_B')] : [])],
              ...(this.#oneIn(3) ? { sameSubtrees: [['1', '_B']] } : {}),
            },
          }
        : {}),
    };
  }

  /** Puts a server on the host that was chosen for a request. */
  place(host: string, request: ClaimRequest): void {
    const row = this.table.row(host) ?? -1;
    const {
      resources = {},
      others,
      vcpus,
      memoryMib,
      diskGib,
    } = takenOf(
      request,
      servedOn(this.table, row, request, () => host),
    );
    const demand = { vcpus, memoryMib, diskGib };
    const claimedAtMs = this.#anyTime();
    this.#use({ host, demand, resources, group: request.group?.id, claimedAtMs, ...(others && { others }) }, 1);
  }

  addHost(): void {
    const name = `h${this.#registered++}`;
    const host: PlainHost = {
      id: name,
      name,
      parent: null,
      traits: [],
      below: [],
      sharing: [],
      available: true,
      zone: '',
      hypervisorVersion: 0,
      aggregates: [],
      inventories: {},
      used: {},
      instances: 0,
      ioOps: 0,
      failedBuilds: 0,
      members: {},
    };
    this.hosts.push(host);
    this.#become(host);
  }

  #become(host: PlainHost): void {
    const kind = this.#upTo(3);
    const size = (small: number): number => small * (this.#isMotley ? 1 + this.#upTo(40) : ([4, 8, 20][kind] ?? 4));
    const ratios = [1, 1, 1, 1.5, 4, 0.9];
    const ratio = (): number => (this.#isMotley ? (ratios[this.#upTo(ratios.length)] ?? 1) : 1);
    const reserved = (): number => (this.#isMotley ? this.#upTo(3) : 0);
    host.available = !this.#oneIn(10);
    host.zone = `z${this.#upTo(this.#zones)}`;
    host.hypervisorVersion = this.#isMotley ? 8_000_000 + this.#upTo(3) : 8_000_000;
    host.aggregates =
      this.#hasOverrides && this.#oneIn(5)
        ? [{ ram_weight_multiplier: String(this.#upTo(4) - 1) }, { cpu_weight_multiplier: '2.5', other: 'x' }].slice(
            kind % 2,
          )
        : [];
    host.inventories = {
      VCPU: { total: size(1), reserved: reserved(), allocationRatio: this.#isMotley ? ratio() : 4 },
      MEMORY_MB: { total: size(1_024), reserved: reserved() * 100, allocationRatio: ratio() },
      DISK_GB: { total: size(10), reserved: reserved(), allocationRatio: ratio() },
      ...(this.#oneIn(4) ? { [CUSTOM]: { total: 4, reserved: 0, allocationRatio: 1 } } : {}),
    };
    if (this.#hasTrees) this.#grow(host);
    const { name, available, zone, hypervisorVersion, traits } = host;
    this.table.set({
      name,
      facts: {
        available,
        zone,
        hypervisorVersion,
        aggregates: host.aggregates.map((metadata, index) => ({
          number: index,
          uuid: `u${index}`,
          name: 'a',
          metadata,
        })),
        hypervisorType: 'sim',
        cpuArchitecture: 'x86_64',
        cpuModel: 'c',
        traits,
      },
      inventories: { ...host.inventories },
      hypervisorHostname: name,
      hostIp: '127.0.0.1',
    });
  }

  /** Providers that share disks. */
  #makeStores(): void {
    for (let number = this.#upTo(3); number > 0; number--) {
      const inventories = { DISK_GB: { total: 10 * this.#upTo(50), reserved: 0, allocationRatio: 1 } };
      const store: PlainProvider = {
        id: `s${number}`,
        parent: null,
        inventories,
        used: {},
        traits: TRAITS.slice(number),
      };
      this.#stores.push(store);
      this.#others.set(store.id, store);
      this.table.trees.setSharing(store.id, { ...asTold(store), rootId: store.id, aggregates: [SHARED] });
    }
  }

  /** A host gets other providers below it, or the same with other inventories, and is with those that share or not. */
  #grow(host: PlainHost): void {
    const isSharing = this.#oneIn(2);
    host.sharing = isSharing ? this.#stores : [];
    host.traits = TRAITS.filter(() => this.#oneIn(3));
    host.below = [];
    const parents: PlainProvider[] = [host];
    for (let number = this.#oneIn(2) ? 1 + this.#upTo(3) : 0; number > 0; number--) {
      const id = `${host.name}.${number}`;
      const any = (most: number) => ({ total: this.#upTo(most), reserved: 0, allocationRatio: 1 });
      const provider: PlainProvider = {
        id,
        parent: parents[this.#upTo(parents.length)] ?? host,
        inventories: { VGPU: any(5), ...(this.#oneIn(3) ? { [CUSTOM]: any(4), DISK_GB: any(60) } : {}) },
        used: this.#others.get(id)?.used ?? {},
        traits: TRAITS.filter(() => this.#oneIn(2)),
      };
      this.#others.set(id, provider);
      host.below.push(provider);
      parents.push(provider);
    }
    this.table.trees.setTree(host.name, {
      providerId: host.id,
      aggregates: isSharing ? [SHARED] : [],
      below: host.below.map((provider) => ({ ...asTold(provider), rootId: host.id, aggregates: [] })),
    });
  }

  #alterHost(): void {
    const host = this.hosts[this.#upTo(this.hosts.length)];
    if (host) this.#become(host);
  }

  /** Takes out a host with its servers; one of that name does not come again. */
  #removeHost(): void {
    if (this.hosts.length < 2) return;
    const [host] = this.hosts.splice(this.#upTo(this.hosts.length), 1);
    if (!host) return;
    this.table.remove(host.name);
    this.table.trees.setTree(host.name, undefined);
    for (const placed of this.#placed.splice(0)) {
      if (placed.host !== host.name) this.#placed.push(placed);
      else if (placed.group) this.table.groups.count(placed.group, placed.host, -1);
    }
  }

  /** Puts a server somewhere, whatever filters say; hosts may so become fuller than full. */
  #placeSomewhere(): void {
    const host = this.hosts[this.#upTo(this.hosts.length)];
    const { demand, group } = this.request();
    const own = this.#oneIn(4) ? group?.id : undefined;
    const claimedAtMs = this.#anyTime();
    if (host) this.#use({ host: host.name, demand, resources: {}, group: own, claimedAtMs }, 1);
  }

  #release(): void {
    const [placed] = this.#placed.splice(this.#upTo(this.#placed.length), 1);
    if (placed) this.#use(placed, -1);
  }

  #count(): void {
    const host = this.hosts[this.#upTo(this.hosts.length)];
    if (!host) return;
    host.ioOps = this.#upTo(4);
    host.failedBuilds = this.#oneIn(4) ? this.#upTo(3) : 0;
    this.table.setCounter('ioOps', host.name, host.ioOps);
    this.table.setCounter('failedBuilds', host.name, host.failedBuilds);
  }

  #use(placed: Placed, sign: 1 | -1): void {
    const { demand, resources, group, claimedAtMs, others } = placed;
    if (sign > 0) this.#placed.push(placed);
    this.table.use(placed.host, { ...demand, resources, claimedAtMs, ...(others && { others }) }, sign);
    for (const [id, amounts] of Object.entries(others ?? {})) {
      const used: Record<string, number> = this.#others.get(id)?.used ?? {};
      for (const [name, amount] of Object.entries(amounts)) used[name] = (used[name] ?? 0) + sign * amount;
    }
    this.table.groups.count(group, placed.host, sign);
    const host = this.hosts.find(({ name }) => name === placed.host);
    if (!host) return;
    host.instances += sign;
    const amounts = { VCPU: demand.vcpus, MEMORY_MB: demand.memoryMib, DISK_GB: demand.diskGib, ...resources };
    for (const [name, amount] of Object.entries(amounts)) host.used[name] = (host.used[name] ?? 0) + sign * amount;
    if (group) host.members[group] = (host.members[group] ?? 0) + sign;
  }

  /** A moment of the last 100 hours, in which nothing is later than the tests' present. */
  #anyTime(): number {
    return 60_000 * this.#upTo(6_000);
  }

  #anySize(): Demand {
    const coarse = this.#isMotley ? 64 : 1_024;
    return { vcpus: this.#upTo(9), memoryMib: coarse * this.#upTo((8 * 1_024) / coarse), diskGib: 10 * this.#upTo(5) };
  }

  #anyOptions(): SchedulerOptions {
    const values = [0, 1, 1, -1, 2.5, 0.1];
    const any = (): number => values[this.#upTo(values.length)] ?? 1;
    const multipliers = {
      ...DEFAULT_SCHEDULER_OPTIONS.multipliers,
      ram_weight_multiplier: any(),
      cpu_weight_multiplier: any(),
      disk_weight_multiplier: any(),
      num_instances_weight_multiplier: any(),
      build_failure_weight_multiplier: this.#oneIn(2) ? 1_000_000 : any(),
      soft_affinity_weight_multiplier: any(),
      soft_anti_affinity_weight_multiplier: any(),
    };
    return { ...DEFAULT_SCHEDULER_OPTIONS, multipliers };
  }

  #upTo(max: number): number {
    return Math.floor(this.#random.fraction() * max);
  }

  #oneIn(count: number): boolean {
    return this.#upTo(count) === 0;
  }
}

/** A provider as the table is told of it, but for its tree. */
const asTold = ({ id, parent, inventories, traits }: PlainProvider) => ({
  id,
  name: id,
  parentId: parent?.id ?? null,
  inventories: { ...inventories },
  traits,
});
