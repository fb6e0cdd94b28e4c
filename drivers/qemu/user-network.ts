import type { GuestNic } from '../hypervisor.ts';

/** Bits of an IPv4 address as a number. */
const toNumber = (address: string): number => address.split('.').reduce((value, part) => value * 256 + Number(part), 0);

const toText = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** QEMU's network of a guest's own: its netdev argument, and whether the forwarded port leads through it. */
export interface UserNetwork {
  readonly netdev: string;
  readonly forwards: boolean;
}

/**
 * The `-netdev user` argument of a NIC. `restrict=on`: without it the guest reaches the host's loopback and whatever
 * answers on 169.254.169.254 there. DHCP offers the address of the spec, for guests that do not read the config drive.
 * QEMU wants three different addresses in the network (host, name server, guest), so a network smaller than /29 is
 * made that large on QEMU's side; the guest's own mask comes by the config drive. IPv6 is off: with it QEMU would
 * advertise a prefix that is not the guest's.
 */
export function userNetwork(id: string, nic: GuestNic, hostPort: number | null): UserNetwork {
  const own = nic.addresses.find((address) => address.version === 4);
  const base = `user,id=${id},restrict=on,ipv6=off`;
  if (own === undefined) return { netdev: base, forwards: false };

  const guest = toNumber(own.address);
  const prefix = Math.min(own.prefixLength, 29);
  const size = 2 ** (32 - prefix);
  const network = guest - (guest % size);
  const isInside = (value: number) => value > network && value < network + size - 1;
  const wanted = own.gateway === null ? null : toNumber(own.gateway);
  const free = (taken: readonly number[]) => {
    let candidate = network + 1;
    while (taken.includes(candidate)) candidate += 1;
    return candidate;
  };
  const host = wanted !== null && wanted !== guest && isInside(wanted) ? wanted : free([guest]);
  const dns = free([guest, host]);
  const forward = hostPort === null ? '' : `,hostfwd=tcp:127.0.0.1:${hostPort}-${own.address}:22`;
  return {
    netdev: `${base},net=${toText(network)}/${prefix},host=${toText(host)},dns=${toText(dns)},dhcpstart=${own.address}${forward}`,
    forwards: hostPort !== null,
  };
}
