import type { Resources } from './row.ts';

/** Amounts by class that are added up, in place. */
export type Amounts = Map<string, number>;

/** Adds resources (sign 1) or takes them away (-1). */
export function addTo(amounts: Amounts, resources: Resources, sign: 1 | -1 = 1): void {
  for (const [name, amount] of Object.entries(resources)) amounts.set(name, (amounts.get(name) ?? 0) + sign * amount);
}

/** The sum of several. */
export function sumOf(all: Iterable<Resources>): Amounts {
  const amounts: Amounts = new Map();
  for (const resources of all) addTo(amounts, resources);
  return amounts;
}
