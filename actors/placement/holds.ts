import type { ConsumerAllocations, NewInventories, PlacementChange } from './change.ts';
import type { Inventories } from './row.ts';
import { isCustomName } from './standard-traits.ts';
import type { Hold } from './turns.ts';

const only = (...keys: readonly string[]): readonly Hold[] => keys.map((key) => ({ key, isShared: false }));
const shared = (keys: readonly string[]): readonly Hold[] => [...new Set(keys)].map((key) => ({ key, isShared: true }));

const providerId = (id: string): string => `provider ${id}`;
const providerName = (name: string): string => `provider named ${name}`;
const consumer = (id: string): string => `consumer ${id}`;
const trait = (name: string): string => `trait ${name}`;
const resourceClass = (name: string): string => `class ${name}`;

/** Classes that are always there need nobody who holds them. */
const classes = (names: readonly string[]): readonly Hold[] => shared(names.filter(isCustomName).map(resourceClass));

const classesOf = (inventories: Inventories): readonly string[] => Object.keys(inventories);
const classesSet = (all: readonly NewInventories[]): readonly string[] =>
  all.flatMap(({ inventories }) => classesOf(inventories));
const consumersOf = (all: readonly ConsumerAllocations[]): readonly Hold[] =>
  only(...new Set(all.map(({ consumerId }) => consumer(consumerId))));

/**
 * What has to stay as it is between the look at all cells and the change in one of them. What one cell has for itself, such as what
 * is free of a provider, is not among it: the cell checks that.
 */
export function holdsOf(change: PlacementChange): readonly Hold[] {
  switch (change.type) {
    case 'createProvider':
    case 'updateProvider':
      return only(providerId(change.id), providerName(change.name));
    case 'deleteProvider':
      return only(providerId(change.id));
    case 'addInventory':
    case 'setInventory':
      return classes([change.resourceClass]);
    case 'setInventories':
      return classes(classesOf(change.inventories));
    case 'setTraits':
      return shared(change.traits.filter(isCustomName).map(trait));
    case 'deleteTrait':
      return only(trait(change.name));
    case 'deleteClass':
      return only(resourceClass(change.name));
    case 'renameClass':
      return only(...new Set([resourceClass(change.name), resourceClass(change.newName)]));
    case 'setAllocations':
      return consumersOf(change.consumers);
    case 'deleteAllocations':
      return only(consumer(change.consumerId));
    case 'reshape':
      return [...classes(classesSet(change.inventories)), ...consumersOf(change.consumers)];
    case 'deleteInventories':
    case 'deleteInventory':
    case 'setAggregates':
    case 'deleteTraits':
    case 'ensureTrait':
    case 'createClass':
    case 'ensureClass':
      return [];
  }
}
