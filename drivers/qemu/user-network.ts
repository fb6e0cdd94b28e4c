import type { GuestNic } from '../hypervisor.ts';

/** Bits of an IPv4 address as a number. */
const toNumber = (address: string): number => address.split('.').reduce((value, part) => value * 256 + Number(part), 0);

const toText = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** QEMU's network of a guest's own, as its `-netdev` argument, and as what the monitor's `netdev_add` takes. */
export interface UserNetwork {
  readonly netdev: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What QEMU is told to forward: a port on 127.0.0.1 to the port 22 of the guest. */
export const forwardingRule = (hostPort: number, guestAddress: string): string =>
  `tcp:127.0.0.1:${hostPort}-${guestAddress}:22`;

/** The IPv4 address by which a guest is reached through a card; undefined: it has none. */
export const ownAddress = ({ addresses }: GuestNic): string | undefined =>
  addresses.find(({ version }) => version === 4)?.address;

/** The addresses of QEMU in the network of a card; none where that has no IPv4 address. */
function addressOptions(nic: GuestNic): Readonly<Record<string, string>> {
  const own = nic.addresses.find((address) => address.version === 4);
  if (own === undefined) return {};
  const guest = toNumber(own.address);
  const prefix = Math.min(Math.max(own.prefixLength, 4), 29);
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
  return { net: `${toText(network)}/${prefix}`, host: toText(host), dns: toText(dns), dhcpstart: own.address };
}

/**
 * The network of a card. `restrict=on`: without it the guest reaches the host's loopback and whatever
 * answers on 169.254.169.254 there. DHCP offers the address of the spec, for guests that do not read the config drive.
 * QEMU wants three different addresses in the network (host, name server, guest) and takes none larger than /4, so a network
 * smaller than /29 is made that large on QEMU's side, and one larger than /4 that small; the guest's own mask comes by the config drive. IPv6 is off: with it QEMU would
 * advertise a prefix that is not the guest's. `hostPort`: what leads to the guest through this card; null: nothing.
 */
export function userNetwork(id: string, nic: GuestNic, hostPort: number | null): UserNetwork {
  const addresses = addressOptions(nic);
  const own = ownAddress(nic);
  const rule = own === undefined || hostPort === null ? null : forwardingRule(hostPort, own);
  const fields = Object.entries(addresses).map(([name, value]) => `,${name}=${value}`);
  return {
    netdev: `user,id=${id},restrict=on,ipv6=off${fields.join('')}${rule === null ? '' : `,hostfwd=${rule}`}`,
    options: {
      type: 'user',
      id,
      restrict: true,
      ipv6: false,
      ...addresses,
      ...(rule === null ? {} : { hostfwd: [{ str: rule }] }),
    },
  };
}
