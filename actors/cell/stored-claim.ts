import type { Context } from '../../runtime/context.ts';
import type { HostTable } from '../scheduler/host-table.ts';
import { type Allocation, allocations, providerClaimId, providerClaims } from './row.ts';

/**
 * Stores what an instance has, or with undefined that it has nothing any more, with the rows by which its providers find it. `held` must
 * be what it has so far: who changes a claim has read it, and to read it once more would cost as much as to store it.
 */
export function putClaim(ctx: Context, id: string, held: Allocation | undefined, claim: Allocation | undefined): void {
  const before = held?.others;
  ctx.put(allocations, id, claim);
  const after = claim?.others;
  if (before === undefined && after === undefined) return;
  for (const providerId of Object.keys(before ?? {}))
    if (after?.[providerId] === undefined) ctx.put(providerClaims, providerClaimId(id, providerId), undefined);
  for (const providerId of Object.keys(after ?? {}))
    if (before?.[providerId] === undefined)
      ctx.put(providerClaims, providerClaimId(id, providerId), { claim: id, providerId });
}

/** Puts another claim of the same instance into the place of one, also in what is taken of its host. */
export function replaceClaim(hosts: HostTable, before: Allocation, after: Allocation, ctx: Context): void {
  putClaim(ctx, before.instanceId, before, after);
  hosts.use(before.host, before, -1);
  hosts.use(after.host, after, 1);
}
