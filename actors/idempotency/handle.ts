import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import type { Begun, IdempotencyMessage } from './protocol.ts';
import { type IdempotentRequest, idempotentRequests, requestPrefix } from './row.ts';

/** How long an answer is remembered. */
const KEPT_MS = 86_400_000;
/** After this long a request that was never answered counts as lost (the process ended), and its key is free. */
const UNDER_WAY_MS = 120_000;
/** Requests that are remembered for a project; beyond it the oldest is forgotten. */
const REQUESTS_MAX = 1_000;

/** Handles one message of a project's memory of its requests. All that it knows is in rows. */
export function handle(state: null, message: IdempotencyMessage, ctx: Context): null {
  ctx.reply(ok(answerTo(message, ctx)));
  return state;
}

const NEW: Begun = { kind: 'new' };

function answerTo(message: IdempotencyMessage, ctx: Context): Begun {
  const id = requestPrefix(ctx.self.id) + message.key;
  const known = idempotentRequests.read(ctx.rows, id);
  switch (message.type) {
    case 'begin': {
      if (known && isAlive(known, ctx.nowMs)) {
        if (known.digest !== message.digest) return { kind: 'different' };
        return known.answer === null ? { kind: 'under way' } : { kind: 'answered', answer: known.answer };
      }
      makeRoom(ctx);
      ctx.put(idempotentRequests, id, { digest: message.digest, begunAtMs: ctx.nowMs, answer: null });
      return NEW;
    }
    case 'finish':
      if (known?.digest === message.digest) ctx.put(idempotentRequests, id, { ...known, answer: message.answer });
      return NEW;
    case 'forget':
      if (known?.digest === message.digest) ctx.put(idempotentRequests, id, undefined);
      return NEW;
    default:
      return assertNever(message);
  }
}

const isAlive = ({ begunAtMs, answer }: IdempotentRequest, nowMs: number): boolean =>
  nowMs - begunAtMs < (answer === null ? UNDER_WAY_MS : KEPT_MS);

/** Forgets what is over, and the oldest when there are too many. */
function makeRoom(ctx: Context): void {
  const idPrefix = requestPrefix(ctx.self.id);
  const kept: { readonly id: string; readonly begunAtMs: number }[] = [];
  for (const key of ctx.rows.keys({ prefix: idempotentRequests.key(idPrefix) })) {
    const id = key.slice(idempotentRequests.key('').length);
    const row = idempotentRequests.read(ctx.rows, id);
    if (!row) continue;
    if (isAlive(row, ctx.nowMs)) kept.push({ id, begunAtMs: row.begunAtMs });
    else ctx.put(idempotentRequests, id, undefined);
  }
  kept.sort((a, b) => a.begunAtMs - b.begunAtMs);
  for (const { id } of kept.slice(0, Math.max(0, kept.length - REQUESTS_MAX + 1)))
    ctx.put(idempotentRequests, id, undefined);
}
