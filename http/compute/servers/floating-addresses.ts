import { floatingIpTable, floatingUseTable } from '../../../actors/network/row.ts';
import type { Reader } from '../../../runtime/store.ts';

/** The floating addresses that lead to a port. */
export type FloatingAddresses = (portId: string) => readonly string[];

const NONE: readonly string[] = [];
const nowhere: FloatingAddresses = () => NONE;

/** How a port's floating addresses are found. One row says whether there are any at all, so that most lists look for none. */
export function floatingAddresses(reader: Reader): FloatingAddresses {
  if ((floatingUseTable.read(reader, 'main')?.ports ?? 0) === 0) return nowhere;
  return (portId) =>
    [...floatingIpTable.ids(reader, 'port', [portId])].flatMap((id) => floatingIpTable.read(reader, id)?.address ?? []);
}

/** The floating addresses of ports as a text that tells two answers apart; empty when there are none. */
export const floatingKey = (of: FloatingAddresses, ports: readonly { readonly portId: string }[]): string =>
  of === nowhere ? '' : ports.flatMap(({ portId }) => of(portId)).join();
