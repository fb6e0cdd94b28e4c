import type { Context } from '../../runtime/context.ts';
import type { Amounts } from '../scheduler/host-table.ts';
import { plus, type Served, servedOn } from '../scheduler/served.ts';
import type { CellState } from './handle.ts';
import { mappingsOf, ownProviderOf } from './known-providers.ts';
import type { ClaimRequest, GranularRequest, GroupMappings } from './protocol.ts';
import { type Allocation, type AmountsByProvider, allocations } from './row.ts';
import { replaceClaim } from './stored-claim.ts';

type Groups = Readonly<Record<string, AmountsByProvider>>;

/**
 * Claims groups of providers for an instance on the host where it is, beside what it has. Undefined: its host cannot serve them, or
 * it is on none; nothing has changed then. A group that it has already is not claimed again. Who serves all its groups.
 */
export function claimGroups(
  { hosts }: CellState,
  instanceId: string,
  { groups, ...granular }: GranularRequest,
  ctx: Context,
): GroupMappings | undefined {
  const held = allocations.read(ctx.rows, instanceId);
  const row = held && hosts.row(held.host);
  if (held === undefined || row === undefined) return undefined;
  const wanted = groups.filter(({ suffix }) => !Object.hasOwn(held.groups ?? {}, suffix));
  if (wanted.length === 0) return mappingsOf(held.groups) ?? {};
  const suffixes = new Set(wanted.map(({ suffix }) => suffix));
  // A set of which a part is there already cannot be looked at as a whole: what is new of it stays together.
  const sameSubtrees = (granular.sameSubtrees ?? []).map((set) => set.filter((suffix) => suffixes.has(suffix)));
  const request = groupsAlone(held.host, { ...granular, groups: wanted, sameSubtrees });
  const served = servedOn(hosts, row, request, () => ownProviderOf(ctx.rows, held.host));
  if (served === undefined) return undefined;
  const after = withServed(held, served);
  replaceClaim(hosts, held, after, ctx);
  return mappingsOf(after.groups);
}

/** A request for groups of providers of a host, and for nothing else. */
export const groupsAlone = (host: string, granular: GranularRequest): ClaimRequest => ({
  demand: { vcpus: 0, memoryMib: 0, diskGib: 0 },
  zone: null,
  host,
  excludedHosts: [],
  granular,
});

/** A claim with groups that are served besides. */
export const withServed = (held: Allocation, { own, others = {}, groups }: Served): Allocation => ({
  ...withAmounts(held, own, others, 1),
  groups: { ...held.groups, ...groups },
});

/** Gives back groups that an instance has. Harmless when it does not have them. */
export function releaseGroups(
  { hosts }: CellState,
  instanceId: string,
  suffixes: readonly string[],
  ctx: Context,
): void {
  const held = allocations.read(ctx.rows, instanceId);
  const gone = Object.entries(held?.groups ?? {}).flatMap(([suffix, given]) =>
    suffixes.includes(suffix) ? [given] : [],
  );
  if (held === undefined || gone.length === 0) return;
  const own = ownProviderOf(ctx.rows, held.host);
  const left: Groups = Object.fromEntries(Object.entries(held.groups ?? {}).filter(([key]) => !suffixes.includes(key)));
  let after = held;
  for (const [providerId, amounts] of gone.flatMap((group) => Object.entries(group)))
    after =
      providerId === own ? withAmounts(after, amounts, {}, -1) : withAmounts(after, {}, { [providerId]: amounts }, -1);
  const { groups: _, ...rest } = after;
  replaceClaim(hosts, held, Object.keys(left).length === 0 ? rest : { ...rest, groups: left }, ctx);
}

/** A claim with more, or less, of its host and of others. Less than nothing, after others have changed it, is nothing. */
function withAmounts(claim: Allocation, own: Amounts, others: AmountsByProvider, sign: 1 | -1): Allocation {
  const { resources, others: before, ...rest } = claim;
  const sum = plus({ VCPU: claim.vcpus, MEMORY_MB: claim.memoryMib, DISK_GB: claim.diskGib, ...resources }, own, sign);
  const { VCPU = 0, MEMORY_MB = 0, DISK_GB = 0, ...further } = sum;
  const beside: Record<string, Amounts> = { ...before };
  for (const [providerId, amounts] of Object.entries(others))
    beside[providerId] = plus(before?.[providerId], amounts, sign);
  const [left, leftBeside] = [
    positive(further),
    Object.entries(beside).map(([id, one]) => [id, positive(one)] as const),
  ];
  const held = leftBeside.filter(([, amounts]) => Object.keys(amounts).length > 0);
  return {
    ...rest,
    vcpus: Math.max(0, VCPU),
    memoryMib: Math.max(0, MEMORY_MB),
    diskGib: Math.max(0, DISK_GB),
    ...(Object.keys(left).length === 0 ? {} : { resources: left }),
    ...(held.length === 0 ? {} : { others: Object.fromEntries(held) }),
  };
}

const positive = (amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount > 0));
