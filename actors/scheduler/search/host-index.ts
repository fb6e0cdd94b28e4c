import type { HostTable, RowWatcher } from '../host-table.ts';
import { grown, roomFor } from '../resource-column.ts';
import type { Weigher } from '../weigher.ts';
import { WEIGHT_COLUMNS } from '../weight-columns.ts';
import { arrange, LEAF_SIZE, NODE_LEAVES, NODE_SIZE, type Points, scalesOf, segments } from './arrange.ts';
import { Boxes, MIXED, ORDER_MAX, REFERENCES, ROOMS } from './boxes.ts';
import { Extents } from './extents.ts';
import { Multipliers } from './multipliers.ts';
import { pointsOf, readColumn } from './points.ts';
import { noReferences, type Reference, sumLeaf } from './references.ts';

/** The column of when instances were claimed. */
export const CLAIMED_AT_COLUMN = ROOMS + WEIGHT_COLUMNS.indexOf('claimedAtMs');
/** Changes a host after which all hosts are arranged anew; and at least so many in all. */
const CHANGES_BEFORE_BUILD = 4;
const CHANGES_BEFORE_BUILD_MIN = 2_048;
/** A host of another profile than its leaf costs searches more than one that has become fuller. */
const CHANGES_OF_PROFILE = 32;
/** Changes in a node after which its hosts are arranged anew. */
const CHANGES_BEFORE_NODE = 256;
/** Leaves for hosts that come before all are arranged anew: a part of those there are, and so many more. */
const SPARE_PART = 32;
const SPARE_LEAVES = 8;

/**
 * Finds extreme hosts of a table without looking at all of them. Hosts that are alike lie together in leaves, leaves in
 * nodes; each has a box: the bounds of its hosts by column, kept with every change. After many changes the hosts are
 * arranged anew, which costs about as much as the changes themselves.
 *
 * A column of a leaf is contiguous: that of the host at `place` is at `(leaf * columns + column) * LEAF_SIZE + place` of
 * `values`. First the rooms, then the weight columns.
 */
export class HostIndex implements RowWatcher {
  readonly table: HostTable;
  readonly weighers: readonly Weigher[];
  readonly multipliers: Multipliers;
  readonly columns = ROOMS + WEIGHT_COLUMNS.length;
  /** By weigher: its column; -1 when it has none. */
  readonly columnOf: readonly number[];
  readonly references: readonly Reference[];
  values = new Float64Array(0);
  /** By reference and slot: the sum. A slot is `leaf * LEAF_SIZE + place`. */
  sums = new Float64Array(0);
  rowAt = new Int32Array(0);
  leafHosts = new Uint8Array(0);
  leaves: Boxes;
  nodes: Boxes;
  nodeFirstLeaf = new Int32Array(0);
  nodeLeaves = new Int32Array(0);
  readonly extents: Extents;
  #nodeOf = new Int32Array(0);
  #slotOf = new Int32Array(0);
  /** The node that takes leaves of hosts that come; -1: none yet. */
  #openNode = -1;
  #isBuilt = false;
  #changes = 0;
  #changesOf = new Int32Array(0);
  /** Nodes with many changes. */
  #stale: number[] = [];
  #scales: Float64Array = new Float64Array(0);

  constructor(table: HostTable, weighers: readonly Weigher[]) {
    this.table = table;
    this.weighers = weighers;
    this.multipliers = new Multipliers(table, weighers);
    this.columnOf = weighers.map(({ column }) => (column === undefined ? -1 : ROOMS + WEIGHT_COLUMNS.indexOf(column)));
    this.references = noReferences(weighers.length);
    this.extents = new Extents(this.columns);
    this.leaves = new Boxes(this.columns, 0);
    this.nodes = new Boxes(this.columns, 0);
    table.watch(this);
  }

