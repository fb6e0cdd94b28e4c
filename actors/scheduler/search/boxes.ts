/** Sums along so many directions are kept: see `References`. */
export const REFERENCES = 4;
/** The columns of what one instance can still get of a host: `VCPU`, `MEMORY_MB`, `DISK_GB`, in this order. */
export const ROOMS = 3;
/** In place of a profile: the hosts have several. */
export const MIXED = -1;

/** Bounds of sets of hosts (leaves or nodes) by column; of an empty set they exclude every value. */
export class Boxes {
  readonly columns: number;
  count = 0;
  min: Float64Array;
  max: Float64Array;
  /** The least order of registration. */
  orderMin: Int32Array;
  /** The profile of all hosts, or `MIXED`. */
  profile: Int32Array;
  /** By reference: the greatest sum. */
  peak: Float64Array;

  constructor(columns: number, length: number) {
    this.columns = columns;
    this.min = new Float64Array(length * columns);
    this.max = new Float64Array(length * columns);
    this.orderMin = new Int32Array(length);
    this.profile = new Int32Array(length);
    this.peak = new Float64Array(length * REFERENCES);
  }

  get length(): number {
    return this.profile.length;
  }

  /** Makes the box one of nothing. */
  clear(box: number, profile: number): void {
    this.min.fill(Number.POSITIVE_INFINITY, box * this.columns, (box + 1) * this.columns);
    this.max.fill(Number.NEGATIVE_INFINITY, box * this.columns, (box + 1) * this.columns);
    this.orderMin[box] = ORDER_MAX;
    this.profile[box] = profile;
    this.peak.fill(Number.NEGATIVE_INFINITY, box * REFERENCES, (box + 1) * REFERENCES);
  }

  /** Takes in that a value becomes another one; true: the box may have become smaller by that. */
  change(box: number, column: number, before: number, value: number): boolean {
    const at = box * this.columns + column;
    const wasBound = value > before ? before === this.min[at] : before === this.max[at];
    if (value < (this.min[at] ?? 0)) this.min[at] = value;
    if (value > (this.max[at] ?? 0)) this.max[at] = value;
    return wasBound;
  }

  /** Fits a column to the values from one place to another. */
  fitColumn(box: number, column: number, values: Float64Array, from: number, to: number): void {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let at = from; at < to; at++) {
      const value = values[at] ?? 0;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.min[box * this.columns + column] = min;
    this.max[box * this.columns + column] = max;
  }

  /** Fits a column to that of other boxes. */
  fitColumnOver(box: number, column: number, others: Boxes, from: number, to: number): void {
    const { columns } = this;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let other = from; other < to; other++) {
      min = Math.min(min, others.min[other * columns + column] ?? min);
      max = Math.max(max, others.max[other * columns + column] ?? max);
    }
    this.min[box * columns + column] = min;
    this.max[box * columns + column] = max;
  }

  /** Fits the peak of a reference to the sums from one place to another. */
  fitPeak(box: number, reference: number, sums: Float64Array, from: number, to: number): void {
    let peak = Number.NEGATIVE_INFINITY;
    for (let at = from; at < to; at++) if ((sums[at] ?? 0) > peak) peak = sums[at] ?? 0;
    this.peak[box * REFERENCES + reference] = peak;
  }

  /** Fits the peak of a reference to those of other boxes. */
  fitPeakOver(box: number, reference: number, others: Boxes, from: number, to: number): void {
    let peak = Number.NEGATIVE_INFINITY;
    for (let other = from; other < to; other++) {
      const own = others.peak[other * REFERENCES + reference] ?? peak;
      if (own > peak) peak = own;
    }
    this.peak[box * REFERENCES + reference] = peak;
  }

  /** Whether a host of the box can have room for this: its own room may still be less in one of the three. */
  mayFit(box: number, vcpus: number, memoryMib: number, diskGib: number): boolean {
    const { max } = this;
    const at = box * this.columns;
    return (max[at] ?? 0) >= vcpus && (max[at + 1] ?? 0) >= memoryMib && (max[at + 2] ?? 0) >= diskGib;
  }

  get bytes(): number {
    const { min, max, orderMin, profile, peak } = this;
    return [min, max, orderMin, profile, peak].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

/** Above every order of registration. */
export const ORDER_MAX = 0x7fff_ffff;
