import type { HostTable } from './host-table.ts';
import type { Ranking } from './search/ranking.ts';
import type { Weigher, Weighs } from './weigher.ts';

/** A weigher that counts for a request. */
export interface Asked {
  readonly weigher: Weigher;
  /** Its place among the weighers. */
  readonly place: number;
  readonly weighs: Weighs;
}

/** The raw weight of each row by one weigher, with their bounds. */
interface Raw {
  readonly asked: Asked;
  readonly values: Float64Array;
  readonly min: number;
  readonly range: number;
}

/** Weighs these rows, which have passed the filters, one by one, and adds them to a ranking. */
export function rankRows(
  rows: readonly number[],
  weighers: readonly Asked[],
  table: HostTable,
  ranking: Ranking,
): void {
  const raws = weighers.map((asked) => rawOf(rows, asked));
  for (const [at, row] of rows.entries()) {
    let weight = 0;
    for (const { asked, values, min, range } of raws) {
      if (range > 0) weight += asked.weigher.multiplier(table, row) * (((values[at] ?? 0) - min) / range);
    }
    const order = table.order(row);
    if (ranking.takes(weight, order)) ranking.add(row, weight, order);
  }
}

function rawOf(rows: readonly number[], asked: Asked): Raw {
  const values = new Float64Array(rows.length);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const [at, row] of rows.entries()) {
    const value = asked.weighs(row);
    values[at] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { asked, values, min, range: rows.length === 0 ? 0 : max - min };
}
