import type { NetworkUplink } from '../../../drivers/networks.ts';

/** Which NUMA cells of hosts the cards for networks are at, by ids. Nova: `[neutron_physnet_NAME]` and `[neutron_tunnel] numa_nodes`. */
export interface NetworkNumaCells {
  /** By the name of the physical network. */
  readonly physicalNetworks: Readonly<Record<string, readonly number[]>>;
  /** Of the card that all tunnels use; empty: it is not said. */
  readonly tunnel: readonly number[];
}

/** For each uplink of which it is said, the cells that its card is at: a guest must have one of each. */
export function cellsNearNetworks(
  uplinks: readonly NetworkUplink[],
  { physicalNetworks, tunnel }: NetworkNumaCells,
): readonly (readonly number[])[] {
  const near = uplinks.map((uplink) => {
    if (uplink.kind === 'tunnel') return tunnel;
    return Object.hasOwn(physicalNetworks, uplink.name) ? (physicalNetworks[uplink.name] ?? []) : [];
  });
  return near.filter((cells) => cells.length > 0);
}

/**
 * Whether a guest in these cells of a host is near to its networks' cards. A network whose card is at no cell that the host has
 * does not matter there. Nova: `_numa_cells_support_network_metadata`.
 */
export const areNearNetworks = (
  chosen: readonly number[],
  ofHost: readonly number[],
  near: readonly (readonly number[])[],
): boolean =>
  near.every((cells) => cells.some((cell) => chosen.includes(cell)) || !cells.some((cell) => ofHost.includes(cell)));
