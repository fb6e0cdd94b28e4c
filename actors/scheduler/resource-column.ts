/** What a host has of a resource class, as the Placement API says it. */
export interface ClassInventory {
  readonly total: number;
  readonly reserved: number;
  /** How many times what is not reserved may be given away. */
  readonly allocationRatio: number;
  /** The most that one instance may have; absent: `total`. */
  readonly maxUnit?: number;
  readonly minUnit?: number;
  readonly stepSize?: number;
}

const FIRST_ROWS = 64;

/** The next length of arrays that have to reach `row`: a quarter more, so that a host costs little more than its values. */
export const roomFor = (row: number, length: number): number => Math.max(row + 1, Math.ceil(length * 1.25));

/** A copy with room for `length` values. */
export function grown<T extends Float64Array | Int32Array | Float32Array>(
  make: new (length: number) => T,
  old: T,
  length: number,
): T {
  const next = new make(length);
  next.set(old);
  return next;
}

/** One resource class of all hosts: capacities (after what is reserved and the ratio) and what is used of them. */
export class ResourceColumn {
  readonly name: string;
  capacity = new Float64Array(FIRST_ROWS);
  used = new Float64Array(FIRST_ROWS);
  /** The most that one instance may have. */
  maxUnit = new Float64Array(FIRST_ROWS);
  /** What hosts are weighed by: vCPUs with the ratio and without what is reserved, everything else the other way round. */
  #weighed = new Float64Array(FIRST_ROWS);
  /** What is used of all hosts together. */
  usedInAll = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** What one instance can still get on a host of this class. */
  room(row: number): number {
    return Math.min((this.capacity[row] ?? 0) - (this.used[row] ?? 0), this.maxUnit[row] ?? 0);
  }

  /** What is left of a host as it is weighed by, without the limit for one instance. */
  left(row: number): number {
    return (this.#weighed[row] ?? 0) - (this.used[row] ?? 0);
  }

  /** Sets what a host has; undefined: nothing of it. */
  set(row: number, inventory: ClassInventory | undefined): void {
    this.#reach(row);
    this.capacity[row] = inventory ? Math.trunc((inventory.total - inventory.reserved) * inventory.allocationRatio) : 0;
    this.maxUnit[row] = inventory ? (inventory.maxUnit ?? inventory.total) : 0;
    this.#weighed[row] = inventory ? this.#weighedOf(inventory) : 0;
  }

  /** Adds to what is used of a host; less when `amount` is negative. */
  use(row: number, amount: number): void {
    this.#reach(row);
    this.used[row] = (this.used[row] ?? 0) + amount;
    this.usedInAll += amount;
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    return this.capacity.byteLength + this.used.byteLength + this.maxUnit.byteLength + this.#weighed.byteLength;
  }

  #weighedOf({ total, reserved, allocationRatio }: ClassInventory): number {
    return this.name === 'VCPU' ? total * allocationRatio : total - reserved;
  }

  #reach(row: number): void {
    if (row < this.capacity.length) return;
    const length = roomFor(row, this.capacity.length);
    this.capacity = grown(Float64Array, this.capacity, length);
    this.used = grown(Float64Array, this.used, length);
    this.maxUnit = grown(Float64Array, this.maxUnit, length);
    this.#weighed = grown(Float64Array, this.#weighed, length);
  }
}
