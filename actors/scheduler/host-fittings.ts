import type { HostNumaCell, HostPciDevice } from '../../drivers/host-topology.ts';
import { fitGuest } from './numa/fit.ts';
import { fitsCell, type SharedRatios } from './numa/fit-cell.ts';
import { type GuestTopology, isolatesEmulator, type PlacedGuest } from './numa/guest-topology.ts';
import { areNearNetworks } from './numa/network-cells.ts';
import { claimed, givenBack, type HostUsage, unused } from './numa/usage.ts';
import {
  claimedDevices,
  devicesByCell,
  devicesByInterface,
  fitDevices,
  freeDevices,
  givenBackDevices,
  type TakenDevices,
} from './pci/fit.ts';
import type { PciRequest, PciSpec } from './pci/request.ts';
import type { ClassInventory } from './resource-column.ts';

/** What a host tells of its inside. */
export interface HostInside {
  /** Absent: it tells of none. */
  readonly numaCells?: readonly HostNumaCell[];
  readonly pciDevices?: readonly HostPciDevice[];
  /** What it gives by amount; how many times counts for what guests share of its cells. Absent: once. */
  readonly inventories?: Readonly<Record<string, Pick<ClassInventory, 'allocationRatio'>>>;
}

/** What of a host's inside an instance has. */
export interface Fitted {
  /** Absent: it floats. */
  readonly numa?: PlacedGuest;
  /** Addresses of devices; absent: none. */
  readonly pciDevices?: readonly string[];
  /** Which of them are the cards of ports, by the id of the port. Absent: none; in rows from before it was kept, unknown. */
  readonly portDevices?: Readonly<Record<string, readonly string[]>>;
}

/** What an instance asks of a host's inside. */
export interface FitWanted {
  /** Absent: nothing. */
  readonly numa?: GuestTopology;
  readonly pci: readonly PciRequest[];
  readonly packs: boolean;
  /** Sets of cells of which it must have one each, as far as the host has them: those near to its networks. Absent: none. */
  readonly near?: readonly (readonly number[])[];
}

/** The inside of a host, with what is used of it. */
interface Inside {
  readonly cells: readonly HostNumaCell[];
  readonly devices: readonly HostPciDevice[];
  /** The socket of each cell, by id. */
  readonly sockets: ReadonlyMap<number, number>;
  /** Whether any device is near to a cell. */
  readonly hasNearDevices: boolean;
  ratios: SharedRatios;
  usage: HostUsage;
  taken: TakenDevices;
  /** How many devices can be had. */
  free: number;
  /** What instances have, so that another inside can be used anew. */
  readonly held: Fitted[];
}

const NO_DEVICES: TakenDevices = new Set();

/** NUMA cells and PCI devices of hosts, and who has them. Derived from rows; hosts that tell of none take no room here. */
export class HostFittings {
  readonly #hosts = new Map<string, Inside>();
  readonly #withDevices = new Set<string>();

  /** Names of the hosts that tell of PCI devices. */
  get hostsWithDevices(): ReadonlySet<string> {
    return this.#withDevices;
  }

  /** Takes over what a host tells; what is used of it stays, as far as it still has that. */
  set(host: string, told: HostInside): void {
    const { numaCells = NO_CELLS, pciDevices = NONE, inventories = {} } = told;
    const before = this.#hosts.get(host);
    if (before === undefined && numaCells.length === 0 && pciDevices.length === 0) return;
    const ratios = {
      cpu: inventories['VCPU']?.allocationRatio ?? 1,
      memory: inventories['MEMORY_MB']?.allocationRatio ?? 1,
    };
    if (before?.cells === numaCells && before.devices === pciDevices) {
      before.ratios = ratios;
      return;
    }
    const inside = insideOf(numaCells, pciDevices, before?.held ?? [], ratios);
    for (const fitted of inside.held) take(inside, fitted);
    this.#hosts.set(host, inside);
    if (pciDevices.length > 0) this.#withDevices.add(host);
    else this.#withDevices.delete(host);
  }

  /** Devices of a host that can be had. */
  freeDevices(host: string): number {
    return this.#hosts.get(host)?.free ?? 0;
  }

  /** Where on the host an instance would be; undefined: it does not fit. Nothing is taken. */
  fit(host: string, { numa, pci, packs, near }: FitWanted): Fitted | undefined {
    const inside = this.#hosts.get(host);
    if (numa === undefined && pci.length === 0) return {};
    if (inside === undefined) return undefined;
    const { cells, devices, sockets, usage, taken, hasNearDevices, ratios } = inside;
    const devicesFor = (hostCells: readonly number[] | undefined): readonly (readonly string[])[] | undefined =>
      fitDevices(devices, taken, pci, hostCells && { cells: hostCells, sockets });
    const guest =
      numa &&
      fitGuest(cells, usage, numa, {
        ratios,
        packs,
        ...(hasNearDevices ? { devices: devicesByCell(devices, taken) } : {}),
        ...(near && { isNear: (hostCells) => areNearNetworks(hostCells, cellIds(cells), near) }),
        ...(pci.length === 0 ? {} : { accepts: (hostCells) => devicesFor(hostCells) !== undefined }),
      });
    if (numa !== undefined && guest === undefined) return undefined;
    if (pci.length === 0) return guest === undefined ? {} : { numa: guest };
    const chosen = devicesFor(guest?.map(({ hostCell }) => hostCell));
    return chosen && { ...(guest === undefined ? {} : { numa: guest }), ...devicesAs(pci, chosen) };
  }

