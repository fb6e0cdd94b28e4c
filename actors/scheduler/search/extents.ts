import { WEIGHT_COLUMNS } from '../weight-columns.ts';
import { LEAF_SIZE } from './arrange.ts';
import { ROOMS } from './boxes.ts';

/** The column of the weight that is a room without its limit for one instance, by room. */
export const WEIGHT_OF_ROOM = (['freeVcpus', 'freeMemoryMib', 'freeDiskGib'] as const).map(
  (column) => ROOMS + WEIGHT_COLUMNS.indexOf(column),
);

/** Bounds of what the columns have been for any host since all hosts were arranged: they only ever become wider. */
export class Extents {
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  /** By room: the least by which the weight column that belongs to it has been above it. */
  readonly spareMin = new Float64Array(ROOMS);

  constructor(columns: number) {
    this.lowest = new Float64Array(columns);
    this.highest = new Float64Array(columns);
  }

  reset(): void {
    this.spareMin.fill(Number.POSITIVE_INFINITY);
    this.lowest.fill(Number.POSITIVE_INFINITY);
    this.highest.fill(Number.NEGATIVE_INFINITY);
  }

  widen(column: number, value: number): void {
    if (value < (this.lowest[column] ?? 0)) this.lowest[column] = value;
    if (value > (this.highest[column] ?? 0)) this.highest[column] = value;
  }

  /** Takes in a host whose first column is at `from`. */
  widenSpare(values: Float64Array, from: number): void {
    for (let room = 0; room < ROOMS; room++) {
      const weight = values[from + (WEIGHT_OF_ROOM[room] ?? 0) * LEAF_SIZE] ?? 0;
      const spare = weight - (values[from + room * LEAF_SIZE] ?? 0);
      if (spare < (this.spareMin[room] ?? 0)) this.spareMin[room] = spare;
    }
  }

  /** A bound for the greatest value of a column over all hosts, or (`sign` -1) for minus its least. */
  bound(column: number, sign: 1 | -1): number {
    return sign > 0 ? (this.highest[column] ?? 0) : -(this.lowest[column] ?? 0);
  }
}
