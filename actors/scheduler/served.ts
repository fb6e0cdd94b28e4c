import type { ClaimRequest, Demand } from '../cell/protocol.ts';
import type { Match } from '../placement/candidates/match.ts';
import type { Amounts, HostTable } from './host-table.ts';
import type { HostSupplier } from './provider-trees.ts';

type ByProvider = Readonly<Record<string, Amounts>>;

/** What an instance gets of whom. */
export interface Served {
  /** What the host's own provider gives. */
  readonly own: Amounts;
  /** What others give, by their ids; absent: nothing. */
  readonly others?: ByProvider;
  /** Who gives what, the host's own included, by suffix of the group; '' is what belongs to none. */
  readonly groups: Readonly<Record<string, ByProvider>>;
}

/** What a claim takes of its host and of other providers, as its row has it. What is nothing is absent. */
export interface Taken extends Demand {
  readonly resources?: Amounts;
  readonly others?: ByProvider;
  readonly groups?: Readonly<Record<string, ByProvider>>;
}

/** How a row's host serves a request; undefined: its own provider gives all, and no groups were asked for. `ownId`: that provider's. */
export function servedOn(
  table: HostTable,
  row: number,
  request: ClaimRequest,
  ownId: () => string,
): Served | undefined {
  const query = table.trees.queryOf(request);
  const match = query && table.trees.matchOn(table, row, query);
  return match && servedBy(match, ownId());
}

/** A match as amounts. */
export function servedBy(match: Match<HostSupplier>, ownId: string): Served {
  const own: Record<string, number> = {};
  const others: Record<string, Record<string, number>> = {};
  // Whoever makes flavors names the groups, `__proto__` too: written to by name, that one would change all objects there are.
  const groups = new Map<string, Record<string, Record<string, number>>>();
  for (const { suffix, provider, resources } of match) {
    const id = provider.isOwn ? ownId : provider.id;
    const inGroup = groups.get(suffix) ?? {};
    groups.set(suffix, inGroup);
    inGroup[id] = plus(inGroup[id], resources);
    if (Object.keys(resources).length === 0) continue;
    if (provider.isOwn) Object.assign(own, plus(own, resources));
    else others[id] = plus(others[id], resources);
  }
  return { own, groups: Object.fromEntries(groups), ...(Object.keys(others).length === 0 ? {} : { others }) };
}

/** What a claim takes that is served so; undefined: what the request asks for, all of the host's own provider. */
export function takenOf({ demand, resources }: ClaimRequest, served: Served | undefined): Taken {
  const { vcpus, memoryMib, diskGib } = demand;
  if (served === undefined) return resources === undefined ? { vcpus, memoryMib, diskGib } : { ...demand, resources };
  const { own, others, groups } = served;
  const { VCPU = 0, MEMORY_MB = 0, DISK_GB = 0, ...further } = own;
  return {
    vcpus: VCPU,
    memoryMib: MEMORY_MB,
    diskGib: DISK_GB,
    ...(Object.keys(further).length === 0 ? {} : { resources: further }),
    ...(others === undefined ? {} : { others }),
    groups,
  };
}

/** The sum of two. */
export function plus(some: Amounts = {}, more: Amounts, sign: 1 | -1 = 1): Record<string, number> {
  const sum = { ...some };
  for (const [name, amount] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + sign * amount;
  return sum;
}
