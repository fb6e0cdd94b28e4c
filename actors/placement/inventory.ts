import type { HostInventory } from '../../drivers/hypervisor.ts';
import { compareKeys } from '../../runtime/key.ts';
import type { HostAggregate } from '../scheduler/aggregates.ts';
import type { InventoryUnits } from '../scheduler/host-profiles.ts';
import { ALLOCATION_RATIOS, type AllocationRatios, ratiosOf } from '../scheduler/ratios.ts';
import type { ClassInventory } from '../scheduler/resource-column.ts';
import type { Inventories, Inventory } from './row.ts';

/** The inventory of a class; a class may be named as something that every object has. */
export const inventoryIn = (inventories: Inventories, resourceClass: string): Inventory | undefined =>
  Object.hasOwn(inventories, resourceClass) ? inventories[resourceClass] : undefined;

/** How much of an inventory may be taken in all. Placement: the whole part. */
export const capacityOf = ({ total, reserved, allocationRatio }: ClassInventory): number =>
  Math.trunc((total - reserved) * allocationRatio);

/** Whether one allocation may be so large, whatever is free. */
export const allowsAmount = (
  { total, minUnit = 1, maxUnit = total, stepSize = 1 }: ClassInventory,
  amount: number,
): boolean => amount >= minUnit && amount <= maxUnit && amount % stepSize === 0;

/** Whether an allocation of this amount fits beside what is used. */
export const fits = (inventory: ClassInventory, used: number, amount: number): boolean =>
  allowsAmount(inventory, amount) && used + amount <= capacityOf(inventory);

const reported = (total: number, allocationRatio: number, reserved = 0): Inventory => ({
  total,
  reserved: Math.min(reserved, total),
  minUnit: 1,
  maxUnit: total,
  stepSize: 1,
  allocationRatio,
});

/** Processors of NUMA cells that guests share, or that each has for itself; undefined: the host tells of no cells. */
const processors = (cells: HostInventory['numaCells'], kind: 'cpus' | 'pcpus'): number | undefined =>
  cells?.reduce((sum, cell) => sum + cell[kind].length, 0);

/** What a host reports, as inventories with these allocation ratios. A class of which it has nothing is left out. */
function reportedInventories(
  { vcpus, memoryMib, diskGib, numaCells, terms }: HostInventory,
  ratios: AllocationRatios = ALLOCATION_RATIOS,
): Inventories {
  const { reserved } = terms ?? {};
  const all: readonly (readonly [string, Inventory])[] = [
    ['VCPU', reported(processors(numaCells, 'cpus') ?? vcpus, ratios.vcpus, reserved?.vcpus)],
    ['PCPU', reported(processors(numaCells, 'pcpus') ?? 0, 1)],
    ['MEMORY_MB', reported(memoryMib, ratios.memoryMib, reserved?.memoryMib)],
    ['DISK_GB', reported(diskGib, ratios.diskGib, reserved?.diskGib)],
  ];
  return Object.fromEntries(all.filter(([, { total }]) => total > 0));
}

/**
 * What a host has to give: what users of the Placement API have set (null: nothing), else what it reports, with the ratios of Nova's
 * aggregates that it is in. Ratios that its operator has fixed count more than either, as with nova-compute.
 */
export function inventoriesOfHost(
  inventory: HostInventory,
  changed: Inventories | null,
  aggregates: readonly Pick<HostAggregate, 'metadata'>[],
): Inventories {
  const { terms } = inventory;
  const inventories = changed ?? reportedInventories(inventory, ratiosOf(aggregates, terms));
  if (terms?.ratios === undefined) return inventories;
  const { vcpus, memoryMib, diskGib } = terms.ratios;
  const fixed = { ...inventories };
  for (const [name, allocationRatio] of [
    ['VCPU', vcpus],
    ['MEMORY_MB', memoryMib],
    ['DISK_GB', diskGib],
  ] as const) {
    const one = fixed[name];
    if (one !== undefined && allocationRatio !== undefined) fixed[name] = { ...one, allocationRatio };
  }
  return fixed;
}

/** The classes that are not given away in any amount, by name: what a filter of the scheduler looks at. */
export const unitsOf = (inventories: Inventories): readonly InventoryUnits[] =>
  Object.entries(inventories)
    .filter(([, { minUnit, stepSize }]) => minUnit > 1 || stepSize > 1)
    .map(([name, { minUnit, stepSize }]) => ({ name, minUnit, stepSize }))
    .sort((a, b) => compareKeys(a.name, b.name));

/**
 * Inventories that were changed by users, after the host has reported something else than before: totals follow the host,
 * what users set beside them stays. So does nova-compute when it looks at its host again.
 */
export function followReport(changed: Inventories, before: HostInventory, after: HostInventory): Inventories {
  const was = reportedInventories(before);
  const next = { ...changed };
  for (const [name, { total }] of Object.entries(reportedInventories(after))) {
    const held = changed[name];
    if (held === undefined || was[name]?.total === total) continue;
    next[name] = { ...held, total, maxUnit: held.maxUnit === was[name]?.maxUnit ? total : held.maxUnit };
  }
  return next;
}