  /** Arranges hosts anew where much has changed. To be called before a search. */
  prepare(): void {
    const { table } = this;
    if (!this.#isBuilt || this.#changes > Math.max(CHANGES_BEFORE_BUILD_MIN, table.count * CHANGES_BEFORE_BUILD)) {
      this.#build();
    }
    const node = this.#stale.pop();
    if (node !== undefined) this.#arrangeNode(node);
  }

  rowChanged(row: number): void {
    if (!this.#isBuilt) return;
    this.#changes++;
    if (row >= this.#slotOf.length) {
      const { length } = this.#slotOf;
      this.#slotOf = grown(Int32Array, this.#slotOf, roomFor(row, length)).fill(-1, length);
    }
    const slot = this.#slotOf[row] ?? -1;
    const profile = this.table.profile(row);
    if (profile < 0) {
      if (slot >= 0) this.#takeOut(row, slot);
      return;
    }
    this.multipliers.learn(row);
    if (slot < 0) this.#append(row);
    else this.#refresh(row, slot, profile);
  }

  /** The value of a column for the host of a row, which must be used. */
  valueOf(row: number, column: number): number {
    const slot = this.#slotOf[row] ?? -1;
    const place = slot % LEAF_SIZE;
    return this.values[(slot - place) * this.columns + column * LEAF_SIZE + place] ?? 0;
  }

  /** Where the row is: `leaf * LEAF_SIZE + place`; -1 when it has no host. */
  slotOf(row: number): number {
    return this.#slotOf[row] ?? -1;
  }

  /** A row of a node; -1 when it has none any more. */
  someRow(node: number): number {
    const from = this.nodeFirstLeaf[node] ?? 0;
    for (let leaf = from; leaf < from + (this.nodeLeaves[node] ?? 0); leaf++) {
      if ((this.leafHosts[leaf] ?? 0) > 0) return this.rowAt[leaf * LEAF_SIZE] ?? -1;
    }
    return -1;
  }

  /** Makes a reference of what a decision goes by, where multipliers are uniform, in place of the one not used for longest. */
  setReference(low: Float64Array, inverse: Float64Array, now: number): void {
    const [reference] = [...this.references].sort((a, b) => a.lastUse - b.lastUse);
    if (!reference) return;
    // From now on hosts can be arranged by their sums, too.
    if (this.references.every(({ isUsed }) => !isUsed)) this.#changes = Number.POSITIVE_INFINITY;
    reference.low.set(low);
    reference.inverse.set(inverse);
    reference.isUsed = true;
    reference.lastUse = now;
    const number = this.references.indexOf(reference);
    for (let leaf = 0; leaf < this.leaves.count; leaf++) {
      sumLeaf(this, number, leaf);
      this.#fitPeak(leaf, number);
    }
    for (let node = 0; node < this.nodes.count; node++) {
      const from = this.nodeFirstLeaf[node] ?? 0;
      this.nodes.fitPeakOver(node, number, this.leaves, from, from + (this.nodeLeaves[node] ?? 0));
    }
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    const { values, sums, rowAt, leafHosts, nodeFirstLeaf, nodeLeaves } = this;
    const arrays = [values, sums, rowAt, leafHosts, nodeFirstLeaf, nodeLeaves, this.#nodeOf, this.#slotOf];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, this.leaves.bytes + this.nodes.bytes);
  }

  #build(): void {
    const { table } = this;
    this.multipliers.reset();
    const rows = new Int32Array(table.count);
    for (let row = 0, next = 0; row < table.end; row++) {
      if (table.profile(row) < 0) continue;
      rows[next++] = row;
      this.multipliers.learn(row);
    }
    const found = segments(rows, (row) => table.profile(row), MIXED);
    const points = pointsOf(rows, this, this.#isBuilt);
    this.#scales = scalesOf(points, (column) => this.#counts(column));
    const leafCount = found.reduce((sum, { from, to }) => sum + Math.ceil((to - from) / LEAF_SIZE), 0);
    const nodeCount = found.reduce((sum, { from, to }) => sum + Math.ceil((to - from) / NODE_SIZE), 0);
    this.#allocate(leafCount + SPARE_LEAVES + Math.ceil(leafCount / SPARE_PART), nodeCount + SPARE_LEAVES);
    const hosts = Int32Array.from(rows.keys());
    for (const { profile, from, to } of found) {
      arrange(hosts, from, to, points, this.#scales);
      for (let first = from; first < to; first += NODE_SIZE) {
        const node = this.#newNode(profile);
        for (let at = first; at < Math.min(first + NODE_SIZE, to); at += LEAF_SIZE) {
          this.#fill(this.#newLeaf(profile), rows, hosts.subarray(at, Math.min(at + LEAF_SIZE, to)), points);
        }
        this.#fitNode(node);
      }
    }
    this.#isBuilt = true;
    this.#changes = 0;
    this.#stale = [];
  }

  /** Arranges the hosts of a node anew among its leaves. */
  #arrangeNode(node: number): void {
    this.#changesOf[node] = 0;
    const first = this.nodeFirstLeaf[node] ?? 0;
    const last = first + (this.nodeLeaves[node] ?? 0);
    const rows: number[] = [];
    for (let leaf = first; leaf < last; leaf++) {
      for (let place = 0; place < (this.leafHosts[leaf] ?? 0); place++) {
        rows.push(this.rowAt[leaf * LEAF_SIZE + place] ?? 0);
      }
    }
    const points = pointsOf(rows, this, this.#isBuilt);
    const hosts = Int32Array.from(rows.keys());
    arrange(hosts, 0, rows.length, points, this.#scales);
    for (let leaf = first; leaf < last; leaf++) {
      const at = (leaf - first) * LEAF_SIZE;
      this.#fill(leaf, rows, hosts.subarray(Math.min(at, rows.length), Math.min(at + LEAF_SIZE, rows.length)), points);
    }
    this.#fitNode(node);
  }

  /** Whether a column tells hosts apart in decisions. */
  #counts(column: number): boolean {
    if (column < ROOMS || column === this.columns) return true;
    return this.columnOf.some((of, weigher) => of === column && this.multipliers.counts(weigher));
  }

  /** Makes these hosts, numbers of points, those of a leaf. */
  #fill(leaf: number, rows: ArrayLike<number>, hosts: Int32Array, { values, width }: Points): void {
    const { table, columns } = this;
    const profile = table.profile(rows[hosts[0] ?? 0] ?? 0);
    let isOne = true;
    this.leafHosts[leaf] = hosts.length;
    for (let place = 0; place < hosts.length; place++) {
      const host = hosts[place] ?? 0;
      const row = rows[host] ?? 0;
      isOne &&= table.profile(row) === profile;
      this.rowAt[leaf * LEAF_SIZE + place] = row;
      this.#slotOf[row] = leaf * LEAF_SIZE + place;
      for (let column = 0; column < columns; column++) {
        const value = values[host * width + column] ?? 0;
        this.values[(leaf * columns + column) * LEAF_SIZE + place] = value;
        this.extents.widen(column, value);
      }
      this.extents.widenSpare(this.values, leaf * this.columns * LEAF_SIZE + place);
      for (let number = 0; number < REFERENCES; number++) this.#sum(number, leaf, place);
    }
    this.leaves.profile[leaf] = isOne ? profile : MIXED;
    this.#fitLeaf(leaf);
  }

  #allocate(leaves: number, nodes: number): void {
    this.values = new Float64Array(leaves * LEAF_SIZE * this.columns);
    this.sums = new Float64Array(REFERENCES * leaves * LEAF_SIZE);
    this.rowAt = new Int32Array(leaves * LEAF_SIZE);
    this.leafHosts = new Uint8Array(leaves);
    this.leaves = new Boxes(this.columns, leaves);
    this.nodes = new Boxes(this.columns, nodes);
    this.nodeFirstLeaf = new Int32Array(nodes);
    this.nodeLeaves = new Int32Array(nodes);
    this.#nodeOf = new Int32Array(leaves);
    this.#slotOf = new Int32Array(this.table.end).fill(-1);
    this.#changesOf = new Int32Array(nodes);
    this.#openNode = -1;
    this.extents.reset();
  }

  #newNode(profile: number): number {
    const node = this.nodes.count++;
    this.nodes.clear(node, profile);
    this.nodeFirstLeaf[node] = this.leaves.count;
    return node;
  }

