import type { Reader } from '../../runtime/store.ts';
import { changedHost, changedHosts, takenOfHosts } from '../placement/hosts.ts';
import { inventoriesOfHost, unitsOf } from '../placement/inventory.ts';
import type { ProviderRow } from '../placement/row.ts';
import { HostTable, type TableHost } from '../scheduler/host-table.ts';
import { traitsOf } from '../scheduler/reported-traits.ts';
import { readAggregates } from './aggregates.ts';
import { readProviders } from './known-providers.ts';
import { allocations, type HostResources, hostResources } from './row.ts';

/** The hosts of a cell with all that is taken of them, from its rows. */
export function readHosts(cell: string, rows: Reader): HostTable {
  const hosts = new HostTable();
  readAggregates(cell, hosts.aggregates, rows);
  const changed = changedHosts(rows);
  for (const resources of hostResources.scan(rows))
    if (resources.cell === cell) {
      hosts.set(tableHost(resources, changed.get(resources.host), hosts));
      if (resources.failedBuilds) hosts.setCounter('failedBuilds', resources.host, resources.failedBuilds);
    }
  for (const { host, resources } of takenOfHosts(rows)) hosts.useAmounts(host, resources, 1);
  readProviders(hosts, rows);
  for (const allocation of allocations.scan(rows)) {
    hosts.use(allocation.host, allocation, 1);
    hosts.groups.count(allocation.groupId, allocation.host, 1);
  }
  return hosts;
}

/** Takes over into the table what rows say of a host; what is taken of it stays. */
export function refreshHost(hosts: HostTable, host: string, rows: Reader): void {
  const resources = hostResources.read(rows, host);
  if (resources) hosts.set(tableHost(resources, changedHost(rows, host), hosts));
}

function tableHost(resources: HostResources, changed: ProviderRow | undefined, hosts: HostTable): TableHost {
  const { host, zone, available, inventory } = resources;
  const { hypervisorType, hypervisorVersion, hypervisorHostname, hostIp, cpuArchitecture, cpuModel } = inventory;
  const aggregates = hosts.aggregates.of(host);
  const traits = traitsOf(inventory, changed?.traits);
  const inventories = inventoriesOfHost(inventory, changed?.inventories ?? null, aggregates);
  const units = unitsOf(inventories);
  return {
    name: host,
    facts: {
      available,
      zone,
      aggregates,
      hypervisorType,
      hypervisorVersion,
      cpuArchitecture,
      cpuModel,
      traits,
      ...(inventory.cpuFeatures ? { cpuFeatures: inventory.cpuFeatures } : {}),
      ...(units.length === 0 ? {} : { units }),
    },
    inventories,
    hypervisorHostname,
    hostIp,
    ...(inventory.numaCells ? { numaCells: inventory.numaCells } : {}),
    ...(inventory.pciDevices ? { pciDevices: inventory.pciDevices } : {}),
  };
}
