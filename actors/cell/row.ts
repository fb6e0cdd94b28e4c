import type { HostInventory } from '../../drivers/hypervisor.ts';
import { table } from '../../runtime/table.ts';

/** What a host has, as the cell schedules with it. */
export interface HostResources {
  readonly host: string;
  readonly cell: string;
  readonly zone: string;
  readonly inventory: HostInventory;
  readonly available: boolean;
}

/** What one instance has of one host. During a move it has two: what it had, and what it will have. */
export interface Allocation {
  readonly instanceId: string;
  readonly host: string;
  readonly claimId: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  /** The server group of the instance; absent: none. */
  readonly groupId?: string;
}

/** By the name of the host. Owned by the cell. */
export const hostResources = table<HostResources>({ name: 'host-resources' });

/** By `allocationId`. Owned by the cell. */
export const allocations = table<Allocation>({ name: 'allocation' });

/** The id of the row of what an instance has, or of what it has claimed for a move: the instance's own, or with an ending. */
export const allocationId = (instanceId: string, part?: 'move'): string =>
  part === undefined ? instanceId : `${instanceId}.${part}`;
