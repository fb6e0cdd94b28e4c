import * as v from 'valibot';
import { usedBy } from '../actors/instance/move.ts';
import { type Instance, instances } from '../actors/instance/row.ts';
import type { Usage } from '../actors/project/row.ts';
import type { Reader } from '../runtime/store.ts';
import type { Delivery } from '../runtime/transport.ts';

/** Quota that belongs to no instance that there is, and whose it is. */
export interface QuotaUnderWay {
  readonly projectId: string;
  readonly userId: string;
  readonly usage: Usage;
}

const release = v.object({
  type: v.literal('release'),
  instances: v.number(),
  cores: v.number(),
  ramMib: v.number(),
  userId: v.string(),
});
const begin = v.object({ type: v.literal('begin'), reserved: v.object({ cores: v.number(), ramMib: v.number() }) });
const spec = v.object({ id: v.string(), flavor: v.object({ vcpus: v.number(), memoryMib: v.number() }) });
const requester = v.object({ userId: v.string(), projectId: v.string() });
const place = v.object({ type: v.literal('place'), specs: v.array(spec), requester });
const create = v.object({ type: v.literal('create'), spec, requester });

/**
 * Quota that messages on their way carry: what will be given back when they arrive is still taken, and what was reserved for something
 * that has not begun is taken already.
 */
export function* quotaUnderWay(deliveries: Iterable<Delivery>, stores: readonly Reader[]): Iterable<QuotaUnderWay> {
  const known = (id: string): Instance | undefined => {
    for (const store of stores) {
      const row = instances.read(store, id);
      if (row && row.deletedAtMs === null) return row;
    }
    return undefined;
  };
  for (const { kind, id, message } of deliveries) {
    if (kind === 'project' && v.is(release, message)) {
      const { userId, instances: count, cores, ramMib } = message;
      yield { projectId: id, userId, usage: { instances: count, cores, ramMib } };
    } else if (kind === 'instance' && v.is(begin, message)) {
      // One that is gone meanwhile has nobody to say whose quota it was.
      const row = known(id);
      if (row) yield { projectId: row.projectId, userId: row.userId, usage: { instances: 0, ...message.reserved } };
    } else if (kind === 'cell-mapping' && v.is(place, message)) {
      for (const one of message.specs) yield ofSpec(one, message.requester);
    } else if (kind === 'instance' && v.is(create, message) && known(id) === undefined) {
      yield ofSpec(message.spec, message.requester);
    }
  }
}

const ofSpec = (
  { flavor }: v.InferOutput<typeof spec>,
  { projectId, userId }: v.InferOutput<typeof requester>,
): QuotaUnderWay => ({
  projectId,
  userId,
  usage: { instances: 1, cores: flavor.vcpus, ramMib: flavor.memoryMib },
});

/** What an instance takes of its project's quota, as one of these. */
export const quotaOf = (row: Instance): QuotaUnderWay => ({
  projectId: row.projectId,
  userId: row.userId,
  usage: { instances: 1, ...usedBy(row) },
});
