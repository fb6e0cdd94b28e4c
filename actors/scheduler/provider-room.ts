import type { Grove } from '../placement/candidates/match.ts';
import { capacityOf } from '../placement/inventory.ts';
import type { HostTable } from './host-table.ts';
import type { HostSupplier } from './provider-trees.ts';

/** Providers that are named in a reason: a host may have hundreds. */
const TOLD_MAX = 4;

/** What the providers of a host have left of a class, in words. */
export function roomOfSuppliers({ tree, sharing, used }: Grove<HostSupplier>, resourceClass: string): string {
  const told = [...tree, ...sharing].flatMap((provider) => {
    const inventory = provider.inventories[resourceClass];
    if (inventory === undefined) return [];
    const [capacity, taken] = [capacityOf(inventory), used(provider, resourceClass)];
    return [`${provider.name} has ${capacity - taken} ${resourceClass} left (${taken} of ${capacity} are used)`];
  });
  if (told.length === 0) return `none has ${resourceClass}`;
  const more = told.length > TOLD_MAX ? [`and ${told.length - TOLD_MAX} more`] : [];
  return [...told.slice(0, TOLD_MAX), ...more].join(', ');
}

/** Why no provider of a host gives so much of a class, in words that follow the name of the host. */
export const roomInTree = (hosts: HostTable, row: number, resourceClass: string, amount: number): string =>
  `has no provider that gives ${amount} ${resourceClass}: ${roomOfSuppliers(hosts.trees.grove(hosts, row), resourceClass)}`;
