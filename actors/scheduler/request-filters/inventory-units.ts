import type { ClaimRequest } from '../../cell/protocol.ts';
import type { Filter } from '../filter.ts';
import type { InventoryUnits } from '../host-profiles.ts';
import type { HostTable } from '../host-table.ts';

/** Amounts of a class that the request takes of one provider each. */
const amountsOf = ({ demand, resources }: ClaimRequest, name: string): readonly number[] => {
  const plain: Readonly<Record<string, number>> = {
    VCPU: demand.vcpus,
    MEMORY_MB: demand.memoryMib,
    DISK_GB: demand.diskGib,
  };
  const amount = plain[name] ?? resources?.[name] ?? 0;
  return amount === 0 ? [] : [amount];
};

const isAllowed = (request: ClaimRequest, { name, minUnit, stepSize }: InventoryUnits): boolean =>
  amountsOf(request, name).every((amount) => amount >= minUnit && amount % stepSize === 0);

const refusedBy = (request: ClaimRequest, hosts: HostTable, row: number): readonly InventoryUnits[] =>
  (hosts.facts(row).units ?? []).filter((units) => !isAllowed(request, units));

/** Keeps hosts whose inventories are given away in the amounts that are asked for (`min_unit`, `step_size`). Nova asks placement. */
export const inventoryUnits = (): Filter => ({
  name: 'inventory_units',
  asks: 'facts',
  compile: (request, hosts) =>
    // Where a host has other providers, its own inventory alone does not refuse it: `provider_trees` looks at all of them.
    request.isRebuild || !hosts.profiles.haveUnits || hosts.trees.queryOf(request) !== undefined
      ? undefined
      : (row) => refusedBy(request, hosts, row).length === 0,
  reason: (request, hosts, row) =>
    refusedBy(request, hosts, row)
      .map(({ name, minUnit, stepSize }) => `gives ${name} away from ${minUnit} on, in steps of ${stepSize}`)
      .join(', '),
});
