import type { Sieve } from '../sieve.ts';
import { LEAF_SIZE } from './arrange.ts';
import { ORDER_MAX } from './boxes.ts';
import type { HostIndex } from './host-index.ts';
import type { Ranking } from './ranking.ts';
import type { Scorer } from './scoring.ts';

/** Winners and those next to them in decisions before: probably good again, so that much is ruled out from the start. */
const SEEDS = 16;
const FIRST_NODES = 64;

/** Finds the hosts of greatest weight by descending into nodes and leaves whose bounds say that they can have one. */
export class BestHosts {
  readonly #index: HostIndex;
  readonly #seeds = new Int32Array(SEEDS).fill(-1);
  #nextSeed = 0;
  // What follows is of one search, and is kept so that a search makes no garbage.
  readonly #weights = new Float64Array(SEEDS);
  readonly #tried = new Int32Array(SEEDS);
  #triedCount = 0;
  #bounds = new Float64Array(FIRST_NODES);
  /** Leaves that the last search looked into. */
  visited = 0;

  constructor(index: HostIndex) {
    this.#index = index;
  }

  /** Adds to `ranking` what passes; rows in `skipped` are left out. `nodes`: those that can have a host that passes. */
  find(ranking: Ranking, scoring: Scorer, sieve: Sieve, nodes: readonly number[], skipped: ReadonlySet<number>): void {
    const index = this.#index;
    this.visited = 0;
    this.#trySeeds(ranking, scoring, sieve, skipped);
    if (this.#bounds.length < nodes.length) this.#bounds = new Float64Array(nodes.length * 2);
    const bounds = this.#bounds;
    let first = -1;
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at] ?? 0;
      const bound = Math.min(scoring.ofBox(index.nodes, node), scoring.bySum(index.nodes, node));
      bounds[at] = bound;
      if (first < 0 || bound > (bounds[first] ?? 0)) first = at;
    }
    if (first < 0) return;
    this.#inNode(nodes[first] ?? 0, ranking, scoring, sieve, skipped);
    for (let at = 0; at < nodes.length; at++) {
      if (at === first || (bounds[at] ?? 0) < ranking.threshold) continue;
      this.#inNode(nodes[at] ?? 0, ranking, scoring, sieve, skipped);
    }
    for (const { row } of ranking.hosts) {
      if (this.#seeds.includes(row)) continue;
      this.#seeds[this.#nextSeed] = row;
      this.#nextSeed = (this.#nextSeed + 1) % SEEDS;
    }
  }

  /** Adds those that were good before, the best first, as asking whether they pass can be costly. */
  #trySeeds(ranking: Ranking, scoring: Scorer, sieve: Sieve, skipped: ReadonlySet<number>): void {
    const { table } = this.#index;
    this.#triedCount = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const row = this.#seeds[seed] ?? -1;
      const slot = row < 0 ? -1 : this.#index.slotOf(row);
      const place = slot % LEAF_SIZE;
      const isOut = slot < 0 || !sieve.fits(row) || skipped.has(row);
      this.#weights[seed] = isOut ? Number.NaN : scoring.ofHost((slot - place) / LEAF_SIZE, place, table.profile(row));
    }
    for (;;) {
      const seed = this.#bestSeed();
      if (seed < 0) return;
      const row = this.#seeds[seed] ?? 0;
      const weight = this.#weights[seed] ?? 0;
      this.#weights[seed] = Number.NaN;
      if (!ranking.takes(weight, table.order(row))) return;
      if (!sieve.passes(row)) continue;
      this.#tried[this.#triedCount++] = row;
      ranking.add(row, weight, table.order(row));
    }
  }

  /** The best seed that is left, of equals the one registered first; -1: none is. */
  #bestSeed(): number {
    const { table } = this.#index;
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let seed = 0; seed < SEEDS; seed++) {
      const weight = this.#weights[seed] ?? Number.NaN;
      if (!(weight >= most)) continue;
      const isEqual = best >= 0 && weight === most;
      if (isEqual && table.order(this.#seeds[seed] ?? 0) > table.order(this.#seeds[best] ?? 0)) continue;
      best = seed;
      most = weight;
    }
    return best;
  }

  #isTried(row: number): boolean {
    for (let at = 0; at < this.#triedCount; at++) if (this.#tried[at] === row) return true;
    return false;
  }

  #inNode(node: number, ranking: Ranking, scoring: Scorer, sieve: Sieve, skipped: ReadonlySet<number>): void {
    const { leaves, nodes, nodeFirstLeaf, nodeLeaves } = this.#index;
    if (!ranking.takes(scoring.ofBox(nodes, node), nodes.orderMin[node] ?? 0)) return;
    const from = nodeFirstLeaf[node] ?? 0;
    for (let leaf = from; leaf < from + (nodeLeaves[node] ?? 0); leaf++) {
      if (!leaves.mayFit(leaf, sieve.vcpus, sieve.memoryMib, sieve.diskGib)) continue;
      if (!ranking.takes(scoring.ofBox(leaves, leaf), leaves.orderMin[leaf] ?? 0)) continue;
      if (scoring.bySum(leaves, leaf) < ranking.threshold) continue;
      this.visited++;
      this.#inLeaf(leaf, ranking, scoring, sieve, skipped);
    }
  }

  #inLeaf(leaf: number, ranking: Ranking, scoring: Scorer, sieve: Sieve, skipped: ReadonlySet<number>): void {
    const { values, columns, rowAt, leafHosts, table } = this.#index;
    const from = leaf * columns * LEAF_SIZE;
    const hosts = leafHosts[leaf] ?? 0;
    // Places that are done with, as bits: of those that are left the best one is asked about, as asking can be costly.
    let done = 0;
    for (;;) {
      let found = -1;
      let most = Number.NEGATIVE_INFINITY;
      let first = ORDER_MAX;
      let at = 0;
      for (let place = 0; place < hosts; place++) {
        if ((done >>> place) & 1) continue;
        if ((values[from + place] ?? 0) < sieve.vcpus) continue;
        if ((values[from + LEAF_SIZE + place] ?? 0) < sieve.memoryMib) continue;
        if ((values[from + 2 * LEAF_SIZE + place] ?? 0) < sieve.diskGib) continue;
        const row = rowAt[leaf * LEAF_SIZE + place] ?? 0;
        const weight = scoring.ofHost(leaf, place, table.profile(row));
        const order = table.order(row);
        if (weight < most || (weight === most && order > first) || !ranking.takes(weight, order)) continue;
        if (skipped.has(row) || this.#isTried(row) || !sieve.keeps(row)) continue;
        found = row;
        most = weight;
        first = order;
        at = place;
      }
      if (found < 0) return;
      if (sieve.keepsAtLast(found)) {
        ranking.add(found, most, first);
        // Whatever is left of the leaf is no better.
        if (ranking.keepsOne) return;
      }
      done |= 1 << at;
    }
  }
}
