import type { Context } from '../../runtime/context.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { NetworkError } from './errors.ts';
import { macText, newMac } from './mac-addresses.ts';
import { takeAddresses } from './port-addresses.ts';
import type { WantedIp } from './protocol.ts';
import { type FixedIp, type PortRow, portTable } from './row.ts';
import { addPort, type NetworkServiceState, type NetworkState, removePort } from './state.ts';
import { addressAt, type SubnetState } from './subnet-state.ts';

/** What a port of a router or a floating IP is made of. */
interface ServicePort {
  /** Empty for what no project is shown. */
  readonly projectId: string;
  readonly deviceId: string;
  readonly deviceOwner: string;
  /** Addresses; `gateway of` a subnet: the one that its guests take for their router. */
  readonly addresses: readonly WantedIp[] | undefined | { readonly gatewayOf: SubnetState };
}

/** The gateway address of a subnet, taken. */
function takeGateway(subnet: SubnetState): Result<readonly FixedIp[], NetworkError> {
  const { gatewayOffset, row } = subnet;
  if (gatewayOffset === null) {
    return failed({ code: 'RouterSubnetInvalid', reason: 'Subnet for router interface must have a gateway IP' });
  }
  const address = addressAt(subnet, gatewayOffset);
  return subnet.allocator.claim(gatewayOffset)
    ? ok([{ subnetId: row.id, address }])
    : failed({ code: 'FixedIpInUse', address });
}

/** Makes a port for a router or a floating IP. Does not count against what a project may have. */
export function makeServicePort(
  state: NetworkServiceState,
  network: NetworkState,
  { addresses, ...owner }: ServicePort,
  ctx: Context,
): Result<PortRow, NetworkError> {
  const mac = newMac(network.macs, ctx.random());
  if (mac === null) return failed({ code: 'NoMoreAddresses', networkId: network.row.id });
  const taken =
    addresses !== undefined && 'gatewayOf' in addresses
      ? takeGateway(addresses.gatewayOf)
      : takeAddresses(network, mac, addresses);
  if (!taken.ok) return taken;
  network.macs.add(mac);
  const row: PortRow = {
    ...owner,
    id: ctx.newId(),
    name: '',
    description: '',
    tags: [],
    networkId: network.row.id,
    adminStateUp: true,
    macAddress: macText(mac),
    fixedIps: taken.value,
    host: '',
    securityGroups: [],
    vnicType: 'normal',
    binding: null,
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  ctx.put(portTable, row.id, row);
  addPort(state, row);
  return ok(row);
}

/** Removes the port of a router or a floating IP; harmless when it is gone. */
export function removeServicePort(state: NetworkServiceState, portId: string, ctx: Context): void {
  const row = portTable.read(ctx.rows, portId);
  if (!row) return;
  removePort(state, row);
  ctx.put(portTable, portId, undefined);
}
