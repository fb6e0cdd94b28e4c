import type { HostNumaCell, HostPciDevice } from '../host-topology.ts';
import type { HostInventory } from '../hypervisor.ts';

/** Cards of a kind in each NUMA cell of a simulated host. */
export interface SimPciCards {
  readonly vendorId: string;
  readonly productId: string;
  /** How many each cell has. */
  readonly perCell: number;
  /** Virtual functions of each; 0: it is given as a whole. */
  readonly virtualFunctions: number;
  readonly physicalNetwork?: string | undefined;
  /** Network interfaces of the cards, cell by cell. Absent, or too few: the others have none. */
  readonly interfaces?: readonly string[] | undefined;
}

/** What a simulated host is like inside. */
export interface SimInside {
  readonly vcpus: number;
  readonly memoryMib: number;
  /** 0: it tells of no cells. */
  readonly numaCells: number;
  readonly threadsPerCore: number;
  /** Processors that guests get for themselves. */
  readonly dedicatedCpus: readonly number[];
  /** Huge pages of each cell, by size in KiB. */
  readonly hugePages: Readonly<Record<string, number>>;
  readonly pciCards: readonly SimPciCards[];
}

const SMALL_PAGE_KIB = 4;

/** The inside of a simulated host: equal cells, two to a socket, with processors numbered cell by cell, core by core. */
export function simInside(inside: SimInside): Pick<HostInventory, 'numaCells' | 'pciDevices'> {
  const devices = inside.pciCards.flatMap((cards, kind) => devicesOf(cards, kind, inside.numaCells));
  return {
    ...(inside.numaCells === 0 ? {} : { numaCells: cellsOf(inside) }),
    ...(devices.length === 0 ? {} : { pciDevices: devices }),
  };
}

function cellsOf(inside: SimInside): readonly HostNumaCell[] {
  const { vcpus, memoryMib, numaCells, threadsPerCore, hugePages } = inside;
  const dedicated = new Set(inside.dedicatedCpus);
  const ownMib = Math.floor(memoryMib / numaCells);
  const huge = Object.entries(hugePages)
    .map(([size, total]) => ({ sizeKib: Number(size), total, reserved: 0 }))
    .sort((a, b) => a.sizeKib - b.sizeKib);
  const smallKib = huge.reduce((left, { sizeKib, total }) => left - sizeKib * total, ownMib * 1_024);
  const pages = [{ sizeKib: SMALL_PAGE_KIB, total: Math.floor(smallKib / SMALL_PAGE_KIB), reserved: 0 }, ...huge];
  return Array.from({ length: numaCells }, (_, id) => {
    const from = Math.floor((id * vcpus) / numaCells);
    const cpus = Array.from({ length: Math.floor(((id + 1) * vcpus) / numaCells) - from }, (_cpu, cpu) => from + cpu);
    const cores = Math.ceil(cpus.length / threadsPerCore);
    return {
      id,
      socket: Math.floor(id / 2),
      cpus: cpus.filter((cpu) => !dedicated.has(cpu)),
      pcpus: cpus.filter((cpu) => dedicated.has(cpu)),
      siblings: Array.from({ length: cores }, (_core, core) =>
        cpus.slice(core * threadsPerCore, (core + 1) * threadsPerCore),
      ),
      memoryMib: ownMib,
      pages,
    };
  });
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

/** Cards of a kind: each cell has a PCI domain of its own. Without cells they are near to none. */
function devicesOf(cards: SimPciCards, kind: number, numaCells: number): readonly HostPciDevice[] {
  const { vendorId, productId, perCell, virtualFunctions, physicalNetwork, interfaces = [] } = cards;
  const tags = { vendorId, productId, ...(physicalNetwork === undefined ? {} : { physicalNetwork }) };
  return Array.from({ length: Math.max(1, numaCells) }, (_, cell) => cell).flatMap((cell) =>
    Array.from({ length: perCell }, (_, card): readonly HostPciDevice[] => {
      const bus = `${hex(cell, 4)}:${hex(kind + 1, 2)}:${hex(card, 2)}`;
      const common = { ...tags, numaCell: numaCells === 0 ? null : cell };
      const address = `${bus}.0`;
      if (virtualFunctions === 0) return [{ ...common, address, deviceType: 'type-PCI' }];
      const parentInterface = interfaces[cell * perCell + card];
      const functions = Array.from({ length: virtualFunctions }, (_function, number) => ({
        ...common,
        ...(parentInterface !== undefined && { parentInterface }),
        address: `${bus}.${hex(number + 1, 1)}`,
        deviceType: 'type-VF' as const,
        parent: address,
      }));
      return [{ ...common, address, deviceType: 'type-PF' }, ...functions];
    }).flat(),
  );
}
