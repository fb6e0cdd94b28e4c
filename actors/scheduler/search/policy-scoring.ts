import type { Costs } from '../policies/policy.ts';
import { LEAF_SIZE } from './arrange.ts';
import { type Boxes, MIXED } from './boxes.ts';
import { WEIGHT_OF_ROOM } from './extents.ts';
import { CLAIMED_AT_COLUMN, type HostIndex } from './host-index.ts';
import type { Scorer } from './scoring.ts';

const [VCPUS = 0, MEMORY = 0, DISK = 0] = WEIGHT_OF_ROOM;

/** The costs of a policy as weights: the less a host costs, the more it weighs. */
export class PolicyScoring implements Scorer {
  readonly #index: HostIndex;
  readonly #costs: Costs;

  constructor(index: HostIndex, costs: Costs) {
    this.#index = index;
    this.#costs = costs;
  }

  ofHost(leaf: number, place: number, profile: number): number {
    const { values, columns } = this.#index;
    const at = leaf * columns * LEAF_SIZE + place;
    const cost = this.#costs.of(
      values[at + VCPUS * LEAF_SIZE] ?? 0,
      values[at + MEMORY * LEAF_SIZE] ?? 0,
      values[at + DISK * LEAF_SIZE] ?? 0,
      values[at + CLAIMED_AT_COLUMN * LEAF_SIZE] ?? 0,
    );
    return -(cost + (this.#costs.ofProfile?.(profile) ?? 0));
  }

  ofBox({ min, max, profile, columns }: Boxes, box: number): number {
    const at = box * columns;
    const cost = this.#costs.bound(
      min[at + VCPUS] ?? 0,
      max[at + VCPUS] ?? 0,
      min[at + MEMORY] ?? 0,
      max[at + MEMORY] ?? 0,
      min[at + DISK] ?? 0,
      max[at + DISK] ?? 0,
      min[at + CLAIMED_AT_COLUMN] ?? 0,
    );
    const own = profile[box] ?? MIXED;
    return -(cost + (own === MIXED ? 0 : (this.#costs.ofProfile?.(own) ?? 0)));
  }

  bySum(): number {
    return Number.POSITIVE_INFINITY;
  }
}
