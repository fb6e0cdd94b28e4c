import type { Sieve } from '../sieve.ts';
import { LEAF_SIZE } from './arrange.ts';
import { type Boxes, ROOMS } from './boxes.ts';
import { WEIGHT_OF_ROOM } from './extents.ts';
import type { HostIndex } from './host-index.ts';

/** Hosts that were extreme in a decision before, by column and direction: probably they are, or nearly, again. */
const SEEDS = 4;

/**
 * Greatest and least values of columns over the hosts that pass a sieve, found by descending only into nodes and leaves
 * whose bounds are beyond the best value so far. Filters are only asked about hosts whose value would be a new best.
 */
export class Extremes {
  readonly #index: HostIndex;
  /** By column and direction: rows, -1 where there is none. */
  readonly #seeds: Int32Array;
  readonly #nextSeed: Uint8Array;

  constructor(index: HostIndex) {
    this.#index = index;
    this.#seeds = new Int32Array(index.columns * 2 * SEEDS).fill(-1);
    this.#nextSeed = new Uint8Array(index.columns * 2);
  }

  /**
   * The greatest value of a column (`sign` 1), or minus its least (`sign` -1); minus infinity when no host passes.
   * `nodes`: those that can have a host that passes.
   */
  find(column: number, sign: 1 | -1, sieve: Sieve, nodes: readonly number[]): number {
    const index = this.#index;
    const floor = sign < 0 ? this.#floor(column, sieve) : Number.NEGATIVE_INFINITY;
    const way = column * 2 + (sign > 0 ? 1 : 0);
    let best = this.#fromSeeds(column, sign, way, sieve);
    let found = -1;
    // The most promising node first, so that few of the others are still beyond what it gives.
    let first = -1;
    let firstBound = best;
    for (const node of nodes) {
      const bound = boundOf(index.nodes, node, column, sign, floor);
      if (bound > firstBound) {
        first = node;
        firstBound = bound;
      }
    }
    if (first < 0) return best;
    const visit = (node: number): void => {
      const from = index.nodeFirstLeaf[node] ?? 0;
      const to = from + (index.nodeLeaves[node] ?? 0);
      for (let leaf = from; leaf < to; leaf++) {
        if (boundOf(index.leaves, leaf, column, sign, floor) <= best) continue;
        if (!index.leaves.mayFit(leaf, sieve.vcpus, sieve.memoryMib, sieve.diskGib)) continue;
        const row = this.#inLeaf(leaf, column, sign, best, sieve);
        if (row < 0) continue;
        found = row;
        best = this.#best;
      }
    };
    visit(first);
    for (const node of nodes) if (boundOf(index.nodes, node, column, sign, floor) > best) visit(node);
    if (found >= 0) this.#keepSeed(way, found);
    return best;
  }

  /** Whether a host passes that is none of these. */
  hasOther(rows: ReadonlySet<number>, sieve: Sieve, nodes: readonly number[]): boolean {
    const { rowAt, nodeFirstLeaf, nodeLeaves, leafHosts } = this.#index;
    for (const node of nodes) {
      const from = nodeFirstLeaf[node] ?? 0;
      for (let leaf = from; leaf < from + (nodeLeaves[node] ?? 0); leaf++) {
        for (let place = 0; place < (leafHosts[leaf] ?? 0); place++) {
          const row = rowAt[leaf * LEAF_SIZE + place] ?? 0;
          if (!rows.has(row) && sieve.passes(row)) return true;
        }
      }
    }
    return false;
  }

  #best = 0;

  /** The row of a leaf's host that passes and is most beyond `best`; -1: none is. Its value is left in `#best`. */
  #inLeaf(leaf: number, column: number, sign: 1 | -1, best: number, sieve: Sieve): number {
    const { values, columns, rowAt, leafHosts } = this.#index;
    const from = leaf * columns * LEAF_SIZE;
    const hosts = leafHosts[leaf] ?? 0;
    // Places whose hosts a costly filter has refused, as bits: only the most extreme one that is left is asked about.
    let refused = 0;
    for (;;) {
      let found = -1;
      let most = best;
      let at = 0;
      for (let place = 0; place < hosts; place++) {
        const value = sign * (values[from + column * LEAF_SIZE + place] ?? 0);
        if (value <= most || (refused >>> place) & 1) continue;
        if ((values[from + place] ?? 0) < sieve.vcpus) continue;
        if ((values[from + LEAF_SIZE + place] ?? 0) < sieve.memoryMib) continue;
        if ((values[from + 2 * LEAF_SIZE + place] ?? 0) < sieve.diskGib) continue;
        const row = rowAt[leaf * LEAF_SIZE + place] ?? 0;
        if (!sieve.keeps(row)) continue;
        found = row;
        most = value;
        at = place;
      }
      if (found < 0 || sieve.keepsAtLast(found)) {
        this.#best = most;
        return found;
      }
      refused |= 1 << at;
    }
  }

  /** What a column cannot be below on a host that has room: the room that is asked for and what is kept beside it. */
  #floor(column: number, sieve: Sieve): number {
    const room = WEIGHT_OF_ROOM.indexOf(column);
    if (room < 0 || room >= ROOMS) return Number.NEGATIVE_INFINITY;
    const demand = [sieve.vcpus, sieve.memoryMib, sieve.diskGib][room] ?? 0;
    return demand + (this.#index.extents.spareMin[room] ?? 0);
  }

  #fromSeeds(column: number, sign: 1 | -1, way: number, sieve: Sieve): number {
    // The most extreme one that passes: the others need not be asked about then.
    let refused = 0;
    for (;;) {
      let best = Number.NEGATIVE_INFINITY;
      let found = -1;
      let at = 0;
      for (let seed = 0; seed < SEEDS; seed++) {
        const row = this.#seeds[way * SEEDS + seed] ?? -1;
        if (row < 0 || (refused >>> seed) & 1 || this.#index.slotOf(row) < 0) continue;
        const value = sign * this.#index.valueOf(row, column);
        if (value <= best) continue;
        best = value;
        found = row;
        at = seed;
      }
      if (found < 0 || sieve.passes(found)) return best;
      refused |= 1 << at;
    }
  }

  #keepSeed(way: number, row: number): void {
    const next = this.#nextSeed[way] ?? 0;
    this.#seeds[way * SEEDS + next] = row;
    this.#nextSeed[way] = (next + 1) % SEEDS;
  }
}

function boundOf({ min, max, columns }: Boxes, box: number, column: number, sign: 1 | -1, floor: number): number {
  if (sign > 0) return max[box * columns + column] ?? 0;
  const low = min[box * columns + column] ?? 0;
  return -Math.max(low, floor);
}
