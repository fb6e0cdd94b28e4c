import { LEAF_SIZE } from './arrange.ts';
import { MIXED, REFERENCES } from './boxes.ts';
import type { HostIndex } from './host-index.ts';

/**
 * A way of adding up weight columns that a decision used: `sum of multiplier * (value - low) * inverse`. Leaves keep the
 * greatest sum of their hosts along it. A decision with nearly the same ranges then has a bound that is much closer than
 * what the bounds of each column by itself give: hosts that are filled evenly differ in each column, hardly in the sum.
 */
export interface Reference {
  /** By weigher; 0 for those that do not count. */
  readonly low: Float64Array;
  readonly inverse: Float64Array;
  isUsed: boolean;
  lastUse: number;
}

/** An empty set of references. */
export const noReferences = (weighers: number): readonly Reference[] =>
  Array.from({ length: REFERENCES }, () => ({
    low: new Float64Array(weighers),
    inverse: new Float64Array(weighers),
    isUsed: false,
    lastUse: 0,
  }));

/**
 * Adds up along a reference what all hosts of a leaf have: the same as one by one, where all have the same multipliers. Weigher by
 * weigher, as a column of a leaf is contiguous.
 */
export function sumLeaf(index: HostIndex, number: number, leaf: number): void {
  const { references, values, columns, columnOf, multipliers, sums, rowAt, leafHosts } = index;
  const reference = references[number];
  if (reference === undefined) return;
  const from = number * rowAt.length + leaf * LEAF_SIZE;
  const hosts = leafHosts[leaf] ?? 0;
  sums.fill(0, from, from + hosts);
  for (let weigher = 0; weigher < columnOf.length; weigher++) {
    const factor = reference.inverse[weigher] ?? 0;
    if (factor === 0) continue;
    const low = reference.low[weigher] ?? 0;
    const multiplier = multipliers.of(MIXED, weigher);
    const at = (leaf * columns + (columnOf[weigher] ?? 0)) * LEAF_SIZE;
    for (let place = 0; place < hosts; place++) {
      sums[from + place] = (sums[from + place] ?? 0) + multiplier * ((values[at + place] ?? 0) - low) * factor;
    }
  }
}
