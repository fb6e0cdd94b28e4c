import type { HostInventory } from '../../drivers/hypervisor.ts';
import { table } from '../../runtime/table.ts';
import type { Fitted } from '../scheduler/host-fittings.ts';

/** What a host has, as the cell schedules with it. */
export interface HostResources {
  readonly host: string;
  readonly cell: string;
  readonly zone: string;
  readonly inventory: HostInventory;
  readonly available: boolean;
  /** Builds that have failed since the last that went well; absent: none. */
  readonly failedBuilds?: number;
}

/** Amounts by resource class, by the UUID of a provider. */
export type AmountsByProvider = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What one instance has of one host. During a move it has two: what it had, and what it will have. */
export interface Allocation extends Fitted {
  readonly instanceId: string;
  readonly host: string;
  readonly claimId: string;
  /** Absent in rows from before it was kept: long ago. */
  readonly claimedAtMs?: number;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  /** The server group of the instance; absent: none. */
  readonly groupId?: string;
  /** Amounts of further resource classes; absent: none. */
  readonly resources?: Readonly<Record<string, number>>;
  /** What it has of other providers than the host's own: below it, or sharing with it. Absent: nothing. */
  readonly others?: AmountsByProvider;
  /** Who was chosen for what, the host's own provider included, by suffix of the group; '' is what belongs to none. Absent: all is the host's. */
  readonly groups?: Readonly<Record<string, AmountsByProvider>>;
}

/** By the name of the host. Owned by the cell. */
export const hostResources = table<HostResources>({ name: 'host-resources' });

/** By `allocationId`. Owned by the cell. */
export const allocations = table<Allocation, 'byHost'>({
  name: 'allocation',
  indexes: { byHost: (allocation) => [allocation.host] },
});

/** That a claim takes something of a provider that is not its host's own. */
export interface ProviderClaim {
  /** Id of the claim's row. */
  readonly claim: string;
  readonly providerId: string;
}

/** By `providerClaimId`: how claims are found by provider. How much they take stands in them. Owned by the cell. */
export const providerClaims = table<ProviderClaim, 'byProvider'>({
  name: 'provider-claim',
  indexes: { byProvider: ({ providerId }) => [providerId] },
  indexedFields: ['providerId'],
});

export const providerClaimId = (claim: string, providerId: string): string => `${claim}.${providerId}`;

/** The id of the row of what an instance has, or of what it has claimed for a move: the instance's own, or with an ending. */
export const allocationId = (instanceId: string, part?: 'move'): string =>
  part === undefined ? instanceId : `${instanceId}.${part}`;
