/** Whether vCPUs share processors of the host. Nova: `hw:cpu_policy`. */
export type CpuPolicy = 'shared' | 'dedicated' | 'mixed';

/** What is done with the other threads of a core. Nova: `hw:cpu_thread_policy`. */
export type ThreadPolicy = 'prefer' | 'isolate' | 'require';

/** Pages that the memory of a guest is made of: a size in KiB, or which ones the host has. Nova: `hw:mem_page_size`. */
export type PageSize = 'small' | 'large' | 'any' | number;

/** A NUMA cell of a guest. */
export interface GuestCell {
  /** vCPUs that share processors, ascending. */
  readonly cpus: readonly number[];
  /** vCPUs with a processor of their own, ascending. */
  readonly pcpus: readonly number[];
  readonly memoryMib: number;
}

/** What a guest asks of the NUMA cells of a host. */
export interface GuestTopology {
  /** Its cells by number, each in another cell of the host. None: nothing fits it, as what was asked contradicts itself. */
  readonly cells: readonly GuestCell[];
  /** Null: ordinary memory, that can be given more than once. */
  readonly pageSize: PageSize | null;
  readonly cpuPolicy: CpuPolicy;
  /** Null: as `prefer`. */
  readonly threadPolicy: ThreadPolicy | null;
  /** `isolate`: one processor more, in the cell of the guest's first, for the hypervisor's own threads. */
  readonly emulatorThreads: 'isolate' | 'share' | null;
}

/** Whether a processor is kept for the hypervisor's threads. */
export const isolatesEmulator = ({ emulatorThreads }: GuestTopology): boolean => emulatorThreads === 'isolate';

/** Where a cell of a guest is on a host, and what it takes there. It says all that is needed to give it back. */
export interface PlacedCell {
  /** Id of the host's cell. */
  readonly hostCell: number;
  readonly memoryMib: number;
  /** Size of its pages; null: ordinary memory. */
  readonly pageSizeKib: number | null;
  /** vCPUs that share processors of the cell. */
  readonly cpus: readonly number[];
  /** vCPUs with the processor that each has for itself. */
  readonly pinning: readonly (readonly [vcpu: number, pcpu: number])[];
  /** Processors that nobody else gets, ascending: those above, those of the hypervisor's threads, those kept idle. */
  readonly taken: readonly number[];
}

/** Where a guest is on a host: its cells by number. */
export type PlacedGuest = readonly PlacedCell[];
