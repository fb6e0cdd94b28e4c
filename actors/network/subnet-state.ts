import { addressText, type Cidr, ipv4Text, ipv4Value, isHostOffset, parseAddress, parseCidr } from './addresses.ts';
import { AddressAllocator, type Offset, type Pool } from './allocator.ts';
import { interfaceId } from './mac-addresses.ts';
import type { SubnetRow } from './row.ts';

/** A subnet in memory: its row, and which of its addresses are taken. */
export interface SubnetState {
  row: SubnetRow;
  readonly range: Cidr;
  readonly gatewayOffset: Offset | null;
  readonly allocator: AddressAllocator;
  /** Whether guests make their addresses of their MAC address themselves (SLAAC), so that none is chosen here. */
  readonly automatic: boolean;
}

const asOffset = (offset: bigint): Offset => (offset <= Number.MAX_SAFE_INTEGER ? Number(offset) : offset);

/** The place of an address in a range; null when it is not in it. */
export function offsetIn(range: Cidr, text: string): Offset | null {
  const address = parseAddress(text);
  if (!address || address.version !== range.version) return null;
  const offset = address.value - range.base;
  return offset < 0n || offset >= range.size ? null : asOffset(offset);
}

/** The memory of a subnet, with the addresses in `taken` not free. */
export function subnetState(row: SubnetRow, taken: Iterable<Offset> = []): SubnetState {
  const range = parseCidr(row.cidr);
  if (!range) throw new Error(`The stored subnet ${row.id} has no range.`);
  const pools: Pool[] = [];
  for (const { start, end } of row.pools) {
    const [first, last] = [offsetIn(range, start), offsetIn(range, end)];
    if (typeof first !== 'number' || last === null) continue;
    pools.push({ first, last: typeof last === 'number' ? last : Number.MAX_SAFE_INTEGER });
  }
  const allocator = new AddressAllocator(pools);
  for (const offset of taken) allocator.claim(offset);
  const gatewayOffset = row.gateway === null ? null : offsetIn(range, row.gateway);
  const automatic = row.ipv6AddressMode === 'slaac' || row.ipv6AddressMode === 'dhcpv6-stateless';
  return { row, range, gatewayOffset, allocator, automatic };
}

/** The address at a place of a subnet. */
export const addressAt = ({ range }: SubnetState, offset: Offset): string =>
  range.version === 4 ? ipv4Text(Number(range.base) + Number(offset)) : addressText(6, range.base + BigInt(offset));

/** The place of an address that a port may have; null when the subnet has no such address, or it is the gateway's and `gatewayToo` is false. */
export function portOffset(subnet: SubnetState, text: string, gatewayToo: boolean): Offset | null {
  const offset = offsetIn(subnet.range, text);
  if (offset === null || (!gatewayToo && offset === subnet.gatewayOffset)) return null;
  return isHostOffset(subnet.range, BigInt(offset)) ? offset : null;
}

/** Takes the next address; of a subnet whose guests choose theirs, the one that a guest with this MAC address chooses. */
export function takeAddress(subnet: SubnetState, mac: number): Offset | null {
  if (!subnet.automatic) return subnet.allocator.allocate();
  const offset = asOffset(interfaceId(mac));
  return subnet.allocator.claim(offset) ? offset : null;
}

/** Gives an address of a port back: one that the subnet's own rows name, so that it is not checked again. */
export function releaseAddress(subnet: SubnetState, text: string): void {
  const { range } = subnet;
  const offset = range.version === 4 ? ipv4Value(text) - Number(range.base) : offsetIn(range, text);
  if (offset !== null) subnet.allocator.release(offset);
}
