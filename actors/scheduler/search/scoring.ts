import { LEAF_SIZE } from './arrange.ts';
import { type Boxes, MIXED, REFERENCES } from './boxes.ts';
import type { HostIndex } from './host-index.ts';
import type { Reference } from './references.ts';

/** A weigher of a decision, with what its raw weights are normalised by. */
export interface Scored {
  readonly weigher: number;
  /** Its column; -1: it has none, and the raw weight of every host that is searched is 0. */
  readonly column: number;
  readonly min: number;
  /** Above 0: a weigher whose raw weights are all equal counts nothing. */
  readonly range: number;
}

/** How good hosts are in one decision, and how good the hosts of a box can be. */
export interface Scorer {
  /** The weight of the host at a place of a leaf. */
  ofHost(leaf: number, place: number, profile: number): number;
  /** A weight that no host of the box has more of. */
  ofBox(boxes: Boxes, box: number): number;
  /** Another such bound, that is no bound for equality. */
  bySum(boxes: Boxes, box: number): number;
}

/** What rounding may add to a sum of some products, relative to their magnitudes. */
const ROUNDING = 64 * Number.EPSILON;

/**
 * The weight of hosts in one decision: for each weigher in turn, `multiplier * ((raw - min) / range)`, added up. Applied
 * to the bounds of a box it is a bound for every host of the box, rounding included, since each operation is monotone.
 */
export class Scoring implements Scorer {
  readonly #index: HostIndex;
  readonly scored: readonly Scored[];
  readonly #isUniform: boolean;
  readonly reference: Reference | undefined;
  readonly #number: number;
  /** What is added to a sum along the reference to have the weight; the rest is by column. */
  readonly #constant: number;
  readonly #slack: number;
  // What is scored, as columns: hosts are many.
  readonly #columns: readonly number[];
  readonly #mins: readonly number[];
  readonly #ranges: readonly number[];
  /** Where they are the same for all hosts. */
  readonly #multipliers: readonly number[];
  readonly #tilts: readonly { readonly column: number; readonly low: number; readonly tilt: number }[];

  constructor(index: HostIndex, scored: readonly Scored[]) {
    this.#index = index;
    this.scored = scored;
    const { multipliers } = index;
    this.#isUniform = multipliers.areUniform;
    this.#columns = scored.map(({ column }) => column);
    this.#mins = scored.map(({ min }) => min);
    this.#ranges = scored.map(({ range }) => range);
    this.#multipliers = scored.map(({ weigher }) => multipliers.of(MIXED, weigher));
    const low = new Float64Array(index.weighers.length);
    const inverse = new Float64Array(index.weighers.length);
    for (const { weigher, column, min, range } of scored) {
      if (column < 0) continue;
      low[weigher] = min;
      inverse[weigher] = 1 / range;
    }
    this.low = low;
    this.inverse = inverse;
    this.reference = this.#isUniform ? this.#nearest() : undefined;
    this.#number = this.reference ? index.references.indexOf(this.reference) : -1;
    let constant = 0;
    let magnitude = 0;
    const tilts: { column: number; low: number; tilt: number }[] = [];
    for (let weigher = 0; weigher < low.length; weigher++) {
      const column = index.columnOf[weigher] ?? -1;
      const multiplier = multipliers.of(MIXED, weigher);
      const own = scored.find((one) => one.weigher === weigher);
      if (column < 0) {
        if (own) constant += multiplier * ((0 - own.min) / own.range);
        continue;
      }
      const base = this.reference?.low[weigher] ?? 0;
      const ownInverse = inverse[weigher] ?? 0;
      constant += multiplier * (base - (low[weigher] ?? 0)) * ownInverse;
      const tilt = multiplier * (ownInverse - (this.reference?.inverse[weigher] ?? 0));
      if (tilt !== 0) tilts.push({ column, low: base, tilt });
      const greatest = Math.max(Math.abs(this.#bound(column, 1)), Math.abs(this.#bound(column, -1)), Math.abs(base));
      magnitude += Math.abs(multiplier) * greatest * (ownInverse + (this.reference?.inverse[weigher] ?? 0)) * 2;
    }
    this.#constant = constant;
    this.#slack = (magnitude + Math.abs(constant)) * ROUNDING;
    this.#tilts = tilts;
  }

  readonly low: Float64Array;
  readonly inverse: Float64Array;

  ofHost(leaf: number, place: number, profile: number): number {
    const { values, columns, multipliers } = this.#index;
    let weight = 0;
    if (this.#isUniform) {
      const ownColumns = this.#columns;
      const mins = this.#mins;
      const ranges = this.#ranges;
      const uniform = this.#multipliers;
      const from = leaf * columns * LEAF_SIZE + place;
      for (let at = 0; at < ownColumns.length; at++) {
        const column = ownColumns[at] ?? -1;
        const raw = column < 0 ? 0 : (values[from + column * LEAF_SIZE] ?? 0);
        weight += (uniform[at] ?? 0) * ((raw - (mins[at] ?? 0)) / (ranges[at] ?? 1));
      }
      return weight;
    }
    for (const { weigher, column, min, range } of this.scored) {
      const raw = column < 0 ? 0 : (values[(leaf * columns + column) * LEAF_SIZE + place] ?? 0);
      weight += multipliers.of(profile, weigher) * ((raw - min) / range);
    }
    return weight;
  }

  ofBox(boxes: Boxes, box: number): number {
    const profile = boxes.profile[box] ?? MIXED;
    if (profile === MIXED && !this.#isUniform) return Number.POSITIVE_INFINITY;
    const { multipliers, columns } = this.#index;
    let weight = 0;
    for (const { weigher, column, min, range } of this.scored) {
      const multiplier = multipliers.of(profile, weigher);
      const at = box * columns + column;
      const raw = column < 0 ? 0 : ((multiplier >= 0 ? boxes.max[at] : boxes.min[at]) ?? 0);
      weight += multiplier * ((raw - min) / range);
    }
    return weight;
  }

  /** Another such bound, by the sum along a reference: mostly closer, and no bound for equality. */
  bySum(boxes: Boxes, box: number): number {
    if (this.#number < 0) return Number.POSITIVE_INFINITY;
    let weight = (boxes.peak[box * REFERENCES + this.#number] ?? 0) + this.#constant + this.#slack;
    for (const { column, low, tilt } of this.#tilts) {
      const at = box * boxes.columns + column;
      weight += tilt * (((tilt > 0 ? boxes.max[at] : boxes.min[at]) ?? 0) - low);
    }
    return weight;
  }

  /** How far a reference is from this scoring: what the differences can make of a weight. */
  #distance({ inverse }: Reference): number {
    let distance = 0;
    for (let weigher = 0; weigher < inverse.length; weigher++) {
      const column = this.#index.columnOf[weigher] ?? -1;
      if (column < 0) continue;
      const extent = this.#bound(column, 1) + this.#bound(column, -1);
      const multiplier = this.#index.multipliers.of(MIXED, weigher);
      distance += Math.abs(multiplier * ((this.inverse[weigher] ?? 0) - (inverse[weigher] ?? 0))) * extent;
    }
    return distance;
  }

  #nearest(): Reference | undefined {
    let nearest: Reference | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const reference of this.#index.references) {
      if (!reference.isUsed) continue;
      const distance = this.#distance(reference);
      if (distance < least) {
        nearest = reference;
        least = distance;
      }
    }
    return nearest;
  }

  /** The greatest value of a column over all hosts, or (`sign` -1) minus the least. */
  #bound(column: number, sign: 1 | -1): number {
    return this.#index.extents.bound(column, sign);
  }
}
