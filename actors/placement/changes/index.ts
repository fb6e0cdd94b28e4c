import type { Context } from '../../../runtime/context.ts';
import type { NamesElsewhere, PlacementChange, PlacementReply } from '../change.ts';
import { consumers } from '../row.ts';
import { deleteAllocations, forgetConsumer, setAllocations } from './allocations.ts';
import { type Edit, newEdit, type PlacementHosts } from './edit.ts';
import { addInventory, deleteInventories, deleteInventory, setInventories, setInventory } from './inventories.ts';
import {
  createClass,
  deleteClass,
  deleteTrait,
  deleteTraits,
  ensureClass,
  ensureTrait,
  renameClass,
  setAggregates,
  setTraits,
} from './names.ts';
import { createProvider, deleteProvider, updateProvider } from './providers.ts';
import { reshape } from './reshape.ts';

export type { PlacementHosts } from './edit.ts';

/**
 * Makes one change of placement, in a handler of the cell that owns the rows: what is checked here cannot be changed by
 * anybody else before it is stored. A refusal changes nothing.
 */
export function changePlacement(
  change: PlacementChange,
  ctx: Context,
  hosts: PlacementHosts,
  names?: NamesElsewhere,
): PlacementReply {
  return changed(newEdit(ctx, hosts, names), change);
}

/** An instance has given back what it had of its host: it takes nothing of other providers either. */
export function instanceReleased(instanceId: string, ctx: Context, hosts: PlacementHosts): void {
  if (consumers.read(ctx.rows, instanceId) !== undefined) forgetConsumer(newEdit(ctx, hosts), instanceId);
}

function changed(edit: Edit, change: PlacementChange): PlacementReply {
  switch (change.type) {
    case 'createProvider':
      return createProvider(edit, change);
    case 'updateProvider':
      return updateProvider(edit, change);
    case 'deleteProvider':
      return deleteProvider(edit, change);
    case 'addInventory':
      return addInventory(edit, change);
    case 'setInventories':
      return setInventories(edit, change);
    case 'setInventory':
      return setInventory(edit, change);
    case 'deleteInventories':
      return deleteInventories(edit, change);
    case 'deleteInventory':
      return deleteInventory(edit, change);
    case 'setAggregates':
      return setAggregates(edit, change);
    case 'setTraits':
      return setTraits(edit, change);
    case 'deleteTraits':
      return deleteTraits(edit, change);
    case 'ensureTrait':
      return ensureTrait(edit, change);
    case 'deleteTrait':
      return deleteTrait(edit, change);
    case 'createClass':
      return createClass(edit, change);
    case 'ensureClass':
      return ensureClass(edit, change);
    case 'renameClass':
      return renameClass(edit, change);
    case 'deleteClass':
      return deleteClass(edit, change);
    case 'setAllocations':
      return setAllocations(edit, change.consumers);
    case 'deleteAllocations':
      return deleteAllocations(edit, change.consumerId);
    case 'reshape':
      return reshape(edit, change);
  }
}
