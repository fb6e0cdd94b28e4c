/** A kind of machine that a workload asks for. */
export interface WorkloadFlavor {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
}

/**
 * Machines that come and go, on a grid of time. Columns and not objects, since there are hundreds of thousands: machine `i`
 * has flavor `flavors[flavor[i]]`, comes at step `starts[i]` with the others of its batch, and is gone at step `ends[i]`.
 */
export interface Workload {
  /** Length of a step in milliseconds. */
  readonly stepMs: number;
  /** Steps from the first arrival to the end of what is known. */
  readonly steps: number;
  readonly flavors: readonly WorkloadFlavor[];
  /** Machines; they are in the order in which they come. */
  readonly count: number;
  readonly flavor: Uint8Array;
  readonly starts: Int32Array;
  /** Later than the start; `steps` for a machine that outlives what is known. */
  readonly ends: Int32Array;
  /** Machines of one number came in one request. Numbers go up by one. */
  readonly batch: Int32Array;
}

/** What a machine of a workload asks for. */
export function flavorOf({ flavors, flavor }: Workload, machine: number): WorkloadFlavor {
  const found = flavors[flavor[machine] ?? -1];
  if (!found) throw new RangeError(`The workload has no machine ${machine}.`);
  return found;
}
