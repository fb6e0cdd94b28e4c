import type { Reader } from '../../runtime/store.ts';
import { type ProviderAllocation, type ProviderRow, providerAllocations, providers, type Resources } from './row.ts';

/** What users of the Placement API have changed of a host; undefined: nothing. */
export function changedHost(rows: Reader, host: string): ProviderRow | undefined {
  for (const id of providers.ids(rows, 'byHost', [host], { limit: 1 })) return providers.read(rows, id);
  return undefined;
}

/** The same for all hosts of which something was changed, by name: when a cell wakes up. */
export function changedHosts(rows: Reader): ReadonlyMap<string, ProviderRow> {
  const changed = new Map<string, ProviderRow>();
  for (const row of providers.scan(rows)) if (row.host !== null) changed.set(row.host, row);
  return changed;
}

/** What others than claims take of providers that are not hosts. */
export function* takenOfProviders(rows: Reader): Iterable<Pick<ProviderAllocation, 'providerId' | 'resources'>> {
  for (const allocation of providerAllocations.scan(rows))
    if ((providers.read(rows, allocation.providerId)?.host ?? null) === null) yield allocation;
}

/** What is taken of hosts beside the claims of instances. */
export function* takenOfHosts(rows: Reader): Iterable<{ readonly host: string; readonly resources: Resources }> {
  for (const { providerId, resources } of providerAllocations.scan(rows)) {
    const host = providers.read(rows, providerId)?.host;
    if (host !== undefined && host !== null) yield { host, resources };
  }
}
