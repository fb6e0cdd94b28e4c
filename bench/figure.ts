/** A measured claim. A ratio above 1 means that ours is better than the reference, which was measured in the same run. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly reference: string;
  /** Null when the reference could not be run here: `why` says why. */
  readonly referenceValue: number | null;
  readonly ratio: number | null;
  readonly why?: string;
  /** Of several rounds, of which the figure is the median: how far the best and the worst are apart, over the median. */
  readonly spread?: number;
  readonly referenceSpread?: number;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** A figure of which more is better, such as a rate. */
export const moreIsBetter = (
  figure: string,
  unit: string,
  value: number,
  reference: string,
  referenceValue: number,
): Figure => ({
  figure,
  value: rounded(value),
  unit,
  reference,
  referenceValue: rounded(referenceValue),
  ratio: rounded(value / referenceValue),
});

/** A figure of which less is better, such as a time or a size. */
export const lessIsBetter = (
  figure: string,
  unit: string,
  value: number,
  reference: string,
  referenceValue: number,
): Figure => ({
  ...moreIsBetter(figure, unit, value, reference, referenceValue),
  ratio: rounded(referenceValue / value),
});

/** The values of several rounds, or why there are none. */
export type Rounds = readonly number[] | { readonly why: string };

/** A figure of several rounds: their medians, and how far they are apart. A reference that cannot run leaves nulls. */
export function figureOfRounds(
  better: typeof moreIsBetter,
  figure: string,
  unit: string,
  values: readonly number[],
  reference: string,
  referenceValues: Rounds,
): Figure {
  const value = median(values);
  const spread = spreadOf(values);
  if ('why' in referenceValues) {
    const { why } = referenceValues;
    return { figure, value: rounded(value), unit, reference, referenceValue: null, ratio: null, why, spread };
  }
  const referenceSpread = spreadOf(referenceValues);
  return { ...better(figure, unit, value, reference, median(referenceValues)), spread, referenceSpread };
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
};

const spreadOf = (values: readonly number[]): number =>
  rounded((Math.max(...values) - Math.min(...values)) / median(values));

/** A percentile of some numbers, by the nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
