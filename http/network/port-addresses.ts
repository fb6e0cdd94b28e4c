import type { NetworkRow } from '../../actors/network/row.ts';
import { type Answer, forbidden } from './faults.ts';
import { type NetworkRequest, owns } from './request.ts';

/** What a port is to be called by on its network. */
interface AddressWishes {
  readonly mac_address?: string | undefined;
  readonly fixed_ips?: readonly { readonly ip_address?: string | undefined }[] | undefined;
}

/**
 * The refusal of addresses that are not for the caller to choose; null when they are. The owner of the network and
 * administrators choose them; others let it give them what is free, of a subnet that they name when they make the port.
 * The MAC address of a port that is there is changed by administrators only. Neutron: conf/policies/port.py.
 */
export function addressRefusal(
  request: NetworkRequest,
  { mac_address: mac, fixed_ips: fixedIps }: AddressWishes,
  network: NetworkRow | undefined,
  rule: 'create_port' | 'update_port',
): Answer | null {
  const isOwner = network !== undefined && owns(request, network.projectId);
  const mayNameMac = rule === 'create_port' ? isOwner : request.caller.isAdmin;
  if (mac !== undefined && !mayNameMac) return forbidden(`${rule}:mac_address`);
  if (fixedIps === undefined || isOwner) return null;
  if (fixedIps.some(({ ip_address: address }) => address !== undefined)) {
    return forbidden(`${rule}:fixed_ips:ip_address`);
  }
  return rule === 'create_port' ? null : forbidden('update_port:fixed_ips');
}
