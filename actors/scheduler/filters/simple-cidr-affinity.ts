import { BlockList, isIP } from 'node:net';
import type { SchedulerHints } from '../../cell/protocol.ts';
import type { Filter } from '../filter.ts';

/** The network of the hints `build_near_host_ip` and `cidr`; undefined: no hint, null: it is none. */
function networkOf(hints: SchedulerHints | undefined): BlockList | null | undefined {
  const [address] = hints?.['build_near_host_ip'] ?? [];
  if (address === undefined) return undefined;
  const family = isIP(address);
  const [, length] = /^\/(\d{1,3})$/.exec(hints?.['cidr']?.[0] ?? '/24') ?? [];
  if (family === 0 || length === undefined || Number(length) > (family === 4 ? 32 : 128)) return null;
  const network = new BlockList();
  network.addSubnet(address, Number(length), family === 4 ? 'ipv4' : 'ipv6');
  return network;
}

const isIn = (network: BlockList, address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && network.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

/** Keeps hosts whose address is in the network of the hints. Nova: `scheduler/filters/affinity_filter.py`. */
export const simpleCidrAffinityFilter = (): Filter => ({
  name: 'SimpleCIDRAffinityFilter',
  compile({ hints }, hosts) {
    const network = networkOf(hints);
    if (network === undefined) return undefined;
    return (row) => network !== null && isIn(network, hosts.host(row)?.hostIp ?? '');
  },
  reason({ hints }, hosts, row) {
    const asked = `${hints?.['build_near_host_ip']?.[0] ?? ''}${hints?.['cidr']?.[0] ?? '/24'}`;
    return `its address ${hosts.host(row)?.hostIp ?? ''} is not in ${asked}`;
  },
});
