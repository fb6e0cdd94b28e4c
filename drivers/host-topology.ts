/** Pages of one size in a NUMA cell. */
export interface HostPages {
  readonly sizeKib: number;
  readonly total: number;
  /** Of them, those that are not for guests. Nova: `[DEFAULT] reserved_huge_pages`. */
  readonly reserved: number;
}

/** A NUMA cell of a host: processors with the memory that is near to them. */
export interface HostNumaCell {
  readonly id: number;
  /** The socket that it is on. */
  readonly socket: number;
  /** Processors for guests that share them, ascending. Nova: `[compute] cpu_shared_set`. */
  readonly cpus: readonly number[];
  /** Processors that guests get for themselves, ascending. Nova: `[compute] cpu_dedicated_set`. */
  readonly pcpus: readonly number[];
  /** Processors that are threads of one core, by core. Every processor of the cell is in exactly one of them. */
  readonly siblings: readonly (readonly number[])[];
  /** All memory, huge pages included. */
  readonly memoryMib: number;
  /** By size, the smallest first. The smallest are ordinary pages; none: the sizes are not known. */
  readonly pages: readonly HostPages[];
}

/** What a PCI device is. Nova: `dev_type`. `type-PF`: gives virtual functions; `type-VF`: one of them; `vdpa`: one that speaks virtio. */
export type PciDeviceType = 'type-PCI' | 'type-PF' | 'type-VF' | 'vdpa';

/** A PCI device that a host gives to guests. */
export interface HostPciDevice {
  /** Unique on the host, such as `0000:81:00.0`. */
  readonly address: string;
  /** Four hex digits each, in lower case. */
  readonly vendorId: string;
  readonly productId: string;
  readonly deviceType: PciDeviceType;
  /** The NUMA cell that it is near to; null: not known. */
  readonly numaCell: number | null;
  /** The physical network that it leads to; absent: none. */
  readonly physicalNetwork?: string;
  /** Of a virtual function, the address of the function that gives it. */
  readonly parent?: string;
  /** Of a virtual function, the network interface of the function that gives it. Nova: `parent_ifname`. Absent: it is not known. */
  readonly parentInterface?: string;
  /** Absent: none. */
  readonly traits?: readonly string[];
}

/** The inside of a host in numbers, as in `cpu_info` of Nova: sockets of a cell, cores of a socket, threads of a core. */
export interface CpuTopology {
  readonly cells: number;
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

/** Undefined: the host tells of no cells. Where its parts differ, the largest count. */
export function topologyOf(cells: readonly HostNumaCell[] = []): CpuTopology | undefined {
  if (cells.length === 0) return undefined;
  const sockets = new Set(cells.map(({ socket }) => socket)).size;
  const cores = cells.reduce((sum, { siblings }) => sum + siblings.length, 0);
  return {
    cells: cells.length,
    sockets: Math.max(1, Math.round(sockets / cells.length)),
    cores: Math.ceil(cores / Math.max(sockets, cells.length)),
    threads: Math.max(1, ...cells.flatMap(({ siblings }) => siblings.map((core) => core.length))),
  };
}
