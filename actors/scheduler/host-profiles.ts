import type { HostAggregate } from './aggregates.ts';

/**
 * What filters look at that is no number of its own: facts that many hosts share. Not in here is what tells hosts apart,
 * such as names and addresses: that would make a profile of each host.
 */
export interface HostFacts {
  /** Up, and not disabled. */
  readonly available: boolean;
  readonly zone: string;
  /** Aggregates of the host, in the order of their numbers. */
  readonly aggregates: readonly HostAggregate[];
  readonly hypervisorType: string;
  readonly hypervisorVersion: number;
  readonly cpuArchitecture: string;
  readonly cpuModel: string;
  /** What its processors can do, by Linux's names; absent: not known. */
  readonly cpuFeatures?: readonly string[];
  /** Traits of the host's provider, sorted. */
  readonly traits: readonly string[];
  /** Resource classes of which an instance cannot have just any amount; absent: none. */
  readonly units?: readonly InventoryUnits[];
}

/** A resource class that is given away from `minUnit` on, in steps of `stepSize`. */
export interface InventoryUnits {
  readonly name: string;
  readonly minUnit: number;
  readonly stepSize: number;
}

/** Sets of facts, each kept once with a small number: its profile. */
export class HostProfiles {
  readonly #byKey = new Map<string, number>();
  readonly #facts: (HostFacts | undefined)[] = [];
  readonly #keys: string[] = [];
  readonly #hosts: number[] = [];
  readonly #instances: number[] = [];
  readonly #unused: number[] = [];
  readonly #serials: number[] = [];
  #withUnits = 0;
  #nextSerial = 1;
  #version = 0;

  /** Profiles are numbered below this; some of the numbers may be unused. */
  get end(): number {
    return this.#facts.length;
  }

  /** The facts of a profile; undefined when the number is unused. */
  facts(profile: number): HostFacts | undefined {
    return this.#facts[profile];
  }

  /** Another one whenever a set of facts has come or gone. */
  get version(): number {
    return this.#version;
  }

  /** Whether there are hosts of which an instance cannot have just any amount. */
  get haveUnits(): boolean {
    return this.#withUnits > 0;
  }

  /** Hosts with this profile. */
  hosts(profile: number): number {
    return this.#hosts[profile] ?? 0;
  }

  /** Instances on the hosts with this profile. */
  instances(profile: number): number {
    return this.#instances[profile] ?? 0;
  }

  /** Counts instances in, or out when there are less than none. */
  countInstances(profile: number, instances: number): void {
    this.#instances[profile] = (this.#instances[profile] ?? 0) + instances;
  }

  /** Another one when the same number stands for other facts: what was derived from them has to be derived anew. */
  serial(profile: number): number {
    return this.#serials[profile] ?? 0;
  }

  /** The number for these facts, used by one host more. */
  take(facts: HostFacts): number {
    const key = JSON.stringify(facts);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      this.#hosts[known] = (this.#hosts[known] ?? 0) + 1;
      return known;
    }
    const profile = this.#unused.pop() ?? this.#facts.length;
    if (facts.units) this.#withUnits++;
    this.#byKey.set(key, profile);
    this.#facts[profile] = facts;
    this.#keys[profile] = key;
    this.#hosts[profile] = 1;
    this.#instances[profile] = 0;
    this.#serials[profile] = this.#nextSerial++;
    this.#version++;
    return profile;
  }

  /** One host less has this profile; that of no host is forgotten, and its number used again. */
  drop(profile: number): void {
    const hosts = (this.#hosts[profile] ?? 0) - 1;
    this.#hosts[profile] = hosts;
    if (hosts > 0) return;
    if (this.#facts[profile]?.units) this.#withUnits--;
    this.#byKey.delete(this.#keys[profile] ?? '');
    this.#facts[profile] = undefined;
    this.#version++;
    this.#unused.push(profile);
  }
}
