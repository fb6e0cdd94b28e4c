import { type InstanceSpec, instance, type Requester } from '../actors/instance/protocol.ts';
import { type Instance, instances } from '../actors/instance/row.ts';
import { project } from '../actors/project/protocol.ts';
import type { Random } from '../runtime/random.ts';
import type { SimulatedCloud } from './cloud.ts';
import { MovesSeen } from './moves.ts';
import { Refusals } from './refusals.ts';
import { flavorOf, type Workload, type WorkloadFlavor } from './workload.ts';

/** What a host of a fleet whose hosts are alike has, for the lower bound. */
export interface HostShape {
  readonly vcpus: number;
  readonly memoryMib: number;
}

/** What came of a workload. */
export interface CapacityResult {
  /** Creations and removals of instances. */
  readonly events: number;
  readonly created: number;
  readonly deleted: number;
  /** Machines that no host had room for. */
  readonly refused: number;
  /** Why: how many hosts each rule refused, with the number of machines that it was so for. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Hours for which hosts had at least one instance, over all hosts. */
  readonly hostHours: number;
  /**
   * Fewer host hours are not possible: at each step the hosts that the used vCPUs, or the used memory, would fill to the
   * last bit, whichever are more.
   */
  readonly hostHoursBound: number;
  /** Most hosts in use at once. */
  readonly hostsPeak: number;
  /** Hours for which machines were there, all together. */
  readonly machineHours: number;
  /** Live migrations by which the cloud emptied hosts, and the memory that they moved. Those that failed are counted apart. */
  readonly moves: number;
  readonly movesFailed: number;
  readonly movedGib: number;
}

/** How things are after a step. */
export interface Moment {
  readonly step: number;
  readonly machines: number;
  readonly hostsInUse: number;
  /** What the machines have, all together. */
  readonly vcpus: number;
  readonly memoryMib: number;
}

/** How a workload is played. */
export interface CapacityRunOptions {
  readonly random: Random;
  readonly shape: HostShape;
  /** Heard after each step. */
  readonly progress?: (moment: Moment) => void;
}

const PROJECT = 'workload';
const MS_PER_HOUR = 3_600_000;
const MIB_PER_GIB = 1024;
/** Orders that are given before they are let come to their end: mailboxes are bounded. */
const ORDERS_AT_ONCE = 2_000;

/** The image of all machines: what is on their disks does not matter here. */
const IMAGE: InstanceSpec['image'] = {
  imageId: '00000000-0000-4000-8000-000000000000',
  contentId: 'a'.repeat(128),
  format: 'raw',
  sizeBytes: 65_536,
  minDiskGib: 0,
  minRamMib: 0,
  properties: {},
};

/** A run of a workload through a cloud: what is where, and what it comes to. */
class CapacityRun {
  readonly #cloud: SimulatedCloud;
  readonly #workload: Workload;
  readonly #options: CapacityRunOptions;
  readonly #flavors: readonly InstanceSpec['flavor'][];
  readonly #hostNumbers: ReadonlyMap<string, number>;
  /** Instances of each host. */
  readonly #instancesOn: Int32Array;
  /** The host of each machine; -1: it has none. */
  readonly #hostOf: Int32Array;
  readonly #ids: string[] = [];
  /** Machines by the step at which they end: only of steps at which some do, since there may be very many steps. */
  readonly #endingAt = new Map<number, number[]>();
  #hostsInUse = 0;
  #vcpus = 0;
  #memoryMib = 0;
  #created = 0;
  #deleted = 0;
  #refused = 0;
  readonly #refusals = new Refusals();
  #hostSteps = 0;
  #boundSteps = 0;
  #hostsPeak = 0;
  #machines = 0;
  #machineSteps = 0;
  #moves = 0;
  #movesFailed = 0;
  #movedMib = 0;
  /** Null: nothing is moved. */
  readonly #movesSeen: MovesSeen | null;
  /** By the id of the instance; kept where instances are moved. */
  readonly #machineOf = new Map<string, number>();

