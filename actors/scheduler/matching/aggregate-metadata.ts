import type { HostAggregate } from '../aggregates.ts';

/** The values that the aggregates of a host have under a key, as they stand there. Nova: `aggregate_values_from_key`. */
export const valuesOfKey = (aggregates: readonly Pick<HostAggregate, 'metadata'>[], key: string): readonly string[] =>
  aggregates.flatMap(({ metadata }) => (Object.hasOwn(metadata, key) ? [metadata[key] ?? ''] : []));

/** The parts of values that are lists joined by commas. */
export const partsOf = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.split(',').map((part) => part.trim()));

/**
 * The number that the aggregates of a host set under a key: the smallest; `otherwise` when none does, or when one of them is
 * no number. Nova: `validate_num_values`.
 */
export function smallestNumber(aggregates: readonly HostAggregate[], key: string, otherwise: number): number {
  const numbers = valuesOfKey(aggregates, key).map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return otherwise;
  return Math.min(...numbers);
}
