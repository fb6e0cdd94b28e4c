import type { PlacementCatalog, Provider } from '../catalog.ts';
import { fits, inventoryIn } from '../inventory.ts';
import type { Resources } from '../row.ts';
import { hasForbidden, isMember, meets } from './match.ts';
import type { ProviderNeeds } from './query.ts';

/** What `GET /resource_providers` filters by; null and empty: by nothing. */
export interface ProviderFilter extends ProviderNeeds {
  readonly id: string | null;
  readonly name: string | null;
  /** Each provider itself must have room for all of them. */
  readonly resources: Resources;
}

/** Asks a filter about each provider that it can be about: those that pass, and null for each of the others. */
export function* filterProviders(catalog: PlacementCatalog, filter: ProviderFilter): Iterable<Provider | null> {
  const needed = Object.entries(filter.resources);
  for (const provider of namedProviders(catalog, filter)) {
    const passes =
      meets(provider.traits, filter.required) &&
      !hasForbidden(provider, filter) &&
      isMember([provider], filter) &&
      (needed.length === 0 || hasRoom(catalog, provider, needed));
    yield passes ? provider : null;
  }
}

/** Those among which the filtered ones are: found by a key where the filter names one. Lists, for others may write meanwhile. */
function* namedProviders(catalog: PlacementCatalog, { id, name, inTree }: ProviderFilter): Iterable<Provider> {
  const one = id !== null ? catalog.provider(id) : name !== null ? catalog.providerNamed(name) : null;
  const rootId = inTree === null ? null : (catalog.provider(inTree)?.rootId ?? '');
  if (one !== null) {
    const isMeant = one && (name === null || one.name === name) && (rootId === null || one.rootId === rootId);
    if (isMeant) yield one;
  } else if (rootId !== null) yield* catalog.tree(rootId);
  else
    for (const each of catalog.ids()) {
      const provider = catalog.provider(each);
      if (provider) yield provider;
    }
}

function hasRoom(
  catalog: PlacementCatalog,
  provider: Provider,
  needed: readonly (readonly [string, number])[],
): boolean {
  const usage = catalog.usageOf(provider);
  return needed.every(([resourceClass, amount]) => {
    const inventory = inventoryIn(provider.inventories, resourceClass);
    return inventory !== undefined && fits(inventory, usage.get(resourceClass) ?? 0, amount);
  });
}
