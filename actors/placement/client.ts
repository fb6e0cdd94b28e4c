import type { AskError } from '../../runtime/message.ts';
import { failed, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { cell } from '../cell/protocol.ts';
import { API_CELL } from '../cell-mapping/row.ts';
import { limits } from '../limits.ts';
import { type Found, findCandidates } from './candidates/find.ts';
import { Forest } from './candidates/forest.ts';
import { filterProviders, type ProviderFilter } from './candidates/listing.ts';
import type { CandidateQuery } from './candidates/query.ts';
import type { PlacementCatalog, Provider } from './catalog.ts';
import type { PlacementChange, PlacementChanged } from './change.ts';
import type { PlacementError } from './errors.ts';
import { cellOfChange, namesFor, refusedElsewhere } from './routing.ts';

export type { Found } from './candidates/find.ts';
export type { Candidate, CandidateQuery, RequestGroup } from './candidates/query.ts';
export { type Consumer, PlacementCatalog, type Provider } from './catalog.ts';
export type { ConsumerAllocations, NewInventories, PlacementChange, PlacementChanged } from './change.ts';
export type { PlacementError } from './errors.ts';
export { capacityOf } from './inventory.ts';
export { STANDARD_TRAITS } from './standard-traits.ts';

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

/**
 * Asks the cell for one change. When it is answered the change is stored, and a renewed reader sees it. Errors: those of
 * PlacementError for the change, and AskError.
 */
export async function askPlacement(
  system: ActorSystem,
  reader: Reader,
  change: PlacementChange,
): Promise<Result<PlacementChanged, PlacementError | AskError>> {
  const refusal = refusedElsewhere(change, reader);
  if (refusal) return failed(refusal);
  const place = cellOfChange(change, reader);
  const message = { type: 'placement', change } as const;
  const told = place === API_CELL ? message : { ...message, names: namesFor(change, reader) };
  const outcome = await system.ask(cell.at(place), told, { deadlineMs: limits.askMs });
  return outcome.ok ? outcome.value : failed(outcome.error);
}
