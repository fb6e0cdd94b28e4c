import type { Context } from '../../../runtime/context.ts';
import { ok } from '../../../runtime/result.ts';
import { IDENTITY_LIMITS } from '../limits.ts';
import type { IdentityReply } from '../protocol.ts';
import { indexed, revocations } from '../row.ts';

/** Ends a token, and forgets revocations of tokens that have expired meanwhile. */
export function revokeToken(auditId: string, expiresAtMs: number, ctx: Context): IdentityReply {
  let swept = 0;
  const expired: string[] = [];
  for (const row of indexed(revocations, ctx.rows, 'byExpiry', [])) {
    if (row.expiresAtMs > ctx.nowMs || swept++ >= IDENTITY_LIMITS.expiredRevocationsPerSweep) break;
    expired.push(row.auditId);
  }
  for (const id of expired) ctx.put(revocations, id, undefined);
  if (expiresAtMs > ctx.nowMs) ctx.put(revocations, auditId, { auditId, expiresAtMs });
  return ok(null);
}