  /** Devices besides for an instance that is on the host already; undefined: there are none for it. Nothing is taken. */
  fitMore(host: string, { numa }: Fitted, pci: readonly PciRequest[]): Fitted | undefined {
    const inside = this.#hosts.get(host);
    if (inside === undefined) return undefined;
    const { devices, taken, sockets } = inside;
    const place = numa && { cells: numa.map(({ hostCell }) => hostCell), sockets };
    const chosen = fitDevices(devices, taken, pci, place);
    return chosen && devicesAs(pci, chosen);
  }

  /** Whether an instance would fit on the host: what `fit` finds, without making it. Most guests have one cell and no devices. */
  fits(host: string, wanted: FitWanted): boolean {
    const { numa, pci, near } = wanted;
    const [only] = numa?.cells ?? [];
    if (numa === undefined || only === undefined || numa.cells.length > 1 || pci.length > 0 || near !== undefined)
      return this.fit(host, wanted) !== undefined;
    const inside = this.#hosts.get(host);
    if (inside === undefined) return false;
    const { cells, usage, ratios } = inside;
    const reserved = isolatesEmulator(numa) ? 1 : 0;
    for (let place = 0; place < cells.length; place++) {
      const [cell, used] = [cells[place], usage[place]];
      if (cell && used && fitsCell(cell, used, only, numa, reserved, ratios)) return true;
    }
    return false;
  }

  /** Whether the host has the devices, wherever in it the instance would be. */
  hasDevices(host: string, pci: readonly PciRequest[]): boolean {
    const inside = this.#hosts.get(host);
    return inside !== undefined && fitDevices(inside.devices, inside.taken, pci, undefined) !== undefined;
  }

  /** Devices of a host that can be had and are as one of the specs says, by the interface of their card. */
  byInterface(host: string, specs: readonly PciSpec[]): ReadonlyMap<string, number> {
    const { devices, taken } = this.#hosts.get(host) ?? NO_INSIDE;
    return devicesByInterface(devices, taken, specs);
  }

  /** How many cells and devices a host tells of, and what is used of the cells: for an explanation. */
  shown(host: string): {
    readonly cells: readonly HostNumaCell[];
    readonly usage: HostUsage;
    readonly devices: number;
  } {
    const { cells = [], usage = [], devices = [] } = this.#hosts.get(host) ?? {};
    return { cells, usage, devices: devices.length };
  }

  /** Takes (sign 1) or gives back (sign -1) what an instance has of a host. */
  use(host: string, { numa, pciDevices }: Fitted, sign: 1 | -1): void {
    if (numa === undefined && pciDevices === undefined) return;
    const inside = this.#hosts.get(host) ?? insideOf(NO_CELLS, NONE, [], ONCE);
    this.#hosts.set(host, inside);
    const fitted: Fitted = { ...(numa ? { numa } : {}), ...(pciDevices ? { pciDevices } : {}) };
    if (sign > 0) {
      inside.held.push(fitted);
      take(inside, fitted);
      return;
    }
    // Read from its row it is another object; which of several equal ones goes does not matter.
    const at = inside.held.findIndex((one) => isSame(one, fitted));
    if (at < 0) return;
    inside.held.splice(at, 1);
    giveBack(inside, fitted);
  }
}

/** Devices that were chosen for requests, as an instance has them. */
function devicesAs(pci: readonly PciRequest[], chosen: readonly (readonly string[])[]): Fitted {
  const ofPorts = pci.flatMap(({ isPort, source }, place) => (isPort ? [[source, chosen[place] ?? []] as const] : []));
  const pciDevices = chosen.flat();
  return ofPorts.length === 0 ? { pciDevices } : { pciDevices, portDevices: Object.fromEntries(ofPorts) };
}

const cellIds = (cells: readonly HostNumaCell[]): readonly number[] => cells.map(({ id }) => id);

const NO_CELLS: readonly HostNumaCell[] = [];
const NONE: readonly HostPciDevice[] = [];
const NO_INSIDE = { devices: NONE, taken: NO_DEVICES };
const ONCE: SharedRatios = { cpu: 1, memory: 1 };

const insideOf = (
  cells: readonly HostNumaCell[],
  devices: readonly HostPciDevice[],
  held: Inside['held'],
  ratios: SharedRatios,
): Inside => ({
  ratios,
  cells,
  devices,
  sockets: new Map(cells.map(({ id, socket }) => [id, socket])),
  hasNearDevices: devices.some(({ numaCell }) => numaCell !== null),
  usage: unused(cells),
  taken: NO_DEVICES,
  free: freeDevices(devices, NO_DEVICES).length,
  held,
});

function isSame(a: Fitted, b: Fitted): boolean {
  if (a.numa?.length !== b.numa?.length || !areSame(a.pciDevices, b.pciDevices)) return false;
  return (a.numa ?? []).every((cell, number) => {
    const other = b.numa?.[number];
    return (
      other !== undefined &&
      cell.hostCell === other.hostCell &&
      cell.memoryMib === other.memoryMib &&
      cell.pageSizeKib === other.pageSizeKib &&
      areSame(cell.cpus, other.cpus) &&
      areSame(cell.taken, other.taken)
    );
  });
}

const areSame = <Value>(a: readonly Value[] = [], b: readonly Value[] = []): boolean =>
  a.length === b.length && a.every((value, place) => value === b[place]);

function take(inside: Inside, { numa, pciDevices }: Fitted): void {
  if (numa) inside.usage = claimed(inside.cells, inside.usage, numa);
  if (pciDevices) setTaken(inside, claimedDevices(inside.taken, pciDevices));
}

function giveBack(inside: Inside, { numa, pciDevices }: Fitted): void {
  if (numa) inside.usage = givenBack(inside.cells, inside.usage, numa);
  if (pciDevices) setTaken(inside, givenBackDevices(inside.taken, pciDevices));
}

function setTaken(inside: Inside, taken: TakenDevices): void {
  inside.taken = taken;
  inside.free = freeDevices(inside.devices, taken).length;
}
