/** A measured claim. A ratio above 1 means that ours is better than the reference, which was measured in the same run. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly reference: string;
  readonly referenceValue: number;
  readonly ratio: number;
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

/** A percentile of some numbers, by the nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
