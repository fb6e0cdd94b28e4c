import { ROOMS } from './boxes.ts';

/** Hosts of a leaf: few enough to look at all of them, many enough that the bounds cost little. */
export const LEAF_SIZE = 32;
/** Leaves of a node. */
export const NODE_LEAVES = 16;
export const NODE_SIZE = LEAF_SIZE * NODE_LEAVES;
/** Hosts of a segment that are looked at to find out along which column they differ most. */
const SAMPLE = 64;

/** Hosts of one profile (or of several small ones), from one place of the arrangement to another. */
export interface Segment {
  readonly profile: number;
  readonly from: number;
  readonly to: number;
}

/** Which columns tell hosts apart: so many numbers a host, host by host. */
export interface Points {
  readonly values: Float64Array;
  readonly width: number;
}

/** How much more the last column counts, the sum along a reference, than each of the others. */
const SUM_SCALE = 2;

/** How much a difference in each column counts, from how far the hosts are apart in it; 0: not at all. */
export function scalesOf({ values, width }: Points, counts: (column: number) => boolean): Float64Array {
  const scales = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let at = column; at < values.length; at += width) {
      const value = values[at] ?? 0;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (max > min && counts(column)) scales[column] = (column === width - 1 ? SUM_SCALE : 1) / (max - min);
  }
  return scales;
}

/**
 * Orders `hosts[from..to)`, which are numbers of points, so that hosts which are alike stand together: halves them again and again along the column in
 * which they differ most (a k-d tree), at multiples of a node's, then of a leaf's size.
 */
export function arrange(hosts: Int32Array, from: number, to: number, points: Points, scales: Float64Array): void {
  const count = to - from;
  if (count <= LEAF_SIZE) return;
  const unit = count > NODE_SIZE ? NODE_SIZE : LEAF_SIZE;
  const left = Math.floor(Math.ceil(count / unit) / 2) * unit;
  select(hosts, from, to - 1, from + left, points.values, points.width, widest(hosts, from, to, points, scales));
  arrange(hosts, from, from + left, points, scales);
  arrange(hosts, from + left, to, points, scales);
}

/** The column in which a sample of the hosts differs most, scaled. */
function widest(hosts: Int32Array, from: number, to: number, { values, width }: Points, scales: Float64Array): number {
  const step = Math.max(1, Math.floor((to - from) / SAMPLE));
  let best = ROOMS > 1 ? 1 : 0;
  let bestExtent = -1;
  for (let column = 0; column < width; column++) {
    const scale = scales[column] ?? 0;
    if (scale === 0) continue;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let index = from; index < to; index += step) {
      const value = values[(hosts[index] ?? 0) * width + column] ?? 0;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    const extent = (max - min) * scale;
    if (extent > bestExtent) {
      best = column;
      bestExtent = extent;
    }
  }
  return best;
}

/** Puts what belongs at place `nth` there, with nothing greater before and nothing less behind it (Hoare's selection). */
function select(
  hosts: Int32Array,
  from: number,
  to: number,
  nth: number,
  values: Float64Array,
  width: number,
  column: number,
): void {
  let low = from;
  let high = to;
  while (low < high) {
    const pivot = values[(hosts[(low + high) >> 1] ?? 0) * width + column] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[(hosts[left] ?? 0) * width + column] ?? 0) < pivot) left++;
      while ((values[(hosts[right] ?? 0) * width + column] ?? 0) > pivot) right--;
      if (left > right) break;
      const swapped = hosts[left] ?? 0;
      hosts[left] = hosts[right] ?? 0;
      hosts[right] = swapped;
      left++;
      right--;
    }
    if (nth <= right) high = right;
    else if (nth >= left) low = left;
    else return;
  }
}

/** Groups rows by profile; those of profiles with less hosts than a leaf stand together at the end. */
export function segments(rows: Int32Array, profileOf: (row: number) => number, mixed: number): readonly Segment[] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(profileOf(row), (counts.get(profileOf(row)) ?? 0) + 1);
  const next = new Map<number, number>();
  const found: Segment[] = [];
  let from = 0;
  for (const [profile, count] of counts) {
    if (count < LEAF_SIZE) continue;
    found.push({ profile, from, to: from + count });
    next.set(profile, from);
    from += count;
  }
  let rest = from;
  if (rest < rows.length) found.push({ profile: mixed, from: rest, to: rows.length });
  const placed = new Int32Array(rows.length);
  for (const row of rows) {
    const place = next.get(profileOf(row));
    if (place === undefined) placed[rest++] = row;
    else {
      placed[place] = row;
      next.set(profileOf(row), place + 1);
    }
  }
  rows.set(placed);
  return found;
}
