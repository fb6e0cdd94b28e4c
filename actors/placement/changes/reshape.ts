import type { Provider } from '../catalog.ts';
import type { PlacementChange, PlacementReply } from '../change.ts';
import { inventoryIn } from '../inventory.ts';
import type { Inventories } from '../row.ts';
import { allocationsRefused, writeAllocations } from './allocations.ts';
import { DONE, type Edit, generationRefused, putProvider, refused } from './edit.ts';
import { inventoriesRefused } from './inventories.ts';

/** Moves inventories, and what is taken of them, between providers in one step. */
export function reshape(edit: Edit, change: Extract<PlacementChange, { type: 'reshape' }>): PlacementReply {
  const { catalog } = edit;
  const reshaped: { readonly provider: Provider; readonly next: Inventories }[] = [];
  for (const { providerId, generation, inventories } of change.inventories) {
    const provider = catalog.provider(providerId);
    if (!provider) return refused({ code: 'ProviderNotFound', providerId });
    const refusal = generationRefused(provider, generation) ?? inventoriesRefused(edit, inventories);
    if (refusal) return refusal;
    reshaped.push({ provider, next: inventories });
  }
  const byId = new Map(reshaped.map(({ provider, next }) => [provider.id, next]));
  const problem = allocationsRefused(edit, change.consumers, ({ id, inventories }) => byId.get(id) ?? inventories);
  if (problem) return refused(problem);
  for (const { provider, next } of reshaped) {
    const resourceClasses = stillUsed(edit, provider, next, change);
    if (resourceClasses.length > 0)
      return refused({ code: 'InventoryInUse', resourceClasses, providerId: provider.id });
  }
  for (const { provider, next } of reshaped)
    putProvider(edit, provider, { inventories: next, generation: provider.generation + 1 });
  writeAllocations(edit, change.consumers);
  return DONE;
}

/** The classes that would be gone while consumers who are not in the change still take something of them. */
function stillUsed(
  { catalog }: Edit,
  provider: Provider,
  next: Inventories,
  { consumers }: Extract<PlacementChange, { type: 'reshape' }>,
): readonly string[] {
  const moved = new Set(consumers.map(({ consumerId }) => consumerId));
  const others = catalog.consumersOf(provider).filter(({ id }) => !moved.has(id));
  const used = new Set(others.flatMap(({ allocations }) => Object.keys(allocations[provider.id] ?? {})));
  return [...used].filter((name) => !inventoryIn(next, name));
}
