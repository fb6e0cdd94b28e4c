import type { HostInventory } from '../../drivers/hypervisor.ts';
import { compareKeys } from '../../runtime/key.ts';
import type { InventoryUnits } from '../scheduler/host-profiles.ts';
import { ALLOCATION_RATIOS, type AllocationRatios } from '../scheduler/ratios.ts';
import type { Inventories, Inventory } from './row.ts';

/** How much of an inventory may be taken in all. Placement: the whole part. */
export const capacityOf = ({ total, reserved, allocationRatio }: Inventory): number =>
  Math.trunc((total - reserved) * allocationRatio);

/** Whether one allocation may be so large, whatever is free. */
export const allowsAmount = ({ minUnit, maxUnit, stepSize }: Inventory, amount: number): boolean =>
  amount >= minUnit && amount <= maxUnit && amount % stepSize === 0;

/** Whether an allocation of this amount fits beside what is used. */
export const fits = (inventory: Inventory, used: number, amount: number): boolean =>
  allowsAmount(inventory, amount) && used + amount <= capacityOf(inventory);

const reported = (total: number, allocationRatio: number): Inventory => ({
  total,
  reserved: 0,
  minUnit: 1,
  maxUnit: total,
  stepSize: 1,
  allocationRatio,
});

/** Processors of NUMA cells that guests share, or that each has for itself; undefined: the host tells of no cells. */
const processors = (cells: HostInventory['numaCells'], kind: 'cpus' | 'pcpus'): number | undefined =>
  cells?.reduce((sum, cell) => sum + cell[kind].length, 0);

/** What a host reports, as inventories with these allocation ratios. A class of which it has nothing is left out. */
export function reportedInventories(
  { vcpus, memoryMib, diskGib, numaCells }: HostInventory,
  ratios: AllocationRatios = ALLOCATION_RATIOS,
): Inventories {
  const all: readonly (readonly [string, Inventory])[] = [
    ['VCPU', reported(processors(numaCells, 'cpus') ?? vcpus, ratios.vcpus)],
    ['PCPU', reported(processors(numaCells, 'pcpus') ?? 0, 1)],
    ['MEMORY_MB', reported(memoryMib, ratios.memoryMib)],
    ['DISK_GB', reported(diskGib, ratios.diskGib)],
  ];
  return Object.fromEntries(all.filter(([, { total }]) => total > 0));
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
