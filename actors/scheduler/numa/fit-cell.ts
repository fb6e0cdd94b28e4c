import type { HostNumaCell } from '../../../drivers/host-topology.ts';
import type { GuestCell, GuestTopology, PlacedCell } from './guest-topology.ts';
import { packCpus } from './pack-cpus.ts';
import { choosePageSize } from './page-size.ts';
import { type CellUsage, pagesOf } from './usage.ts';

/** How often what is shared may be given. */
export interface SharedRatios {
  readonly cpu: number;
  readonly memory: number;
}

/** Memory of the cell that is not set apart in huge pages. */
function ordinaryMib({ memoryMib, pages }: HostNumaCell): number {
  const [smallest] = pages;
  return smallest === undefined ? memoryMib : ((smallest.total - smallest.reserved) * smallest.sizeKib) / 1_024;
}

/** Whether memory that is not asked for in pages fits, `ratio` times in all: no guest gets more than there is. */
function fitsOrdinary(cell: HostNumaCell, usage: CellUsage, memoryMib: number, ratio: number): boolean {
  const has = ordinaryMib(cell);
  const [smallest] = cell.pages;
  const used = smallest === undefined ? usage.memoryMib : ((usage.pages[0] ?? 0) * smallest.sizeKib) / 1_024;
  const more = smallest === undefined ? memoryMib : (pagesOf(memoryMib, smallest.sizeKib) * smallest.sizeKib) / 1_024;
  return more <= has && used + more <= has * ratio;
}

/** Whether there is room for what can be shared. */
function hasRoom(
  host: HostNumaCell,
  usage: CellUsage,
  { cpus, memoryMib }: GuestCell,
  { pageSize, cpuPolicy }: GuestTopology,
  ratios: SharedRatios,
): boolean {
  const has = host.cpus.length;
  if (cpus.length > has || (cpus.length > 0 && usage.cpus + cpus.length > has * ratios.cpu)) return false;
  if (memoryMib > host.memoryMib) return false;
  return pageSize !== null || fitsOrdinary(host, usage, memoryMib, cpuPolicy === 'shared' ? ratios.memory : 1);
}

/** Whether a cell of a guest fits into a cell of a host: what `fitCell` finds, without making it where nothing has to be chosen. */
export const fitsCell = (
  host: HostNumaCell,
  usage: CellUsage,
  guest: GuestCell,
  topology: GuestTopology,
  reservedCpus: number,
  ratios: SharedRatios,
): boolean =>
  guest.pcpus.length + reservedCpus === 0 && topology.pageSize === null
    ? hasRoom(host, usage, guest, topology, ratios)
    : fitCell(host, usage, guest, topology, reservedCpus, ratios) !== undefined;

/**
 * Where a cell of a guest would be in a cell of a host; undefined: it does not fit. Processors of its own and memory in
 * pages are given once, and so is all memory of a guest with processors of its own; what is shared as often as `ratios`
 * say, but to no guest more than there is. Nova: `_numa_fit_instance_cell`.
 */
export function fitCell(
  host: HostNumaCell,
  usage: CellUsage,
  guest: GuestCell,
  topology: GuestTopology,
  reservedCpus: number,
  ratios: SharedRatios,
): PlacedCell | undefined {
  if (!hasRoom(host, usage, guest, topology, ratios)) return undefined;
  const { cpus, pcpus, memoryMib } = guest;
  const { pageSize, threadPolicy } = topology;
  const pageSizeKib = pageSize === null ? null : choosePageSize(host, usage, memoryMib, pageSize);
  if (pageSizeKib === undefined) return undefined;
  const packed =
    pcpus.length + reservedCpus === 0
      ? { pinning: [], taken: [] }
      : packCpus(host, usage, { vcpus: pcpus, policy: threadPolicy, reserved: reservedCpus });
  return packed && { hostCell: host.id, memoryMib, pageSizeKib, cpus, ...packed };
}
