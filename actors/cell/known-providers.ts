import type { Reader } from '../../runtime/store.ts';
import { hosts as hostRows } from '../host/row.ts';
import { takenOfProviders } from '../placement/hosts.ts';
import { type ProviderRow, providers } from '../placement/row.ts';
import { SHARES_VIA_AGGREGATE } from '../placement/standard-traits.ts';
import type { HostTable } from '../scheduler/host-table.ts';
import type { HostTree, OtherProvider } from '../scheduler/provider-trees.ts';
import type { GroupMappings } from './protocol.ts';
import type { AmountsByProvider } from './row.ts';

/** The UUID of a host's own provider; empty: it is not known. */
export const ownProviderOf = (rows: Reader, host: string): string => hostRows.read(rows, host)?.hypervisorId ?? '';

/** Who serves which group, of what a claim has stored; undefined: nothing is said. */
export const mappingsOf = (
  groups: Readonly<Record<string, AmountsByProvider>> | undefined,
): GroupMappings | undefined =>
  groups && Object.fromEntries(Object.entries(groups).map(([suffix, served]) => [suffix, Object.keys(served)]));

/** Puts what rows say of providers below hosts, and of those that share, into the table, with what is taken of them beside claims. */
export function readProviders(hosts: HostTable, rows: Reader): void {
  const rootIds = new Set<string>();
  for (const row of providers.scan(rows)) {
    if (row.host !== null && row.rootId === row.id && row.aggregates.length === 0) continue;
    rootIds.add(row.rootId);
    refreshSharing(hosts, row.id, row);
  }
  for (const rootId of rootIds) refreshTree(hosts, rootId, rows);
  for (const { providerId, resources } of takenOfProviders(rows)) hosts.trees.use(providerId, resources, 1);
}

/** Takes over a provider that has come, changed or gone, and the trees that it stands in. `rootId`: the top that it had. */
export function refreshProvider(hosts: HostTable, id: string, rootId: string, rows: Reader): void {
  const row = providers.read(rows, id);
  refreshSharing(hosts, id, row);
  refreshTree(hosts, rootId, rows);
  if (row !== undefined && row.rootId !== rootId) refreshTree(hosts, row.rootId, rows);
}

const otherOf = ({ id, name, parentId, rootId, inventories, traits, aggregates }: ProviderRow): OtherProvider => ({
  id,
  name,
  parentId,
  rootId,
  inventories: inventories ?? {},
  traits,
  aggregates,
});

/** A host does not share what it has for its own instances. */
function refreshSharing(hosts: HostTable, id: string, row: ProviderRow | undefined): void {
  const shares = row !== undefined && row.host === null && row.traits.includes(SHARES_VIA_AGGREGATE);
  hosts.trees.setSharing(id, shares ? otherOf(row) : undefined);
}

/** Tells what stands with each host of a tree. */
function refreshTree({ trees }: HostTable, rootId: string, rows: Reader): void {
  const tree: ProviderRow[] = [];
  for (const id of providers.ids(rows, 'byRoot', [rootId])) {
    const row = providers.read(rows, id);
    if (row !== undefined) tree.push(row);
  }
  for (const [providerId, host] of hostsIn(rootId, tree, rows)) trees.setTree(host, treeBelow(providerId, tree));
}

/** The hosts of a tree by the ids of their providers; the one at the top may have no row. */
function hostsIn(rootId: string, tree: readonly ProviderRow[], rows: Reader): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!tree.some(({ id }) => id === rootId))
    for (const host of hostRows.ids(rows, 'byHypervisorId', [rootId], { limit: 1 })) found.set(rootId, host);
  for (const { id, host } of tree) if (host !== null) found.set(id, host);
  return found;
}

/** What is below a host, without other hosts and what is below these. Parents may come after their children. */
function treeBelow(providerId: string, tree: readonly ProviderRow[]): HostTree {
  const inside = new Set([providerId]);
  for (let before = 0; before < inside.size; ) {
    before = inside.size;
    for (const { id, parentId, host } of tree)
      if (parentId !== null && inside.has(parentId) && host === null) inside.add(id);
  }
  const below = tree.filter(({ id }) => id !== providerId && inside.has(id)).map(otherOf);
  return { providerId, aggregates: tree.find(({ id }) => id === providerId)?.aggregates ?? [], below };
}
