import { imageKind } from '../../../actors/image/index.ts';
import type { Requester } from '../../../actors/image/row.ts';
import { actorKinds } from '../../../runtime/actor.ts';
import { realClock } from '../../../runtime/clock.ts';
import { DEFAULT_SHARD_LIMITS } from '../../../runtime/limits.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { failed } from '../../../runtime/result.ts';
import { Shard } from '../../../runtime/shard.ts';
import { ActorSystem } from '../../../runtime/system.ts';
import type { ToClient, ToShard } from '../../../runtime/transport.ts';
import { localLink } from '../../../runtime/transports/local.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';

/** A shard with the image actor over rows in memory, and a client of it. Rows of an earlier one can be given. */
export function imageShard(rows = new MemoryStore(realClock)): { system: ActorSystem; rows: MemoryStore } {
  const shard = new Shard({
    name: 's0',
    kinds: actorKinds([imageKind]),
    store: rows,
    clock: realClock,
    random: seededRandom(1),
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: async () => failed({ code: 'NoEffects', reason: 'none' }),
    shardOf: () => 's0',
    notice: () => {},
  });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  shard.connectClient('front', far);
  const system = new ActorSystem({ client: 'front', clock: realClock, shardOf: () => 's0', asksInFlightMax: 1000 });
  system.connect('s0', near);
  return { system, rows };
}

export const member = (projectId: string): Requester => ({ projectId, isAdmin: false, mayWrite: true });
export const reader = (projectId: string): Requester => ({ projectId, isAdmin: false, mayWrite: false });
export const admin: Requester = { projectId: 'admin', isAdmin: true, mayWrite: true };
