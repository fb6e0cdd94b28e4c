import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address as a number: 32 bits of IPv4 or 128 of IPv6. */
export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** An address range of a power of two. */
export interface Cidr {
  readonly version: 4 | 6;
  readonly base: bigint;
  readonly prefixLength: number;
  /** How many addresses it has. */
  readonly size: bigint;
  /** In the usual form, such as `10.0.0.0/16` or `fd00::/64`. */
  readonly text: string;
}

const bitsOf = (version: 4 | 6): 32 | 128 => (version === 4 ? 32 : 128);

/** Reads an address: IPv4 as four decimal parts, IPv6 without a zone; null for anything else. */
export function parseAddress(text: string): Address | null {
  const version = isIPv4(text) ? 4 : isIPv6(text) && !text.includes('%') ? 6 : null;
  if (version === null) return null;
  if (version === 4) return { version, value: BigInt(ipv4Value(text)) };
  let value = 0n;
  for (const byte of ipaddr.parse(text).toByteArray()) value = (value << 8n) | BigInt(byte);
  return { version, value };
}

/** The number of an IPv4 address that is known to be one. */
export function ipv4Value(text: string): number {
  let [value, part] = [0, 0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) [value, part] = [value * 256 + part, 0];
    else part = part * 10 + code - 48;
  }
  return value * 256 + part;
}

/** The usual form of an address (IPv6: RFC 5952). */
export function addressText(version: 4 | 6, value: bigint): string {
  if (version === 4) return ipv4Text(Number(value));
  const bytes: number[] = [];
  for (let shift = 120n; shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}

/** An IPv4 address as four decimal parts. */
export const ipv4Text = (value: number): string =>
  `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** Reads a range; null when it is none. Host bits may be set: `text` then is the range that was meant. */
export function parseCidr(text: string): Cidr | null {
  const parts = /^([0-9A-Fa-f:.]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = parts?.[1] === undefined ? null : parseAddress(parts[1]);
  if (!address) return null;
  const { version } = address;
  const prefixLength = Number(parts?.[2]);
  const bits = bitsOf(version);
  if (prefixLength > bits) return null;
  const size = 1n << BigInt(bits - prefixLength);
  const base = address.value - (address.value % size);
  return { version, base, prefixLength, size, text: `${addressText(version, base)}/${prefixLength}` };
}

/** Whether an address lies in a range. */
export const contains = (range: Cidr, address: Address): boolean =>
  address.version === range.version && address.value >= range.base && address.value < range.base + range.size;

/** Whether two ranges share an address. */
export const overlap = (a: Cidr, b: Cidr): boolean =>
  a.version === b.version && a.base < b.base + b.size && b.base < a.base + a.size;

/** Whether an address of a range may belong to a port: not the network's own, nor the broadcast address of IPv4. */
export function isHostOffset(range: Cidr, offset: bigint): boolean {
  if (offset < 0n || offset >= range.size) return false;
  if (range.version === 6) return range.size === 1n || offset > 0n;
  return range.prefixLength > 30 || (offset > 0n && offset < range.size - 1n);
}
