import type { Provider } from '../catalog.ts';
import type { NewInventories, PlacementChange, PlacementReply } from '../change.ts';
import { inventoryIn } from '../inventory.ts';
import type { Inventories } from '../row.ts';
import { DONE, type Edit, generationRefused, putProvider, refused } from './edit.ts';

type Change<T extends PlacementChange['type']> = Extract<PlacementChange, { type: T }>;

const put = (edit: Edit, provider: Provider, inventories: Inventories): PlacementReply => {
  putProvider(edit, provider, { inventories, generation: provider.generation + 1 });
  return DONE;
};

const without = (inventories: Inventories, resourceClass: string): Inventories =>
  Object.fromEntries(Object.entries(inventories).filter(([name]) => name !== resourceClass));

/** The classes that something is taken of and that are not among the new ones. */
const stillUsed = ({ catalog }: Edit, provider: Provider, next: Inventories): readonly string[] =>
  [...catalog.usageOf(provider)].flatMap(([name, used]) =>
    used > 0 && !inventoryIn(next, name) && inventoryIn(provider.inventories, name) ? [name] : [],
  );

/** Why no provider may have these inventories; null: one may. */
export function inventoriesRefused(edit: Edit, next: Inventories): PlacementReply | null {
  const unknown = Object.keys(next).find((name) => !edit.catalog.hasClass(name));
  return unknown === undefined ? null : refused({ code: 'ClassNotFound', name: unknown });
}

export function addInventory(edit: Edit, change: Change<'addInventory'>): PlacementReply {
  const { providerId, resourceClass, inventory } = change;
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  if (!edit.catalog.hasClass(resourceClass)) return refused({ code: 'ClassNotFound', name: resourceClass });
  if (inventoryIn(provider.inventories, resourceClass))
    return refused({ code: 'InventoryExists', resourceClass, providerId });
  return put(edit, provider, { ...provider.inventories, [resourceClass]: inventory });
}

export function setInventories(edit: Edit, { providerId, generation, inventories }: NewInventories): PlacementReply {
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  const refusal = generationRefused(provider, generation) ?? inventoriesRefused(edit, inventories);
  if (refusal) return refusal;
  const resourceClasses = stillUsed(edit, provider, inventories);
  if (resourceClasses.length > 0) return refused({ code: 'InventoryInUse', resourceClasses, providerId });
  return put(edit, provider, inventories);
}

export function setInventory(edit: Edit, change: Change<'setInventory'>): PlacementReply {
  const { providerId, generation, resourceClass, inventory } = change;
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  const refusal = generationRefused(provider, generation);
  if (refusal) return refusal;
  if (!edit.catalog.hasClass(resourceClass)) return refused({ code: 'ClassNotFound', name: resourceClass });
  if (!inventoryIn(provider.inventories, resourceClass))
    return refused({ code: 'InventoryNotFound', resourceClass, providerId });
  return put(edit, provider, { ...provider.inventories, [resourceClass]: inventory });
}

export function deleteInventories(edit: Edit, { providerId }: Change<'deleteInventories'>): PlacementReply {
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  const resourceClasses = stillUsed(edit, provider, {});
  if (resourceClasses.length > 0) return refused({ code: 'InventoryInUse', resourceClasses, providerId });
  return put(edit, provider, {});
}

export function deleteInventory(edit: Edit, change: Change<'deleteInventory'>): PlacementReply {
  const { providerId, resourceClass } = change;
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  if (!edit.catalog.hasClass(resourceClass)) return refused({ code: 'ClassNotFound', name: resourceClass });
  if (!inventoryIn(provider.inventories, resourceClass))
    return refused({ code: 'InventoryNotFound', resourceClass, providerId });
  const next = without(provider.inventories, resourceClass);
  const resourceClasses = stillUsed(edit, provider, next);
  if (resourceClasses.length > 0) return refused({ code: 'InventoryInUse', resourceClasses, providerId });
  return put(edit, provider, next);
}
