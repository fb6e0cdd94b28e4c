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
}

/** By the name of the host. Owned by the cell. */
export const hostResources = table<HostResources>({ name: 'host-resources' });

/** By `allocationId`. Owned by the cell. */
export const allocations = table<Allocation, 'byHost'>({
  name: 'allocation',
  indexes: { byHost: (allocation) => [allocation.host] },
});

/** The id of the row of what an instance has, or of what it has claimed for a move: the instance's own, or with an ending. */
export const allocationId = (instanceId: string, part?: 'move'): string =>
  part === undefined ? instanceId : `${instanceId}.${part}`;
