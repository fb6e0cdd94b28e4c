import type { HostNumaCell } from '../../../drivers/host-topology.ts';
import { ascending } from './cpu-set.ts';
import type { PlacedCell, PlacedGuest } from './guest-topology.ts';

/** What is used of a host's NUMA cell. */
export interface CellUsage {
  /** vCPUs that share its processors. */
  readonly cpus: number;
  readonly memoryMib: number;
  /** Processors that somebody has for himself, ascending. */
  readonly pinned: readonly number[];
  /** Pages used, by place in `pages` of the cell. Ordinary memory counts as pages of the smallest size. */
  readonly pages: readonly number[];
}

/** What is used of the cells of a host, by their places. */
export type HostUsage = readonly CellUsage[];

/** Nothing is used of these cells. */
export const unused = (cells: readonly HostNumaCell[]): HostUsage =>
  cells.map(({ pages }) => ({ cpus: 0, memoryMib: 0, pinned: [], pages: pages.map(() => 0) }));

/** Pages of this size that memory takes. */
export const pagesOf = (memoryMib: number, sizeKib: number): number => Math.ceil((memoryMib * 1_024) / sizeKib);

/** Takes what a guest has. It must fit: see `fitGuest`. A cell that the host does not have (any more) is left out. */
export const claimed = (cells: readonly HostNumaCell[], usage: HostUsage, guest: PlacedGuest): HostUsage =>
  changed(cells, usage, guest, 1);

/** Gives back what a guest had: exactly what `claimed` has taken. */
export const givenBack = (cells: readonly HostNumaCell[], usage: HostUsage, guest: PlacedGuest): HostUsage =>
  changed(cells, usage, guest, -1);

function changed(
  cells: readonly HostNumaCell[],
  usage: HostUsage,
  guest: PlacedGuest,
  sign: 1 | -1,
): readonly CellUsage[] {
  return cells.map((cell, place) => {
    let used = usage[place] ?? { cpus: 0, memoryMib: 0, pinned: [], pages: cell.pages.map(() => 0) };
    for (const placed of guest) if (placed.hostCell === cell.id) used = changedCell(cell, used, placed, sign);
    return used;
  });
}

function changedCell({ pages }: HostNumaCell, used: CellUsage, placed: PlacedCell, sign: 1 | -1): CellUsage {
  const { cpus, memoryMib, taken } = placed;
  const sizeKib = placed.pageSizeKib ?? pages[0]?.sizeKib;
  return {
    cpus: used.cpus + sign * cpus.length,
    memoryMib: used.memoryMib + sign * memoryMib,
    pinned: taken.length === 0 ? used.pinned : sign > 0 ? together(used.pinned, taken) : without(used.pinned, taken),
    pages: used.pages.map((count, place) =>
      pages[place]?.sizeKib === sizeKib ? count + sign * pagesOf(memoryMib, sizeKib ?? 1) : count,
    ),
  };
}

const together = (some: readonly number[], others: readonly number[]): readonly number[] =>
  [...new Set([...some, ...others])].sort(ascending);

function without(all: readonly number[], some: readonly number[]): readonly number[] {
  const gone = new Set(some);
  return all.filter((one) => !gone.has(one));
}
