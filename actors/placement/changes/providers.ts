import type { Provider } from '../catalog.ts';
import type { PlacementChange, PlacementReply } from '../change.ts';
import { type ProviderRow, providers } from '../row.ts';
import { DONE, type Edit, putProvider, refused } from './edit.ts';

type Change<T extends PlacementChange['type']> = Extract<PlacementChange, { type: T }>;

const NO_PARENT = 'parent provider UUID does not exist.';

export function createProvider(edit: Edit, { id, name, parentId }: Change<'createProvider'>): PlacementReply {
  const { ctx, catalog, hosts } = edit;
  const refuse = (reason: string) => refused({ code: 'ProviderRefused', action: 'create', reason });
  if (name === '') return refuse('name is required');
  if (parentId === id)
    return refuse(
      'parent provider UUID cannot be same as UUID. Please set parent provider UUID to None if there is no parent.',
    );
  const parent = parentId === null ? null : catalog.provider(parentId);
  if (parent === undefined) return refuse(NO_PARENT);
  const taken = [
    ...(catalog.provider(id) ? [`uuid: ${id}`] : []),
    ...(catalog.providerNamed(name) ? [`name: ${name}`] : []),
  ];
  if (taken.length > 0) return refused({ code: 'ProviderExists', taken: taken.join(', ') });
  const row: ProviderRow = {
    id,
    name,
    generation: 0,
    parentId,
    rootId: parent?.rootId ?? id,
    host: null,
    inventories: {},
    traits: [],
    aggregates: [],
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
  };
  ctx.put(providers, id, row);
  hosts.providerChanged(id, row.rootId);
  return DONE;
}

export function updateProvider(edit: Edit, change: Change<'updateProvider'>): PlacementReply {
  const { catalog } = edit;
  const { id, name, parentId, mayMove } = change;
  const provider = catalog.provider(id);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId: id });
  const moved =
    parentId === undefined || parentId === provider.parentId ? null : newPlace(edit, provider, parentId, mayMove);
  if (moved !== null && 'ok' in moved) return moved;
  const holder = catalog.providerNamed(name);
  if (holder && holder.id !== id) return refused({ code: 'ProviderExists', taken: name });
  if (name === '') return refused({ code: 'ProviderRefused', action: 'update', reason: 'name is required' });
  putProvider(edit, provider, { name, ...moved });
  if (moved !== null) moveBelow(edit, provider, moved.rootId);
  return DONE;
}

/** Where a provider comes to stand below another parent; or why it must not. */
function newPlace(
  { catalog }: Edit,
  provider: Provider,
  parentId: string | null,
  mayMove: boolean,
): Pick<ProviderRow, 'parentId' | 'rootId'> | PlacementReply {
  const refuse = (reason: string, action: 'create' | 'update' = 'update') =>
    refused({ code: 'ProviderRefused', action, reason });
  if (parentId === null)
    return mayMove ? { parentId, rootId: provider.id } : refuse('un-parenting a provider is not currently allowed.');
  const parent = catalog.provider(parentId);
  if (!parent) return refuse(NO_PARENT, 'create');
  if (provider.parentId !== null && !mayMove) return refuse('re-parenting a provider is not currently allowed.');
  if (subtreeOf(catalog.tree(provider.rootId), provider.id).has(parentId))
    return refuse('creating loop in the provider tree is not allowed.');
  return { parentId, rootId: parent.rootId };
}

/** The ids of a provider and of all below it. Parents may come after their children. */
function subtreeOf(tree: readonly Provider[], id: string): ReadonlySet<string> {
  const inside = new Set([id]);
  for (let before = 0; before < inside.size; ) {
    before = inside.size;
    for (const { id: child, parentId } of tree) if (parentId !== null && inside.has(parentId)) inside.add(child);
  }
  return inside;
}

/** What is below a provider that has moved has another top now. */
function moveBelow(edit: Edit, { id, rootId: before }: Provider, rootId: string): void {
  const tree = edit.catalog.tree(before);
  const inside = subtreeOf(tree, id);
  for (const provider of tree)
    if (provider.id !== id && inside.has(provider.id)) putProvider(edit, provider, { rootId });
}

export function deleteProvider({ ctx, catalog, hosts }: Edit, { id }: Change<'deleteProvider'>): PlacementReply {
  const provider = catalog.provider(id);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId: id });
  if (catalog.tree(provider.rootId).some(({ parentId }) => parentId === id))
    return refused({ code: 'ProviderHasChildren', providerId: id });
  if (catalog.usageOf(provider).size > 0) return refused({ code: 'ProviderInUse', providerId: id });
  ctx.put(providers, id, undefined);
  hosts.providerChanged(id, provider.rootId);
  if (provider.host !== null) hosts.changed(provider.host);
  return DONE;
}
