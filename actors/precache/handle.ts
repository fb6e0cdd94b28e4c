import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import { host } from '../host/protocol.ts';
import { limits } from '../limits.ts';
import type { PrecacheMessage } from './protocol.ts';
import { type Precache, type PrecachePlan, precachePlans } from './row.ts';

/** A job, or nothing: it has not begun, or has ended. */
export type PrecacheState = Precache | null;

/** What becomes of a job. */
export type PrecacheEvent =
  | { readonly kind: 'begun' }
  /** A host has ended, as the `index`th of all, from 1. */
  | { readonly kind: 'hostEnded'; readonly host: string; readonly cached: readonly string[]; readonly index: number }
  | { readonly kind: 'ended' };

/** Hears what becomes of a job, in the commit that does it. */
export type PrecacheListener = (event: PrecacheEvent, plan: PrecachePlan, ctx: Context) => void;

const OVERDUE_TIMER = 'overdue';

/**
 * Handles one message of a job. A few hosts at a time are asked; each ends with what it has ready, also one that is down
 * or does not answer in time, so every job ends.
 */
export function handle(
  state: PrecacheState,
  message: PrecacheMessage,
  ctx: Context,
  hears?: PrecacheListener,
): PrecacheState {
  switch (message.type) {
    case 'begin': {
      ctx.reply(ok(null));
      // It came twice.
      if (state !== null) return state;
      const { plan } = message;
      ctx.put(precachePlans, ctx.self.id, plan);
      hears?.({ kind: 'begun' }, plan, ctx);
      return goOn({ asked: 0, underWay: [], ended: 0 }, plan, ctx, hears);
    }
    case 'hostEnded':
      return hostsEnded(state, [message], ctx, hears);
    case 'overdue': {
      const late = (state?.underWay ?? []).filter(({ sinceMs }) => ctx.nowMs - sinceMs >= limits.precacheHostMs);
      const ends = late.map((one) => ({ host: one.host, cached: [] }));
      return hostsEnded(state, ends, ctx, hears);
    }
    default:
      return assertNever(message);
  }
}

interface HostEnd {
  readonly host: string;
  readonly cached: readonly string[];
}

function hostsEnded(
  state: PrecacheState,
  ends: readonly HostEnd[],
  ctx: Context,
  hears: PrecacheListener | undefined,
): PrecacheState {
  const plan = precachePlans.read(ctx.rows, ctx.self.id);
  if (state === null || plan === undefined) return null;
  let next = state;
  for (const { host: name, cached } of ends) {
    // One that comes after its time has been counted.
    if (!next.underWay.some((one) => one.host === name)) continue;
    const ended = next.ended + 1;
    next = { ...next, underWay: next.underWay.filter((one) => one.host !== name), ended };
    hears?.({ kind: 'hostEnded', host: name, cached, index: ended }, plan, ctx);
  }
  return goOn(next, plan, ctx, hears);
}

/** Asks as many hosts as may be asked, or ends the job when all have ended. */
function goOn(state: Precache, plan: PrecachePlan, ctx: Context, hears: PrecacheListener | undefined): PrecacheState {
  const { hosts } = plan.aggregate;
  if (state.ended >= hosts.length) {
    ctx.cancelTimer(OVERDUE_TIMER);
    ctx.put(precachePlans, ctx.self.id, undefined);
    hears?.({ kind: 'ended' }, plan, ctx);
    return null;
  }
  const names = hosts.slice(state.asked, state.asked + plan.hostsAtOnce - state.underWay.length);
  for (const name of names) ctx.tell(host.at(name), { type: 'cacheImages', job: ctx.self.id, images: plan.images });
  const underWay = [...state.underWay, ...names.map((name) => ({ host: name, sinceMs: ctx.nowMs }))];
  const first = underWay.reduce((least, { sinceMs }) => Math.min(least, sinceMs), ctx.nowMs);
  ctx.setTimer(OVERDUE_TIMER, Math.max(0, first + limits.precacheHostMs - ctx.nowMs), { type: 'overdue' });
  return { ...state, asked: state.asked + names.length, underWay };
}
