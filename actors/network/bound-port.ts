import { deviceVnicType } from '../../drivers/networks.ts';
import type { Reader } from '../../runtime/store.ts';
import type { BoundAddress, BoundPort } from './protocol.ts';
import { portResourceGroups } from './resource-groups.ts';
import { networkTable, type PortRow, subnetTable } from './row.ts';
import { uplinkOf } from './uplink.ts';

/** A port as compute is told of it. */
export function boundPort(rows: Reader, row: PortRow): BoundPort {
  const network = networkTable.read(rows, row.networkId);
  const uplink = uplinkOf(network);
  const resourceGroups = portResourceGroups(rows, row, network);
  const fixedIps: BoundAddress[] = [];
  for (const { subnetId, address } of row.fixedIps) {
    const subnet = subnetTable.read(rows, subnetId);
    if (!subnet) continue;
    const { version, gateway, dnsServers, cidr } = subnet;
    const prefixLength = Number(cidr.slice(cidr.indexOf('/') + 1));
    fixedIps.push({ subnetId, address, version, prefixLength, gateway, dnsServers });
  }
  return {
    portId: row.id,
    networkId: row.networkId,
    networkName: network?.name ?? '',
    macAddress: row.macAddress,
    mtu: network?.mtu ?? 0,
    fixedIps,
    ...(row.binding?.tag === undefined ? {} : { tag: row.binding.tag }),
    preserveOnDelete: !row.binding?.made,
    vnicType: row.vnicType,
    ...(deviceVnicType(row.vnicType) && { physicalNetwork: network?.provider?.physicalNetwork ?? null }),
    ...(uplink && { uplink }),
    ...(resourceGroups.length > 0 && { resourceGroups }),
    securityGroups: row.securityGroups,
  };
}
