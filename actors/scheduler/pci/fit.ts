import type { HostPciDevice } from '../../../drivers/host-topology.ts';
import { isAsked, type PciAffinity, type PciRequest, type PciSpec } from './request.ts';

/** The NUMA cells that a guest is in, of a host whose cells are on these sockets. */
export interface GuestPlace {
  /** Ids of the host's cells. */
  readonly cells: readonly number[];
  /** The socket of each cell of the host, by id. */
  readonly sockets: ReadonlyMap<number, number>;
}

/** Addresses of devices that guests have. */
export type TakenDevices = ReadonlySet<string>;

/** Devices with the same tags, of which any is as good as the others. */
export interface DevicePool {
  readonly vendorId: string;
  readonly productId: string;
  readonly deviceType: HostPciDevice['deviceType'];
  readonly numaCell: number | null;
  readonly physicalNetwork: string | null;
  readonly parentInterface: string | null;
  readonly traits: readonly string[];
  /** Free ones, in the order of the host's. */
  readonly free: readonly HostPciDevice[];
}

/** The devices that can be had, in the order of the host's. A function is not while one that it gives is, or gave it, is taken. */
export function freeDevices(devices: readonly HostPciDevice[], taken: TakenDevices): readonly HostPciDevice[] {
  if (taken.size === 0) return devices;
  const givers = new Set<string>();
  for (const { address, parent } of devices) if (parent !== undefined && taken.has(address)) givers.add(parent);
  return devices.filter(
    ({ address, parent }) =>
      !taken.has(address) && !givers.has(address) && (parent === undefined || !taken.has(parent)),
  );
}

/** The free devices in pools of the same tags, in the order of the host's first device of each. */
export function devicePools(devices: readonly HostPciDevice[], taken: TakenDevices): readonly DevicePool[] {
  const pools = new Map<string, HostPciDevice[]>();
  for (const device of freeDevices(devices, taken)) {
    const key = JSON.stringify(tagsOf(device));
    const pool = pools.get(key);
    if (pool) pool.push(device);
    else pools.set(key, [device]);
  }
  return [...pools.values()].flatMap((free) => {
    const [first] = free;
    return first === undefined ? [] : [{ ...tagsOf(first), free }];
  });
}

const tagsOf = (device: HostPciDevice): Omit<DevicePool, 'free'> => ({
  vendorId: device.vendorId,
  productId: device.productId,
  deviceType: device.deviceType,
  numaCell: device.numaCell,
  physicalNetwork: device.physicalNetwork ?? null,
  parentInterface: device.parentInterface ?? null,
  traits: [...(device.traits ?? [])].sort(),
});

/** Whether a device in this cell is near enough to the guest. */
function isNear(numaCell: number | null, affinity: PciAffinity, { cells, sockets }: GuestPlace): boolean {
  switch (affinity) {
    case 'required':
      return numaCell !== null && cells.includes(numaCell);
    case 'legacy':
      return numaCell === null || cells.includes(numaCell);
    case 'socket': {
      const socket = numaCell === null ? undefined : sockets.get(numaCell);
      return socket !== undefined && cells.some((cell) => sockets.get(cell) === socket);
    }
    case 'preferred':
      return true;
  }
}

/** How far away a device is, as far as it matters which one is taken: in the guest's cells, in none, in others. */
const distance = ({ numaCell }: DevicePool, { cells }: GuestPlace): number =>
  numaCell === null ? 1 : cells.includes(numaCell) ? 0 : 2;

/**
 * Devices for all requests, as addresses by request; undefined: there are not enough. `place`: where the guest is; undefined:
 * it has no NUMA cells, and every device is near enough. Of pools that will do, those of its own cells come first, then those
 * of no cell; a request may have its devices from several. Requests are served in order, as in Nova, so that one may take what
 * only a later one could have used. Nova: `PciDeviceStats.support_requests`.
 */
export function fitDevices(
  devices: readonly HostPciDevice[],
  taken: TakenDevices,
  requests: readonly PciRequest[],
  place: GuestPlace | undefined,
): readonly (readonly string[])[] | undefined {
  let used = taken;
  const chosen: (readonly string[])[] = [];
  for (const { count, specs, affinity } of requests) {
    const pools = devicePools(devices, used).filter(
      ({ free: [first], numaCell }) =>
        first !== undefined && isAsked(first, specs) && (place === undefined || isNear(numaCell, affinity, place)),
    );
    const nearest = place === undefined ? pools : [...pools].sort((a, b) => distance(a, place) - distance(b, place));
    const own = withoutRelatives(nearest.flatMap(({ free }) => free)).slice(0, count);
    if (own.length < count) return undefined;
    const addresses = own.map(({ address }) => address);
    chosen.push(addresses);
    used = claimedDevices(used, addresses);
  }
  return chosen;
}

/** Leaves out functions that come before or after the one that gives them: a guest has one or the other. */
function withoutRelatives(devices: readonly HostPciDevice[]): readonly HostPciDevice[] {
  const kept = new Set<string>();
  const givers = new Set<string>();
  return devices.filter(({ address, parent }) => {
    if (givers.has(address) || (parent !== undefined && kept.has(parent))) return false;
    kept.add(address);
    if (parent !== undefined) givers.add(parent);
    return true;
  });
}

/** Takes devices; they must be free. */
export const claimedDevices = (taken: TakenDevices, addresses: readonly string[]): TakenDevices =>
  new Set([...taken, ...addresses]);

/** Gives devices back: exactly what `claimedDevices` has taken. */
export function givenBackDevices(taken: TakenDevices, addresses: readonly string[]): TakenDevices {
  const left = new Set(taken);
  for (const address of addresses) left.delete(address);
  return left;
}

/** Free devices by the id of the cell that they are near to. */
export function devicesByCell(devices: readonly HostPciDevice[], taken: TakenDevices): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { numaCell } of freeDevices(devices, taken))
    if (numaCell !== null) counts.set(numaCell, (counts.get(numaCell) ?? 0) + 1);
  return counts;
}

/** Free devices that are as one of the specs says, by the interface of the card whose function they are. */
export function devicesByInterface(
  devices: readonly HostPciDevice[],
  taken: TakenDevices,
  specs: readonly PciSpec[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const device of freeDevices(devices, taken)) {
    const { parentInterface } = device;
    if (parentInterface !== undefined && isAsked(device, specs))
      counts.set(parentInterface, (counts.get(parentInterface) ?? 0) + 1);
  }
  return counts;
}
