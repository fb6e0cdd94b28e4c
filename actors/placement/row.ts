import { table } from '../../runtime/table.ts';

/** Amounts by resource class. */
export type Resources = Readonly<Record<string, number>>;

/** What a provider has of one resource class. */
export interface Inventory {
  readonly total: number;
  /** Kept back from allocations. */
  readonly reserved: number;
  /** One allocation takes at least and at most so much, in multiples of the step. */
  readonly minUnit: number;
  readonly maxUnit: number;
  readonly stepSize: number;
  /** How many times what is not reserved may be given away. */
  readonly allocationRatio: number;
}

/** By resource class. */
export type Inventories = Readonly<Record<string, Inventory>>;

/**
 * A resource provider. A compute host is one without having a row: it gets its row when something of it is changed
 * through the Placement API.
 */
export interface ProviderRow {
  readonly id: string;
  readonly name: string;
  /** Counts the changes, so that a writer learns that another one was there before. */
  readonly generation: number;
  readonly parentId: string | null;
  /** The top of the tree that it stands in; its own id at the top. */
  readonly rootId: string;
  /** The compute host that it is; null: it is none. */
  readonly host: string | null;
  /** Null: of a host, what the host reports. */
  readonly inventories: Inventories | null;
  readonly traits: readonly string[];
  /** UUIDs; those of Nova's aggregates that a host is in come beside them. */
  readonly aggregates: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** By UUID. Owned by the cell. */
export const providers = table<ProviderRow, 'byName' | 'byRoot' | 'byHost'>({
  name: 'placement-provider',
  indexes: {
    byName: (provider) => [provider.name],
    byRoot: (provider) => [provider.rootId],
    byHost: (provider) => (provider.host === null ? null : [provider.host]),
  },
});

/** Somebody who takes something of providers through the Placement API. */
export interface ConsumerRow {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  /** Such as INSTANCE; null: it was never told. */
  readonly type: string | null;
  /** Counts the changes of what it takes. */
  readonly generation: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** By UUID. Owned by the cell. What an instance has claimed stands in `allocations` of the cell. */
export const consumers = table<ConsumerRow, 'byProject'>({
  name: 'placement-consumer',
  indexes: { byProject: (consumer) => [consumer.projectId] },
});

/** What one consumer takes of one provider. */
export interface ProviderAllocation {
  readonly consumerId: string;
  readonly providerId: string;
  readonly resources: Resources;
  readonly createdAtMs: number;
}

/** By `providerAllocationId`; those of a consumer are a range. Owned by the cell. */
export const providerAllocations = table<ProviderAllocation, 'byProvider'>({
  name: 'placement-allocation',
  indexes: { byProvider: (allocation) => [allocation.providerId] },
});

export const providerAllocationId = (consumerId: string, providerId: string): string => `${consumerId}.${providerId}`;

/** A trait or a resource class that users have made. */
export interface CustomName {
  readonly name: string;
  readonly createdAtMs: number;
}

/** By name: traits beside the standard ones. Owned by the cell. */
export const customTraits = table<CustomName>({ name: 'placement-trait' });

/** By name: resource classes beside the standard ones. Owned by the cell. */
export const customClasses = table<CustomName>({ name: 'placement-class' });
