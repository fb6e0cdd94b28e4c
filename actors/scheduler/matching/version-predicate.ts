type Compare = (difference: number) => boolean;

const COMPARE: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ['<', (difference) => difference < 0],
  ['<=', (difference) => difference <= 0],
  ['==', (difference) => difference === 0],
  ['!=', (difference) => difference !== 0],
  ['>=', (difference) => difference >= 0],
  ['>', (difference) => difference > 0],
]);

/** Longest text that is looked at; longer ones hold for no version. */
const PREDICATE_LENGTH_MAX = 255;

/** The number of a version, as Nova has it in `hypervisor_version`: major * 1,000,000 + minor * 1,000 + micro. */
const numberOf = (text: string): number => {
  const [major = 0, minor = 0, micro = 0] = text.split('.').map(Number);
  return major * 1_000_000 + minor * 1_000 + micro;
};

/**
 * Whether a hypervisor's version is what `img_hv_requested_version` asks: comparisons joined by commas, such as
 * `>=6.0, <9`. A text that is none holds for no version. Nova: ImagePropertiesFilter, with `VersionPredicate`.
 */
export function versionHolds(version: number, predicate: string): boolean {
  if (predicate.length > PREDICATE_LENGTH_MAX) return false;
  return predicate.split(',').every((part) => {
    const [, operator = '', wanted = ''] = /^\s*(<=|>=|==|!=|<|>)\s*(\d+(?:\.\d+){0,2})\s*$/.exec(part) ?? [];
    const compare = COMPARE.get(operator);
    return compare?.(version - numberOf(wanted)) ?? false;
  });
}
