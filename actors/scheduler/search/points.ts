import type { HostTable } from '../host-table.ts';
import { WEIGHT_COLUMNS } from '../weight-columns.ts';
import { LEAF_SIZE, type Points } from './arrange.ts';
import { ROOMS } from './boxes.ts';
import type { HostIndex } from './host-index.ts';

/** The value of a column as the table has it. */
export function readColumn(table: HostTable, row: number, column: number): number {
  switch (column) {
    case 0:
      return table.vcpu.room(row);
    case 1:
      return table.memoryMb.room(row);
    case 2:
      return table.diskGb.room(row);
    default:
      return table.weight(WEIGHT_COLUMNS[column - ROOMS] ?? 'instances', row);
  }
}

/** The columns of hosts, and their sums along the reference used last. `isBuilt`: the index has most of them already. */
export function pointsOf(rows: ArrayLike<number>, index: HostIndex, isBuilt: boolean): Points {
  const { columns, references, table } = index;
  const width = columns + 1;
  const values = new Float64Array(rows.length * width);
  const [latest] = references.filter(({ isUsed }) => isUsed).sort((a, b) => b.lastUse - a.lastUse);
  const sumsFrom = latest ? references.indexOf(latest) * index.rowAt.length : -1;
  for (let host = 0; host < rows.length; host++) {
    const row = rows[host] ?? 0;
    const slot = isBuilt ? index.slotOf(row) : -1;
    const at = host * width;
    const place = slot % LEAF_SIZE;
    const from = (slot - place) * columns + place;
    for (let column = 0; column < columns; column++) {
      values[at + column] = slot < 0 ? readColumn(table, row, column) : (index.values[from + column * LEAF_SIZE] ?? 0);
    }
    if (sumsFrom >= 0 && slot >= 0) values[at + columns] = index.sums[sumsFrom + slot] ?? 0;
  }
  return { values, width };
}
