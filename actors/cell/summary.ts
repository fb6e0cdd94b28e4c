import type { CellSummary } from '../cell-mapping/row.ts';
import { capacityOf } from '../placement/inventory.ts';
import type { ResourceColumn } from '../scheduler/resource-column.ts';
import type { CellState } from './handle.ts';

const CLASSES = [
  ['vcpus', 'VCPU'],
  ['memoryMib', 'MEMORY_MB'],
  ['diskGib', 'DISK_GB'],
] as const;

/**
 * What a cell has left: what choosing among cells goes by. A host that takes nothing new does not count; what is below hosts, or
 * shares with them, does.
 */
export function summaryOf({ hosts: table }: CellState): Omit<CellSummary, 'cell' | 'atMs'> {
  const free = { vcpus: 0, memoryMib: 0, diskGib: 0 };
  const largest = { vcpus: 0, memoryMib: 0, diskGib: 0 };
  const zones = new Set<string>();
  let hosts = 0;
  const leftOf = ({ capacity, used }: ResourceColumn, row: number): number =>
    Math.max(0, (capacity[row] ?? 0) - (used[row] ?? 0));
  for (let row = 0; row < table.end; row++) {
    if (table.profile(row) < 0) continue;
    const { available, zone } = table.facts(row);
    if (!available) continue;
    hosts++;
    zones.add(zone);
    const left = {
      vcpus: leftOf(table.vcpu, row),
      memoryMib: leftOf(table.memoryMb, row),
      diskGib: leftOf(table.diskGb, row),
    };
    for (const name of ['vcpus', 'memoryMib', 'diskGib'] as const) {
      free[name] += left[name];
      largest[name] = Math.max(largest[name], left[name]);
    }
  }
  if (hosts > 0)
    for (const { id, inventories } of table.trees.providers())
      for (const [name, resourceClass] of CLASSES) {
        const inventory = inventories[resourceClass];
        const left = inventory ? Math.max(0, capacityOf(inventory) - table.trees.used(id, resourceClass)) : 0;
        free[name] += left;
        largest[name] = Math.max(largest[name], left);
      }
  return { hosts, free, largest, zones: [...zones].sort() };
}
