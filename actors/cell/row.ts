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

/** What one instance has of one host. */
export interface Allocation {
  readonly instanceId: string;
  readonly host: string;
  readonly claimId: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}

/** By the name of the host. Owned by the cell. */
export const hostResources = table<HostResources>({ name: 'host-resources' });

/** By the id of the instance. Owned by the cell. */
export const allocations = table<Allocation>({ name: 'allocation' });