  #newLeaf(profile: number): number {
    const leaf = this.leaves.count++;
    const node = this.nodes.count - 1;
    this.leaves.clear(leaf, profile);
    this.#nodeOf[leaf] = node;
    this.nodeLeaves[node] = (this.nodeLeaves[node] ?? 0) + 1;
    return leaf;
  }

  /** Takes up a host that has come since the hosts were arranged. */
  #append(row: number): void {
    let leaf = this.leaves.count - 1;
    if (this.#openNode < 0 || (this.leafHosts[leaf] ?? 0) === LEAF_SIZE) {
      const isFull = this.#openNode < 0 || (this.nodeLeaves[this.#openNode] ?? 0) === NODE_LEAVES;
      if (this.leaves.count === this.leaves.length || (isFull && this.nodes.count === this.nodes.length)) {
        this.#isBuilt = false;
        return;
      }
      if (isFull) this.#openNode = this.#newNode(MIXED);
      leaf = this.#newLeaf(MIXED);
    }
    this.#put(row, leaf, this.leafHosts[leaf] ?? 0);
    this.#fitLeaf(leaf);
    this.#fitNode(this.#nodeOf[leaf] ?? 0);
  }

  #takeOut(row: number, slot: number): void {
    const leaf = Math.floor(slot / LEAF_SIZE);
    const place = slot % LEAF_SIZE;
    const last = (this.leafHosts[leaf] ?? 0) - 1;
    this.#slotOf[row] = -1;
    this.leafHosts[leaf] = last;
    if (place !== last) {
      this.leafHosts[leaf] = last;
      this.#put(this.rowAt[leaf * LEAF_SIZE + last] ?? 0, leaf, place, last);
    }
    this.#fitLeaf(leaf);
    this.#fitNode(this.#nodeOf[leaf] ?? 0);
  }

  /** Writes a host into a leaf: at its end, or at a `place` in front of it. */
  #put(row: number, leaf: number, place: number, hosts = place + 1): void {
    this.rowAt[leaf * LEAF_SIZE + place] = row;
    this.#slotOf[row] = leaf * LEAF_SIZE + place;
    this.leafHosts[leaf] = hosts;
    for (let column = 0; column < this.columns; column++) {
      const value = readColumn(this.table, row, column);
      this.values[(leaf * this.columns + column) * LEAF_SIZE + place] = value;
      this.extents.widen(column, value);
    }
    this.extents.widenSpare(this.values, leaf * this.columns * LEAF_SIZE + place);
    for (let number = 0; number < REFERENCES; number++) this.#sum(number, leaf, place);
  }

  /** Takes over what has changed of a host. */
  #refresh(row: number, slot: number, profile: number): void {
    const { columns, leaves, nodes } = this;
    const place = slot % LEAF_SIZE;
    const leaf = (slot - place) / LEAF_SIZE;
    const node = this.#nodeOf[leaf] ?? 0;
    const firstLeaf = this.nodeFirstLeaf[node] ?? 0;
    const lastLeaf = firstLeaf + (this.nodeLeaves[node] ?? 0);
    let changed = leaves.profile[leaf] !== profile;
    if (changed) {
      if (leaves.profile[leaf] !== MIXED) this.#changes += CHANGES_OF_PROFILE;
      leaves.profile[leaf] = MIXED;
      nodes.profile[node] = MIXED;
    }
    for (let column = 0; column < columns; column++) {
      const at = (leaf * columns + column) * LEAF_SIZE + place;
      const before = this.values[at] ?? 0;
      const value = readColumn(this.table, row, column);
      if (value === before) continue;
      changed = true;
      this.values[at] = value;
      this.extents.widen(column, value);
      // What has become a bound itself is known; only one that may have been the bound before asks for a look at others.
      const wasBoundOfNode = nodes.change(node, column, before, value);
      if (!leaves.change(leaf, column, before, value)) continue;
      this.#fitColumn(leaf, column);
      if (wasBoundOfNode) nodes.fitColumnOver(node, column, leaves, firstLeaf, lastLeaf);
    }
    if (!changed) return;
    this.extents.widenSpare(this.values, leaf * this.columns * LEAF_SIZE + place);
    for (let number = 0; number < REFERENCES; number++) {
      if (this.references[number]?.isUsed !== true) continue;
      this.#sum(number, leaf, place);
      this.#fitPeak(leaf, number);
      nodes.fitPeakOver(node, number, leaves, firstLeaf, lastLeaf);
    }
    const changes = (this.#changesOf[node] ?? 0) + 1;
    this.#changesOf[node] = changes;
    if (changes === CHANGES_BEFORE_NODE) this.#stale.push(node);
  }

  #sum(number: number, leaf: number, place: number): void {
    const reference = this.references[number];
    if (reference?.isUsed !== true) return;
    const { low, inverse } = reference;
    const slot = leaf * LEAF_SIZE + place;
    const profile = this.table.profile(this.rowAt[slot] ?? 0);
    let sum = 0;
    for (let weigher = 0; weigher < low.length; weigher++) {
      const factor = inverse[weigher] ?? 0;
      if (factor === 0) continue;
      const value = this.values[(leaf * this.columns + (this.columnOf[weigher] ?? 0)) * LEAF_SIZE + place] ?? 0;
      sum += this.multipliers.of(profile, weigher) * (value - (low[weigher] ?? 0)) * factor;
    }
    this.sums[number * this.rowAt.length + slot] = sum;
  }

  #fitPeak(leaf: number, number: number): void {
    const from = number * this.rowAt.length + leaf * LEAF_SIZE;
    this.leaves.fitPeak(leaf, number, this.sums, from, from + (this.leafHosts[leaf] ?? 0));
  }

  #fitColumn(leaf: number, column: number): void {
    const from = (leaf * this.columns + column) * LEAF_SIZE;
    this.leaves.fitColumn(leaf, column, this.values, from, from + (this.leafHosts[leaf] ?? 0));
  }

  /** Fits the box of a leaf to its hosts, whatever has changed. */
  #fitLeaf(leaf: number): void {
    for (let column = 0; column < this.columns; column++) this.#fitColumn(leaf, column);
    for (let number = 0; number < REFERENCES; number++) this.#fitPeak(leaf, number);
    let first = ORDER_MAX;
    for (let place = 0; place < (this.leafHosts[leaf] ?? 0); place++) {
      first = Math.min(first, this.table.order(this.rowAt[leaf * LEAF_SIZE + place] ?? 0));
    }
    this.leaves.orderMin[leaf] = first;
  }

  /** Fits the box of a node to those of its leaves, whatever has changed. */
  #fitNode(node: number): void {
    const { leaves, nodes } = this;
    const from = this.nodeFirstLeaf[node] ?? 0;
    const to = from + (this.nodeLeaves[node] ?? 0);
    for (let column = 0; column < this.columns; column++) nodes.fitColumnOver(node, column, leaves, from, to);
    for (let number = 0; number < REFERENCES; number++) nodes.fitPeakOver(node, number, leaves, from, to);
    let first = ORDER_MAX;
    for (let leaf = from; leaf < to; leaf++) first = Math.min(first, leaves.orderMin[leaf] ?? ORDER_MAX);
    nodes.orderMin[node] = first;
  }
}