  constructor(cloud: SimulatedCloud, workload: Workload, options: CapacityRunOptions) {
    this.#cloud = cloud;
    this.#workload = workload;
    this.#options = options;
    this.#movesSeen = cloud.consolidates ? new MovesSeen(cloud) : null;
    this.#flavors = workload.flavors.map(instanceFlavor);
    this.#hostNumbers = new Map(cloud.hosts.map((host, number) => [host, number]));
    this.#instancesOn = new Int32Array(cloud.hosts.length);
    this.#hostOf = new Int32Array(workload.count).fill(-1);
    for (let machine = 0; machine < workload.count; machine++) {
      const end = workload.ends[machine] ?? -1;
      const others = this.#endingAt.get(end);
      if (others) others.push(machine);
      else this.#endingAt.set(end, [machine]);
    }
  }

  async play(): Promise<CapacityResult> {
    const { steps, stepMs, starts, count } = this.#workload;
    const beganMs = this.#cloud.now();
    let next = 0;
    for (let step = 0; step < steps; step++) {
      await this.#cloud.advanceTo(beganMs + step * stepMs);
      if (this.#movesSeen) this.#follow(this.#movesSeen);
      await this.#remove(this.#endingAt.get(step) ?? []);
      const first = next;
      while (next < count && (starts[next] ?? 0) === step) next++;
      await this.#create(first, next);
      this.#measure();
      this.#options.progress?.({
        step,
        machines: this.#machines,
        hostsInUse: this.#hostsInUse,
        vcpus: this.#vcpus,
        memoryMib: this.#memoryMib,
      });
    }
    const hours = stepMs / MS_PER_HOUR;
    return {
      events: this.#created + this.#deleted,
      created: this.#created,
      deleted: this.#deleted,
      refused: this.#refused,
      refusals: this.#refusals.byCause,
      hostHours: this.#hostSteps * hours,
      hostHoursBound: this.#boundSteps * hours,
      hostsPeak: this.#hostsPeak,
      machineHours: this.#machineSteps * hours,
      moves: this.#moves,
      movesFailed: this.#movesFailed,
      movedGib: this.#movedMib / MIB_PER_GIB,
    };
  }

  /** Takes note of what was moved while time went on. */
  #follow(seen: MovesSeen): void {
    const { done, failed } = seen.look();
    this.#movesFailed += failed;
    for (const { instanceId, targetHost } of done) {
      const machine = this.#machineOf.get(instanceId);
      const host = this.#hostNumbers.get(targetHost ?? '');
      if (machine === undefined || host === undefined) continue;
      this.#count(machine, -1);
      this.#hostOf[machine] = host;
      this.#count(machine, 1);
      this.#moves++;
      this.#movedMib += flavorOf(this.#workload, machine).memoryMib;
    }
  }

  /** Has machines created, those of a batch with one request, and sees where they went. */
  async #create(first: number, end: number): Promise<void> {
    const { batch } = this.#workload;
    let ordered = first;
    for (let from = first; from < end; ) {
      let to = from + 1;
      while (to < end && batch[to] === batch[from] && to - from < ORDERS_AT_ONCE) to++;
      const specs: InstanceSpec[] = [];
      const requester = this.#requester();
      for (let machine = from; machine < to; machine++) {
        const spec = this.#specOf(machine);
        specs.push(spec);
        this.#ids[machine] = spec.id;
      }
      this.#cloud.system.tell(project.at(PROJECT), { type: 'createInstances', specs, requester });
      if (to - ordered >= ORDERS_AT_ONCE || to >= end) {
        await this.#cloud.settle();
        await this.#see(ordered, to);
        ordered = to;
      }
      from = to;
    }
  }

  async #remove(machines: readonly number[]): Promise<void> {
    const placed = machines.filter((machine) => (this.#hostOf[machine] ?? -1) >= 0);
    for (let from = 0; from < placed.length; from += ORDERS_AT_ONCE) {
      const part = placed.slice(from, from + ORDERS_AT_ONCE);
      await this.#delete(part);
      for (const machine of part) {
        this.#count(machine, -1);
        this.#hostOf[machine] = -1;
      }
      this.#deleted += part.length;
    }
  }

  async #delete(machines: readonly number[]): Promise<void> {
    const ids = machines.map((machine) => this.#ids[machine] ?? '');
    // One request for all of them: to make one for each would take as long as half of a deletion.
    const requester = this.#requester();
    for (const id of ids) {
      this.#cloud.system.tell(instance.at(id), { type: 'begin', operation: 'delete', requester });
    }
    await this.#cloud.settle();
    const left = ids.find((id) => this.#rowOf(id)?.vmState !== 'deleted');
    if (left !== undefined) throw new Error(`The instance ${left} is not deleted.`);
    if (this.#movesSeen) for (const id of ids) this.#machineOf.delete(id);
    this.#cloud.forget(ids);
    for (const machine of machines) this.#ids[machine] = '';
  }

  /** Takes note of where new machines are; how they came to be is forgotten. Those that have no host are deleted again, as their users would. */
  async #see(first: number, end: number): Promise<void> {
    this.#cloud.forget([]);
    const refused: number[] = [];
    for (let machine = first; machine < end; machine++) {
      const id = this.#ids[machine] ?? '';
      const row = this.#rowOf(id);
      const host = row?.vmState === 'active' && row.host !== null ? this.#hostNumbers.get(row.host) : undefined;
      if (host === undefined) {
        if (row?.vmState !== 'error') throw new Error(`The instance ${id} is ${row?.vmState ?? 'not there'}.`);
        this.#refusals.count(row.fault?.details);
        refused.push(machine);
        continue;
      }
      this.#hostOf[machine] = host;
      if (this.#movesSeen) this.#machineOf.set(id, machine);
      this.#count(machine, 1);
    }
    this.#created += end - first - refused.length;
    this.#refused += refused.length;
    if (refused.length > 0) await this.#delete(refused);
  }

  /** Counts a machine in (sign 1) or out (sign -1) of what is in use. */
  #count(machine: number, sign: 1 | -1): void {
    const host = this.#hostOf[machine] ?? -1;
    const before = this.#instancesOn[host] ?? 0;
    this.#instancesOn[host] = before + sign;
    if (before + sign === 0) this.#hostsInUse--;
    else if (before === 0) this.#hostsInUse++;
    const { vcpus, memoryMib } = flavorOf(this.#workload, machine);
    this.#machines += sign;
    this.#vcpus += sign * vcpus;
    this.#memoryMib += sign * memoryMib;
  }

  #measure(): void {
    const { vcpus, memoryMib } = this.#options.shape;
    this.#hostSteps += this.#hostsInUse;
    this.#machineSteps += this.#machines;
    this.#boundSteps += Math.max(Math.ceil(this.#vcpus / vcpus), Math.ceil(this.#memoryMib / memoryMib));
    this.#hostsPeak = Math.max(this.#hostsPeak, this.#hostsInUse);
  }

  #rowOf(id: string): Instance | undefined {
    return instances.read(this.#cloud.rows, id);
  }

  #requester(): Requester {
    return { requestId: `req-${this.#options.random.uuid()}`, userId: PROJECT, projectId: PROJECT, isAdmin: false };
  }

  #specOf(machine: number): InstanceSpec {
    const id = this.#options.random.uuid();
    const flavor = this.#flavors[this.#workload.flavor[machine] ?? 0];
    if (!flavor) throw new RangeError(`The workload has no machine ${machine}.`);
    return {
      id,
      name: flavor.name,
      description: null,
      hostname: flavor.name,
      requestedZone: null,
      requestedHost: null,
      reservationId: 'r-workload',
      launchIndex: 0,
      flavor,
      image: IMAGE,
      keyName: null,
      metadata: NO_METADATA,
      tags: NONE,
      configDrive: false,
      accessIpV4: null,
      accessIpV6: null,
      diskConfig: 'MANUAL',
      securityGroups: NONE,
      networks: 'none',
      bootData: NO_BOOT_DATA,
    };
  }
}

const NO_METADATA: InstanceSpec['metadata'] = {};
const NONE: readonly string[] = [];
const NO_BOOT_DATA: InstanceSpec['bootData'] = { userData: null, publicKey: null, keyType: null, adminPassword: null };

const instanceFlavor = ({ name, vcpus, memoryMib }: WorkloadFlavor): InstanceSpec['flavor'] => ({
  flavorId: name,
  name,
  vcpus,
  memoryMib,
  rootGib: 0,
  ephemeralGib: 0,
  swapMib: 0,
  extraSpecs: {},
});

/**
 * Plays a workload through the actors of a cloud: at each step of it what ends is deleted, then what begins is created, and
 * all of it comes to its end before time goes on. Throws when something of it neither comes to be nor is refused.
 */
export const playWorkload = (
  cloud: SimulatedCloud,
  workload: Workload,
  options: CapacityRunOptions,
): Promise<CapacityResult> => new CapacityRun(cloud, workload, options).play();
