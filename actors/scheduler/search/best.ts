import type { Sieve } from '../sieve.ts';
import { LEAF_SIZE } from './arrange.ts';
import { ORDER_MAX } from './boxes.ts';
import type { HostIndex } from './host-index.ts';
import type { Ranked, Ranking } from './ranking.ts';
import type { Scorer } from './scoring.ts';

/** Winners and those next to them in decisions before: probably good again, so that much is ruled out from the start. */
const SEEDS = 16;

/** Finds the hosts of greatest weight by descending into nodes and leaves whose bounds say that they can have one. */
export class BestHosts {
  readonly #index: HostIndex;
  readonly #seeds = new Int32Array(SEEDS).fill(-1);
  #nextSeed = 0;
  /** Leaves that the last search looked into. */
  visited = 0;

  constructor(index: HostIndex) {
    this.#index = index;
  }

  /** Adds to `ranking` what passes; rows in `skipped` are left out. `nodes`: those that can have a host that passes. */
  find(ranking: Ranking, scoring: Scorer, sieve: Sieve, nodes: readonly number[], skipped: ReadonlySet<number>): void {
    const index = this.#index;
    this.visited = 0;
    const tried = new Set<number>();
    const known: Ranked[] = [];
    for (const row of new Set(this.#seeds)) {
      const slot = row < 0 ? -1 : index.slotOf(row);
      if (slot < 0 || skipped.has(row)) continue;
      const place = slot % LEAF_SIZE;
      const weight = scoring.ofHost((slot - place) / LEAF_SIZE, place, index.table.profile(row));
      known.push({ row, weight, order: index.table.order(row) });
    }
    known.sort((a, b) => b.weight - a.weight || a.order - b.order);
    for (const { row, weight, order } of known) {
      if (!ranking.takes(weight, order) || !sieve.passes(row)) continue;
      tried.add(row);
      ranking.add(row, weight, order);
    }
    const bounds = new Float64Array(nodes.length);
    let first = -1;
    for (const [at, node] of nodes.entries()) {
      const bound = Math.min(scoring.ofBox(index.nodes, node), scoring.bySum(index.nodes, node));
      bounds[at] = bound;
      if (first < 0 || bound > (bounds[first] ?? 0)) first = at;
    }
    if (first < 0) return;
    this.#inNode(nodes[first] ?? 0, ranking, scoring, sieve, skipped, tried);
    for (const [at, node] of nodes.entries()) {
      if (at !== first && (bounds[at] ?? 0) >= ranking.threshold) {
        this.#inNode(node, ranking, scoring, sieve, skipped, tried);
      }
    }
    for (const { row } of ranking.hosts) {
      if (tried.has(row) && this.#seeds.includes(row)) continue;
      this.#seeds[this.#nextSeed] = row;
      this.#nextSeed = (this.#nextSeed + 1) % SEEDS;
    }
  }

  #inNode(
    node: number,
    ranking: Ranking,
    scoring: Scorer,
    sieve: Sieve,
    skipped: ReadonlySet<number>,
    tried: ReadonlySet<number>,
  ): void {
    const { leaves, nodes, nodeFirstLeaf, nodeLeaves } = this.#index;
    if (!ranking.takes(scoring.ofBox(nodes, node), nodes.orderMin[node] ?? 0)) return;
    const from = nodeFirstLeaf[node] ?? 0;
    for (let leaf = from; leaf < from + (nodeLeaves[node] ?? 0); leaf++) {
      if (!ranking.takes(scoring.ofBox(leaves, leaf), leaves.orderMin[leaf] ?? 0)) continue;
      if (scoring.bySum(leaves, leaf) < ranking.threshold) continue;
      if (!leaves.mayFit(leaf, sieve.vcpus, sieve.memoryMib, sieve.diskGib)) continue;
      this.visited++;
      this.#inLeaf(leaf, ranking, scoring, sieve, skipped, tried);
    }
  }

  #inLeaf(
    leaf: number,
    ranking: Ranking,
    scoring: Scorer,
    sieve: Sieve,
    skipped: ReadonlySet<number>,
    tried: ReadonlySet<number>,
  ): void {
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
        if (skipped.has(row) || tried.has(row) || !sieve.keeps(row)) continue;
        found = row;
        most = weight;
        first = order;
        at = place;
      }
      if (found < 0) return;
      if (sieve.keepsAtLast(found)) ranking.add(found, most, first);
      done |= 1 << at;
    }
  }
}
