import type { Reader } from '../../runtime/store.ts';
import { API_CELL, cellMappings } from '../cell-mapping/row.ts';
import { hosts } from '../host/row.ts';
import { PlacementCatalog } from './catalog.ts';
import type { ConsumerAllocations, NamesElsewhere, NewInventories, PlacementChange } from './change.ts';
import type { PlacementError } from './errors.ts';
import { inventoryIn } from './inventory.ts';
import type { Inventories } from './row.ts';
import { isCustomName } from './standard-traits.ts';

/** The providers that a change is about; none for names and for what nobody has yet. */
function providersOfChange(change: PlacementChange, catalog: PlacementCatalog): readonly string[] {
  switch (change.type) {
    case 'createProvider':
      return change.parentId === null ? [] : [change.parentId];
    case 'updateProvider':
      return change.parentId ? [change.id, change.parentId] : [change.id];
    case 'deleteProvider':
      return [change.id];
    case 'addInventory':
    case 'setInventories':
    case 'setInventory':
    case 'deleteInventories':
    case 'deleteInventory':
    case 'setAggregates':
    case 'setTraits':
    case 'deleteTraits':
      return [change.providerId];
    case 'setAllocations':
      return providersOf(change.consumers, catalog);
    case 'deleteAllocations':
      return Object.keys(catalog.consumer(change.consumerId)?.allocations ?? {});
    case 'reshape':
      return [...change.inventories.map(({ providerId }) => providerId), ...providersOf(change.consumers, catalog)];
    case 'ensureTrait':
    case 'deleteTrait':
    case 'createClass':
    case 'ensureClass':
    case 'renameClass':
    case 'deleteClass':
      return [];
  }
}

/** The providers that consumers are to take something of, and those that they have something of now. */
const providersOf = (consumers: readonly ConsumerAllocations[], catalog: PlacementCatalog): readonly string[] =>
  consumers.flatMap(({ consumerId, allocations }) => [
    ...Object.keys(allocations),
    ...Object.keys(catalog.consumer(consumerId)?.allocations ?? {}),
  ]);

/** The cells that own what a change is about: those of the hosts at the top of its providers' trees, or the api's. */
function cellsOfChange(change: PlacementChange, reader: Reader): ReadonlySet<string> {
  const catalog = new PlacementCatalog(reader);
  const cells = new Set<string>();
  for (const id of providersOfChange(change, catalog)) {
    const rootId = catalog.provider(id)?.rootId;
    if (rootId === undefined) continue;
    const host = catalog.provider(rootId)?.host ?? null;
    cells.add((host === null ? undefined : hosts.read(reader, host)?.cell) ?? API_CELL);
  }
  return cells;
}

/** The cell that a change goes to. Names, and what nobody has yet, are for the api's cell. */
export function cellOfChange(change: PlacementChange, reader: Reader): string {
  const [first = API_CELL] = cellsOfChange(change, reader);
  return first;
}

const classesOf = (inventories: Inventories): readonly string[] => Object.keys(inventories);
const classesTaken = (consumers: readonly ConsumerAllocations[]): readonly string[] =>
  consumers.flatMap(({ allocations }) => Object.values(allocations).flatMap((resources) => Object.keys(resources)));
const classesSet = (all: readonly NewInventories[]): readonly string[] =>
  all.flatMap(({ inventories }) => classesOf(inventories));

/** The resource classes that a change names. */
function classesIn(change: PlacementChange): readonly string[] {
  switch (change.type) {
    case 'addInventory':
    case 'setInventory':
    case 'deleteInventory':
      return [change.resourceClass];
    case 'setInventories':
      return classesOf(change.inventories);
    case 'setAllocations':
      return classesTaken(change.consumers);
    case 'reshape':
      return [...classesSet(change.inventories), ...classesTaken(change.consumers)];
    default:
      return [];
  }
}

/** What a cell beside the api's has to be told of what users have named: the api's cell keeps it. */
export function namesFor(change: PlacementChange, reader: Reader): NamesElsewhere {
  const catalog = new PlacementCatalog(reader);
  const traits = change.type === 'setTraits' ? change.traits : [];
  return {
    traits: [...new Set(traits)].filter((name) => isCustomName(name) && catalog.hasTrait(name)),
    classes: [...new Set(classesIn(change))].filter((name) => isCustomName(name) && catalog.hasClass(name)),
  };
}

/** Whether providers may be in several cells. */
export function hasSeveralCells(reader: Reader): boolean {
  const [several] = cellMappings.scan(reader, { limit: 1 });
  return several !== undefined;
}

/** Why a change must not be made for what is in other cells; null: it may. Of a cloud with several cells. */
export function refusedElsewhere(change: PlacementChange, reader: Reader): PlacementError | null {
  const cells = [...cellsOfChange(change, reader)];
  if (cells.length > 1) return { code: 'SeveralCells', cells };
  const catalog = new PlacementCatalog(reader);
  switch (change.type) {
    case 'createProvider': {
      const taken = [
        ...(catalog.providerNamed(change.name) ? [`name: ${change.name}`] : []),
        ...(catalog.provider(change.id) ? [`uuid: ${change.id}`] : []),
      ];
      return taken.length === 0 ? null : { code: 'ProviderExists', taken: taken.join(', ') };
    }
    case 'updateProvider': {
      const holder = catalog.providerNamed(change.name);
      return holder && holder.id !== change.id ? { code: 'ProviderExists', taken: change.name } : null;
    }
    // Of names that users have not made, or that are not there, the api's cell says what is wrong.
    case 'deleteTrait':
      if (!isCustomName(change.name) || !catalog.hasTrait(change.name)) return null;
      return [...catalog.providers()].some(({ traits }) => traits.includes(change.name))
        ? { code: 'TraitInUse', name: change.name }
        : null;
    case 'deleteClass':
    case 'renameClass':
      if (!isCustomName(change.name) || !catalog.hasClass(change.name)) return null;
      return [...catalog.providers()].some(({ inventories }) => inventoryIn(inventories, change.name))
        ? { code: 'ClassInUse', name: change.name }
        : null;
    default:
      return null;
  }
}
