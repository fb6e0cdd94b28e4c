import type { NetworkUplink } from '../../drivers/networks.ts';
import type { NetworkRow } from './row.ts';

/** Types of networks whose packets go from host to host in others. Nova: `L3_NETWORK_TYPES`. */
const TUNNELS: readonly string[] = ['vxlan', 'gre', 'geneve'];

/** By what a network leaves hosts, as an administrator has said; undefined: that is not said. */
export function uplinkOf(network: Pick<NetworkRow, 'provider'> | undefined): NetworkUplink | undefined {
  const { networkType = null, physicalNetwork = null } = network?.provider ?? {};
  if (physicalNetwork !== null) return { kind: 'physical', name: physicalNetwork };
  return networkType !== null && TUNNELS.includes(networkType) ? { kind: 'tunnel' } : undefined;
}
