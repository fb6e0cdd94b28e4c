import type { HostTable } from '../host-table.ts';
import { grown, roomFor } from '../resource-column.ts';
import type { Weigher } from '../weigher.ts';

/** The multipliers of weighers, which depend on a host's facts, by profile. */
export class Multipliers {
  readonly #table: HostTable;
  readonly #weighers: readonly Weigher[];
  #values: Float64Array;
  /** By profile: the serial number of the facts that its multipliers were asked for since `reset`. */
  #serials = new Int32Array(8);
  #first = -1;
  /** Whether all profiles seen since `reset` have the same. */
  areUniform = true;

  constructor(table: HostTable, weighers: readonly Weigher[]) {
    this.#table = table;
    this.#weighers = weighers;
    this.#values = new Float64Array(8 * weighers.length);
  }

  /** Forgets which profiles there were. */
  reset(): void {
    this.areUniform = true;
    this.#first = -1;
    this.#serials.fill(0);
  }

  /** Asks for the multipliers of the row's profile, when they are not known. */
  learn(row: number): void {
    const profile = this.#table.profile(row);
    const serial = this.#table.profiles.serial(profile);
    if (this.#serials[profile] === serial) return;
    if (profile >= this.#serials.length) {
      const length = roomFor(profile, this.#serials.length);
      this.#serials = grown(Int32Array, this.#serials, length);
      this.#values = grown(Float64Array, this.#values, length * this.#weighers.length);
    }
    this.#serials[profile] = serial;
    const isFirst = this.#first < 0;
    if (isFirst) this.#first = profile;
    for (const [index, weigher] of this.#weighers.entries()) {
      const multiplier = weigher.multiplier(this.#table, row);
      // Before it is written: the number of the first profile may have become that of other facts.
      if (!isFirst && multiplier !== this.of(this.#first, index)) this.areUniform = false;
      this.#values[profile * this.#weighers.length + index] = multiplier;
    }
  }

  /** The multiplier of a weigher for the hosts of a profile; of `MIXED` profiles when they are uniform: that of all. */
  of(profile: number, weigher: number): number {
    const known = profile < 0 ? this.#first : profile;
    return this.#values[known * this.#weighers.length + weigher] ?? 0;
  }

  /** Whether a weigher counts for any host at all. */
  counts(weigher: number): boolean {
    if (this.areUniform) return this.of(this.#first, weigher) !== 0;
    return true;
  }
}
