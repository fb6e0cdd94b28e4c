import type { Context } from '../../runtime/context.ts';
import type { EffectEnded } from '../../runtime/message.ts';
import { limits } from '../limits.ts';
import { readyIn } from '../precache/effect.ts';
import { precache } from '../precache/protocol.ts';
import type { HostMessage } from './protocol.ts';
import type { Host } from './row.ts';

const EFFECT = 'images.';

/** Has images made ready; a host that is not up says at once that it has none of them. */
export function cacheImages(
  state: Host | null,
  { job, images }: Extract<HostMessage, { readonly type: 'cacheImages' }>,
  ctx: Context,
): void {
  const host = ctx.self.id;
  if (state?.state !== 'up' || images.length === 0) {
    ctx.tell(precache.at(job), { type: 'hostEnded', host, cached: [] });
    return;
  }
  ctx.effect({
    effectId: `${EFFECT}${job}`,
    name: 'driver.ensureImages',
    args: { host, images },
    deadlineMs: limits.precacheMs,
    lane: `images:${host}`,
  });
}

/** They are ready, or are not: the job is told. */
export function imagesCached({ effectId, outcome }: EffectEnded, ctx: Context): void {
  const job = effectId.slice(EFFECT.length);
  ctx.tell(precache.at(job), { type: 'hostEnded', host: ctx.self.id, cached: readyIn(outcome) });
}
