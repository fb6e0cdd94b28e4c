import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(?=\d{1,3}(?:\.\d{1,3}){3}$)/i;
const GROUPS = 8;
/** An IPv6 client has a network of its own of so many groups of 16 bits, and takes any address of it. */
const NETWORK_GROUPS = 4;

/**
 * Where a request comes from, as far as a client cannot choose it: an IPv4 address, or the network of 64 bits of an IPv6 address.
 * `forwarded` is the header X-Forwarded-For where a proxy of ours stands before: its last entry is the proxy's own word, all before
 * are the client's. Null: it cannot be told.
 */
export function clientAddress(peer: string | undefined, forwarded?: string): string | null {
  const own = peer === undefined ? '' : networkOf(peer);
  const told = networkOf(forwarded?.split(',').at(-1)?.trim() ?? '');
  // The peer stays part of it: who comes past the proxy and says another's address does not use up what that one has.
  return told !== '' ? `${own} ${told}` : own === '' ? null : own;
}

/** Empty: it is no address. */
function networkOf(text: string): string {
  const address = text.replace(MAPPED, '');
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return '';
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array.from({ length: Math.max(0, GROUPS - left.length - right.length) }, () => 0);
  const network = [...left, ...zeros, ...right].slice(0, NETWORK_GROUPS);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The groups of a part of an address; an IPv4 address at its end is two, which are not told apart. */
const groupsOf = (part: string): readonly number[] =>
  part === '' ? [] : part.split(':').flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]));
