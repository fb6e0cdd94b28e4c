import { failed, ok, type Result } from '../../runtime/result.ts';
import { addressText, type Cidr, contains, isHostOffset, parseAddress } from './addresses.ts';
import type { NetworkError } from './errors.ts';

/** A range of addresses, both ends included. */
interface AddressPool {
  readonly start: string;
  readonly end: string;
}

/** The whole range but for the addresses that no station can have, and the gateway. */
export function defaultPools(range: Cidr, gateway: string | null): readonly AddressPool[] {
  const last = range.base + range.size - 1n;
  const start = isHostOffset(range, 0n) ? range.base : range.base + 1n;
  const end = isHostOffset(range, range.size - 1n) ? last : last - 1n;
  const at = gateway === null ? null : (parseAddress(gateway)?.value ?? null);
  const parts: [bigint, bigint][] =
    at === null || at < start || at > end
      ? [[start, end]]
      : [
          [start, at - 1n],
          [at + 1n, end],
        ];
  return parts
    .filter(([first, final]) => first <= final)
    .map(([first, final]) => ({ start: addressText(range.version, first), end: addressText(range.version, final) }));
}

/** Pools from outside, in order and in the usual form: inside of the range, apart from each other and from the gateway. */
export function chosenPools(
  range: Cidr,
  wanted: readonly AddressPool[],
  gateway: string | null,
): Result<readonly AddressPool[], NetworkError> {
  const parts: { readonly first: bigint; readonly final: bigint }[] = [];
  for (const { start, end } of wanted) {
    const [first, final] = [parseAddress(start), parseAddress(end)];
    const pool = `${start}-${end}`;
    if (!first || !final) {
      const reason = `Invalid input for allocation_pools. Reason: '${pool}' is not a range of IP addresses.`;
      return failed({ code: 'InvalidInput', reason });
    }
    if (!contains(range, first) || !contains(range, final) || first.value > final.value) {
      return failed({ code: 'PoolOutside', pool, cidr: range.text });
    }
    const ends = [first.value - range.base, final.value - range.base];
    if (!ends.every((offset) => isHostOffset(range, offset))) {
      return failed({ code: 'PoolOutside', pool, cidr: range.text });
    }
    if (first.value - range.base > Number.MAX_SAFE_INTEGER) {
      const reason = `Invalid input for allocation_pools. Reason: '${pool}' starts beyond the first ${Number.MAX_SAFE_INTEGER} addresses of the subnet.`;
      return failed({ code: 'InvalidInput', reason });
    }
    const at = gateway === null ? null : parseAddress(gateway)?.value;
    if (gateway !== null && at !== undefined && at !== null && at >= first.value && at <= final.value) {
      return failed({ code: 'GatewayInPool', gateway, pool });
    }
    parts.push({ first: first.value, final: final.value });
  }
  parts.sort((a, b) => (a.first < b.first ? -1 : 1));
  const texts = parts.map(({ first, final }) => ({
    start: addressText(range.version, first),
    end: addressText(range.version, final),
  }));
  for (let index = 1; index < parts.length; index++) {
    const [before, after] = [parts[index - 1], parts[index]];
    if (!before || !after || before.final < after.first) continue;
    const pools = texts.slice(index - 1, index + 1).map(({ start, end }) => `${start}-${end}`);
    return failed({ code: 'PoolsOverlap', pools: pools.join(', '), cidr: range.text });
  }
  return ok(texts);
}
