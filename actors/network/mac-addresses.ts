/** The vendor part of addresses that are made here: the one that Neutron uses by default, `fa:16:3e`. */
const VENDOR = 0xfa163e * 2 ** 24;

/** Reads six pairs of hexadecimal digits; null when it is no address of one station. */
export function parseMac(text: string): number | null {
  if (!/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/.test(text)) return null;
  const value = Number.parseInt(text.replaceAll(':', ''), 16);
  const isGroup = Math.floor(value / 2 ** 40) % 2 === 1;
  return isGroup || value === 0 ? null : value;
}

/** The number of an address in its usual form: one that a row names, so that it is not checked again. */
export function macValue(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 58) value = value * 16 + (code < 58 ? code - 48 : code - 87);
  }
  return value;
}

/** The usual form, in lower case. */
export function macText(value: number): string {
  const hex = value.toString(16).padStart(12, '0');
  return `${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}:${hex.slice(8, 10)}:${hex.slice(10)}`;
}

/** A new address, unlike all that are taken; null when all 16,777,216 are. `fraction` is a random number in [0, 1). */
export function newMac(taken: ReadonlySet<number>, fraction: number): number | null {
  if (taken.size >= 2 ** 24) return null;
  let low = Math.floor(fraction * 2 ** 24);
  while (taken.has(VENDOR + low)) low = (low + 1) % 2 ** 24;
  return VENDOR + low;
}

/** The lower half of the IPv6 address that a station gives itself (modified EUI-64, RFC 4291 appendix A). */
export function interfaceId(mac: number): bigint {
  const value = BigInt(mac);
  const [high, low] = [value >> 24n, value & 0xffffffn];
  return ((high << 40n) | (0xfffen << 24n) | low) ^ (1n << 57n);
}
