import { REFERENCES } from './boxes.ts';

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
