/** A number for each of what guests take of a host by amount. */
export interface HostAmounts {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}

/** How much of what a host has is given to guests, and how many times. What operators say of a host; no driver knows it. */
export interface InventoryTerms {
  /** Kept for the host itself. Nova: `reserved_host_cpus`, `reserved_host_memory_mb`, `reserved_host_disk_mb`. Absent: nothing. */
  readonly reserved?: HostAmounts;
  /** How many times it is given until somebody says otherwise. Nova: `initial_cpu_allocation_ratio` and its siblings. */
  readonly initialRatios?: HostAmounts;
  /** How many times it is given whatever others say. Nova: `cpu_allocation_ratio` and its siblings. Absent: as others say. */
  readonly ratios?: Partial<HostAmounts>;
}
