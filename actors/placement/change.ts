import type { Result } from '../../runtime/result.ts';
import type { PlacementError } from './errors.ts';
import type { Inventories, Inventory, Resources } from './row.ts';

/** All that one consumer is to take from now on, instead of what it took before. */
export interface ConsumerAllocations {
  readonly consumerId: string;
  readonly projectId: string;
  readonly userId: string;
  /** Undefined: what it was, or not told. */
  readonly consumerType: string | undefined;
  /** The generation that the writer has seen: null for a consumer that is not there yet; undefined: it does not care. */
  readonly generation: number | null | undefined;
  /** By provider. Empty: nothing any more. */
  readonly allocations: Readonly<Record<string, Resources>>;
}

/** All that a provider is to have from now on. */
export interface NewInventories {
  readonly providerId: string;
  /** The generation that the writer has seen. */
  readonly generation: number;
  readonly inventories: Inventories;
}

/** A change through the Placement API. Each is made whole or not at all. */
export type PlacementChange =
  | {
      readonly type: 'createProvider';
      readonly id: string;
      readonly name: string;
      readonly parentId: string | null;
    }
  /** `parentId` undefined: the parent stays. `mayMove`: also to another parent than the one it has, or to none. */
  | {
      readonly type: 'updateProvider';
      readonly id: string;
      readonly name: string;
      readonly parentId: string | null | undefined;
      readonly mayMove: boolean;
    }
  /** Of a host's provider: forgets what was changed of it, so that it is again as the host reports it. */
  | { readonly type: 'deleteProvider'; readonly id: string }
  | {
      readonly type: 'addInventory';
      readonly providerId: string;
      readonly resourceClass: string;
      readonly inventory: Inventory;
    }
  | ({ readonly type: 'setInventories' } & NewInventories)
  | {
      readonly type: 'setInventory';
      readonly providerId: string;
      readonly generation: number;
      readonly resourceClass: string;
      readonly inventory: Inventory;
    }
  | { readonly type: 'deleteInventories'; readonly providerId: string }
  | { readonly type: 'deleteInventory'; readonly providerId: string; readonly resourceClass: string }
  /** `generation` undefined: the writer does not care, and the provider's stays. */
  | {
      readonly type: 'setAggregates';
      readonly providerId: string;
      readonly generation: number | undefined;
      readonly aggregates: readonly string[];
    }
  | {
      readonly type: 'setTraits';
      readonly providerId: string;
      readonly generation: number;
      readonly traits: readonly string[];
    }
  | { readonly type: 'deleteTraits'; readonly providerId: string }
  | { readonly type: 'ensureTrait'; readonly name: string }
  | { readonly type: 'deleteTrait'; readonly name: string }
  | { readonly type: 'createClass'; readonly name: string }
  | { readonly type: 'ensureClass'; readonly name: string }
  | { readonly type: 'renameClass'; readonly name: string; readonly newName: string }
  | { readonly type: 'deleteClass'; readonly name: string }
  | { readonly type: 'setAllocations'; readonly consumers: readonly ConsumerAllocations[] }
  | { readonly type: 'deleteAllocations'; readonly consumerId: string }
  | {
      readonly type: 'reshape';
      readonly inventories: readonly NewInventories[];
      readonly consumers: readonly ConsumerAllocations[];
    };

/** What became of a change: whether something new was made, for those that make sure of something. */
export interface PlacementChanged {
  readonly created: boolean;
}

/** What a change is answered with. */
export type PlacementReply = Result<PlacementChanged, PlacementError>;

/** Traits and classes that a change names and that the api's cell keeps: for this change they are there. */
export interface NamesElsewhere {
  readonly traits: readonly string[];
  readonly classes: readonly string[];
}
