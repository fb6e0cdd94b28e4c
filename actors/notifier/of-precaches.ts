import type { PrecacheListener } from '../precache/handle.ts';
import type { PrecachePlan } from '../precache/row.ts';
import { aggregatePayload } from './aggregate-payload.ts';
import { publish } from './envelope.ts';
import { novaObject } from './nova-object.ts';
import type { Sink } from './protocol.ts';

const ACTION = 'aggregate.cache_images';

/** Every type that can be told of images that are made ready. */
export const PRECACHE_EVENT_TYPES: readonly string[] = ['start', 'progress', 'end'].map(
  (phase) => `${ACTION}.${phase}`,
);

/** Tells the sinks what becomes of jobs that have images made ready: that one begins, of each host, and that it has ended. */
export const tellingPrecaches =
  (sinks: readonly Sink[]): PrecacheListener =>
  (event, plan, ctx) => {
    switch (event.kind) {
      case 'begun':
        return publish(sinks, `${ACTION}.start`, null, aggregatePayload(plan.aggregate), ctx);
      case 'ended':
        return publish(sinks, `${ACTION}.end`, null, aggregatePayload(plan.aggregate), ctx);
      case 'hostEnded':
        return publish(sinks, `${ACTION}.progress`, null, cachePayload(plan, event), ctx);
    }
  };

/** Nova: what a host had already counts as cached, and what its driver cannot do as failed. */
function cachePayload(
  { aggregate: { number, uuid, name, hosts }, images, unusable }: PrecachePlan,
  { host, cached, index }: { readonly host: string; readonly cached: readonly string[]; readonly index: number },
) {
  const ready = new Set(cached);
  const ids = [...images.map(({ imageId }) => imageId), ...unusable];
  return novaObject('AggregateCachePayload', {
    id: number,
    uuid,
    name,
    host,
    images_cached: ids.filter((id) => ready.has(id)),
    images_failed: ids.filter((id) => !ready.has(id)),
    index,
    total: hosts.length,
  });
}
