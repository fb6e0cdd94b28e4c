import type { HostNumaCell } from '../../../drivers/host-topology.ts';
import { fitCell, type SharedRatios } from './fit-cell.ts';
import {
  type GuestCell,
  type GuestTopology,
  isolatesEmulator,
  type PlacedCell,
  type PlacedGuest,
} from './guest-topology.ts';
import type { HostUsage } from './usage.ts';

/** Choices of cells that are put to `accepts`: bounds the work for a host with many cells whose devices are elsewhere. */
const CHOICES_MAX = 1_000;

/** What a host's cells are asked with. */
export interface FitOptions {
  readonly ratios: SharedRatios;
  /** Whether most used cells come first. Nova: `[compute] packing_host_numa_cells_allocation_strategy`. */
  readonly packs?: boolean;
  /** Free PCI devices by id of the cell: cells with many come first for a guest that asks for some, else last. */
  readonly devices?: ReadonlyMap<number, number>;
  /** Whether the devices that the guest asks for can be had from these cells. Absent: it asks for none. */
  readonly accepts?: (hostCells: readonly number[]) => boolean;
  /** Whether these cells are near to the guest's networks. Absent: it does not matter. */
  readonly isNear?: (hostCells: readonly number[]) => boolean;
}

const FIRST_FIRST: readonly number[] = [0, 1];
const SECOND_FIRST: readonly number[] = [1, 0];

/** The places of a host's cells in the order in which they are tried. */
function ordered(
  cells: readonly HostNumaCell[],
  usage: HostUsage,
  guest: GuestTopology,
  { packs = false, devices, accepts }: FitOptions,
): readonly number[] {
  // With as many cells as the host all are used.
  if (cells.length <= guest.cells.length) return cells.map((_, place) => place);
  const towards = packs ? 1 : -1;
  const devicesOf = (place: number): number => devices?.get(cells[place]?.id ?? -1) ?? 0;
  const memoryFree = (place: number): number => (cells[place]?.memoryMib ?? 0) - (usage[place]?.memoryMib ?? 0);
  /** The more, the fuller: vCPUs that share processors, or, the other way round, free ones for pinned guests. */
  const load = (place: number): number =>
    guest.cpuPolicy === 'shared'
      ? (usage[place]?.cpus ?? 0)
      : (usage[place]?.pinned.length ?? 0) - (cells[place]?.pcpus.length ?? 0);
  const compare = (a: number, b: number): number =>
    (accepts ? devicesOf(b) - devicesOf(a) : devicesOf(a) - devicesOf(b)) ||
    towards * (load(b) - load(a)) ||
    towards * (memoryFree(a) - memoryFree(b)) ||
    a - b;
  // Most hosts have two.
  if (cells.length === 2) return compare(0, 1) <= 0 ? FIRST_FIRST : SECOND_FIRST;
  return cells.map((_, place) => place).sort(compare);
}

/**
 * Where a guest would be on a host, each of its cells in another one of the host's; undefined: it does not fit. Of the ways
 * to place it the first one in Nova's order: cells are tried by free devices, then those with fewer vCPUs (or more free
 * processors), then those with more free memory. Nova: `numa_fit_instance_to_host`.
 */
export function fitGuest(
  cells: readonly HostNumaCell[],
  usage: HostUsage,
  guest: GuestTopology,
  options: FitOptions,
): PlacedGuest | undefined {
  if (guest.cells.length === 0 || guest.cells.length > cells.length) return undefined;
  const order = ordered(cells, usage, guest, options);
  const accepts = acceptanceOf(options);
  const fitAt = (number: number, guestCell: GuestCell, place: number): PlacedCell | undefined => {
    const [host, used] = [cells[place], usage[place]];
    const reserved = number === 0 && isolatesEmulator(guest) ? 1 : 0;
    return host && used && fitCell(host, used, guestCell, guest, reserved, options.ratios);
  };
  const [only] = guest.cells;
  if (only !== undefined && guest.cells.length === 1) {
    // Most guests: there is nothing to combine.
    for (const place of order) {
      const placed = fitAt(0, only, place);
      if (placed && (accepts === undefined || accepts([placed.hostCell]))) return [placed];
    }
    return undefined;
  }
  const fits = guest.cells.map((guestCell, number) => order.map((place) => fitAt(number, guestCell, place)));
  return new Choices(fits, accepts).first();
}

/** What must be said of the cells of a guest together; undefined: nothing. */
const acceptanceOf = ({ accepts, isNear }: FitOptions): FitOptions['accepts'] =>
  accepts && isNear ? (hostCells) => isNear(hostCells) && accepts(hostCells) : (accepts ?? isNear);

/** Which cell of a guest goes to which of the host, where each pair is known to fit or not. */
class Choices {
  readonly #fits: readonly (readonly (PlacedCell | undefined)[])[];
  readonly #accepts: ((hostCells: readonly number[]) => boolean) | undefined;
  readonly #verdicts = new Map<string, boolean>();
  #asked = 0;

  constructor(
    fits: readonly (readonly (PlacedCell | undefined)[])[],
    accepts: ((hostCells: readonly number[]) => boolean) | undefined,
  ) {
    this.#fits = fits;
    this.#accepts = accepts;
  }

  /** The first choice, by the order of the host's cells, that is accepted. */
  first(): PlacedGuest | undefined {
    return this.#extend([], new Set());
  }

  #extend(chosen: readonly PlacedCell[], used: ReadonlySet<number>): PlacedGuest | undefined {
    if (chosen.length === this.#fits.length) return this.#isAccepted(chosen) ? chosen : undefined;
    // Without this, ten cells of which the last fits nowhere would be tried in millions of orders.
    if (!this.#canComplete(chosen.length, used)) return undefined;
    for (const [place, cell] of (this.#fits[chosen.length] ?? []).entries()) {
      if (cell === undefined || used.has(place)) continue;
      const found = this.#extend([...chosen, cell], new Set([...used, place]));
      if (found !== undefined || this.#asked >= CHOICES_MAX) return found;
    }
    return undefined;
  }

  #isAccepted(chosen: PlacedGuest): boolean {
    if (this.#accepts === undefined) return true;
    const hostCells = chosen.map(({ hostCell }) => hostCell);
    // Devices are near to a set of cells, whichever of the guest's cells is where.
    const key = [...hostCells].sort((a, b) => a - b).join();
    const known = this.#verdicts.get(key);
    this.#asked++;
    const verdict = known ?? this.#accepts(hostCells);
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  /** Whether the guest's cells from this one on can have a cell each, as far as pairs go: a matching in a graph. */
  #canComplete(from: number, used: ReadonlySet<number>): boolean {
    const guestOf = new Map<number, number>();
    const place = (guest: number, seen: Set<number>): boolean => {
      for (const [host, cell] of (this.#fits[guest] ?? []).entries()) {
        if (cell === undefined || used.has(host) || seen.has(host)) continue;
        seen.add(host);
        const other = guestOf.get(host);
        if (other !== undefined && !place(other, seen)) continue;
        guestOf.set(host, guest);
        return true;
      }
      return false;
    };
    for (let guest = from; guest < this.#fits.length; guest++) if (!place(guest, new Set())) return false;
    return true;
  }
}
