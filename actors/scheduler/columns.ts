import type { Demand } from '../cell/protocol.ts';

/**
 * Nova's initial allocation ratios: how many times a host's inventory may be given away.
 * (`initial_cpu_allocation_ratio` 4.0, `initial_ram_allocation_ratio` 1.0, `initial_disk_allocation_ratio` 1.0.)
 */
export const ALLOCATION_RATIOS = { vcpus: 4, memoryMib: 1, diskGib: 1 } as const;

const GROWTH = 2;

/**
 * The hosts of a cell as columns: what each has (times its ratio) and what is used of it, in typed arrays, so that a
 * decision walks memory and not objects.
 */
export class HostColumns {
  readonly #rows = new Map<string, number>();
  readonly names: string[] = [];
  readonly zones: string[] = [];
  vcpus = new Float64Array(64);
  memoryMib = new Float64Array(64);
  diskGib = new Float64Array(64);
  usedVcpus = new Float64Array(64);
  usedMemoryMib = new Float64Array(64);
  usedDiskGib = new Float64Array(64);
  available = new Uint8Array(64);

  get count(): number {
    return this.names.length;
  }

  /** Adds a host, or changes what it has. Capacities are after the allocation ratio. */
  set(host: string, zone: string, capacity: Demand, available: boolean): void {
    let row = this.#rows.get(host);
    if (row === undefined) {
      row = this.names.length;
      this.#rows.set(host, row);
      this.names.push(host);
      this.zones.push(zone);
      if (row >= this.vcpus.length) this.#grow();
    }
    this.zones[row] = zone;
    this.vcpus[row] = capacity.vcpus;
    this.memoryMib[row] = capacity.memoryMib;
    this.diskGib[row] = capacity.diskGib;
    this.available[row] = available ? 1 : 0;
  }

  row(host: string): number | undefined {
    return this.#rows.get(host);
  }

  /** Takes (sign 1) or gives back (sign -1) a demand. */
  use(host: string, demand: Demand, sign: 1 | -1): void {
    const row = this.#rows.get(host);
    if (row === undefined) return;
    this.usedVcpus[row] = (this.usedVcpus[row] ?? 0) + sign * demand.vcpus;
    this.usedMemoryMib[row] = (this.usedMemoryMib[row] ?? 0) + sign * demand.memoryMib;
    this.usedDiskGib[row] = (this.usedDiskGib[row] ?? 0) + sign * demand.diskGib;
  }

  #grow(): void {
    const larger = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(old.length * GROWTH);
      next.set(old);
      return next;
    };
    this.vcpus = larger(this.vcpus);
    this.memoryMib = larger(this.memoryMib);
    this.diskGib = larger(this.diskGib);
    this.usedVcpus = larger(this.usedVcpus);
    this.usedMemoryMib = larger(this.usedMemoryMib);
    this.usedDiskGib = larger(this.usedDiskGib);
    const available = new Uint8Array(this.available.length * GROWTH);
    available.set(this.available);
    this.available = available;
  }
}
