import { ok } from '../../../runtime/result.ts';
import type { Provider } from '../catalog.ts';
import type { PlacementChange, PlacementReply } from '../change.ts';
import { inventoryIn } from '../inventory.ts';
import { customClasses, customTraits } from '../row.ts';
import { STANDARD_CLASSES } from '../standard-classes.ts';
import { STANDARD_TRAITS } from '../standard-traits.ts';
import { DONE, type Edit, generationRefused, putProvider, refused } from './edit.ts';

type Change<T extends PlacementChange['type']> = Extract<PlacementChange, { type: T }>;

export function ensureTrait({ ctx, catalog }: Edit, { name }: Change<'ensureTrait'>): PlacementReply {
  if (catalog.hasTrait(name)) return DONE;
  ctx.put(customTraits, name, { name, createdAtMs: ctx.nowMs });
  return ok({ created: true });
}

export function deleteTrait({ ctx, catalog }: Edit, { name }: Change<'deleteTrait'>): PlacementReply {
  if (!catalog.hasTrait(name)) return refused({ code: 'TraitsNotFound', names: [name] });
  if (STANDARD_TRAITS.has(name)) return refused({ code: 'TraitStandard', name });
  for (const provider of catalog.providers())
    if (provider.traits.includes(name)) return refused({ code: 'TraitInUse', name });
  ctx.put(customTraits, name, undefined);
  return DONE;
}

export function setTraits(edit: Edit, change: Change<'setTraits'>): PlacementReply {
  const { providerId, generation, traits } = change;
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  const refusal = generationRefused(provider, generation);
  if (refusal) return refusal;
  const names = [...new Set(traits)].filter((name) => !edit.catalog.hasTrait(name));
  if (names.length > 0) return refused({ code: 'TraitsNotFound', names });
  return giveTraits(edit, provider, traits);
}

export function deleteTraits(edit: Edit, { providerId }: Change<'deleteTraits'>): PlacementReply {
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  return giveTraits(edit, provider, []);
}

/** Gives a provider these traits beside those that it has by itself. One that has them counts no change, as in Placement. */
function giveTraits(edit: Edit, provider: Provider, traits: readonly string[]): PlacementReply {
  const own = provider.host === null ? [] : edit.catalog.ownTraits(provider.host);
  const given = new Set(traits.filter((name) => !own.includes(name)));
  const present = new Set(provider.traits.filter((name) => !own.includes(name)));
  if (given.size === present.size && [...given].every((name) => present.has(name))) return DONE;
  putProvider(edit, provider, { traits: [...given], generation: provider.generation + 1 });
  return DONE;
}

export function setAggregates(edit: Edit, change: Change<'setAggregates'>): PlacementReply {
  const { providerId, generation, aggregates } = change;
  const provider = edit.catalog.provider(providerId);
  if (!provider) return refused({ code: 'ProviderNotFound', providerId });
  const refusal = generation === undefined ? null : generationRefused(provider, generation);
  if (refusal) return refusal;
  const counted = generation === undefined ? provider.generation : provider.generation + 1;
  putProvider(edit, provider, { aggregates: [...new Set(aggregates)], generation: counted });
  return DONE;
}

export function createClass({ ctx, catalog }: Edit, { name }: Change<'createClass'>): PlacementReply {
  if (catalog.hasClass(name)) return refused({ code: 'ClassExists', name });
  ctx.put(customClasses, name, { name, createdAtMs: ctx.nowMs });
  return ok({ created: true });
}

export const ensureClass = (edit: Edit, { name }: Change<'ensureClass'>): PlacementReply =>
  edit.catalog.hasClass(name) ? DONE : createClass(edit, { type: 'createClass', name });

/** Whether a provider has an inventory of the class. */
function isClassUsed({ catalog }: Edit, name: string): boolean {
  for (const provider of catalog.providers()) if (inventoryIn(provider.inventories, name)) return true;
  return false;
}

/** Renames a class. One that providers have keeps its name: their inventories are stored by it, unlike in Placement. */
export function renameClass(edit: Edit, { name, newName }: Change<'renameClass'>): PlacementReply {
  const { ctx, catalog } = edit;
  if (!catalog.hasClass(name)) return refused({ code: 'ClassNotFound', name });
  if (STANDARD_CLASSES.has(name)) return refused({ code: 'ClassStandard', name });
  if (name !== newName && catalog.hasClass(newName)) return refused({ code: 'ClassExists', name: newName });
  if (name !== newName && isClassUsed(edit, name)) return refused({ code: 'ClassInUse', name });
  const before = customClasses.read(ctx.rows, name);
  ctx.put(customClasses, name, undefined);
  ctx.put(customClasses, newName, { name: newName, createdAtMs: before?.createdAtMs ?? ctx.nowMs });
  return DONE;
}

export function deleteClass(edit: Edit, { name }: Change<'deleteClass'>): PlacementReply {
  if (!edit.catalog.hasClass(name)) return refused({ code: 'ClassNotFound', name });
  if (STANDARD_CLASSES.has(name)) return refused({ code: 'ClassStandard', name });
  if (isClassUsed(edit, name)) return refused({ code: 'ClassInUse', name });
  edit.ctx.put(customClasses, name, undefined);
  return DONE;
}
