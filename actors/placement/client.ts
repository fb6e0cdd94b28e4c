import { type Found, findCandidates } from './candidates/find.ts';
import { Forest } from './candidates/forest.ts';
import { filterProviders, type ProviderFilter } from './candidates/listing.ts';
import type { CandidateQuery } from './candidates/query.ts';
import type { PlacementCatalog, Provider } from './catalog.ts';

export type { Found } from './candidates/find.ts';
export type { Candidate, CandidateQuery, RequestGroup } from './candidates/query.ts';
export { type Consumer, PlacementCatalog, type Provider } from './catalog.ts';
export type { ConsumerAllocations, NewInventories, PlacementChange, PlacementChanged } from './change.ts';
export type { PlacementError } from './errors.ts';
export { capacityOf } from './inventory.ts';
export { STANDARD_TRAITS } from './standard-traits.ts';
export { PlacementWriter } from './writer.ts';

/**
 * The ways to serve a query, by what is stored while it is looked for. With many hosts that takes a while, in which others
 * get their turn.
 */
export async function candidatesIn(catalog: PlacementCatalog, query: CandidateQuery): Promise<Found> {
  const search = findCandidates(new Forest(catalog), query);
  for (;;) {
    const step = search.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

/** Providers that are asked about between two pauses: with twenty instances on each host at most some 10 ms. */
const PROVIDERS_AT_ONCE = 64;

/** The providers that pass a filter. Takes its time as well. */
export async function providersIn(catalog: PlacementCatalog, filter: ProviderFilter): Promise<readonly Provider[]> {
  const found: Provider[] = [];
  let asked = 0;
  for (const provider of filterProviders(catalog, filter)) {
    if (provider) found.push(provider);
    asked += 1;
    if (asked % PROVIDERS_AT_ONCE === 0) await nextTurn();
  }
  return found;
}

/** Resolves when everything that waits for the event loop now has had its turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
