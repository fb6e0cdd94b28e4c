import { type AnyActorKind, actorKinds } from '../../runtime/actor.ts';
import { realClock } from '../../runtime/clock.ts';
import type { EffectRunner } from '../../runtime/effect.ts';
import { DEFAULT_SHARD_LIMITS, type ShardLimits } from '../../runtime/limits.ts';
import type { ShardNotice } from '../../runtime/notice.ts';
import { seededRandom } from '../../runtime/random.ts';
import { failed } from '../../runtime/result.ts';
import { Shard } from '../../runtime/shard.ts';
import type { Store } from '../../runtime/store.ts';
import { ActorSystem } from '../../runtime/system.ts';
import type { ToClient, ToShard } from '../../runtime/transport.ts';
import { localLink } from '../../runtime/transports/local.ts';

/** What differs from test to test. */
interface Options {
  readonly name?: string;
  readonly limits?: Partial<ShardLimits>;
  /** Without it every effect fails. */
  readonly runEffect?: EffectRunner;
  readonly notice?: (notice: ShardNotice) => void;
}

/** A shard with actors of these kinds over a store, in this thread and in real time, and a system that asks it. */
export function oneShard(
  kinds: readonly AnyActorKind[],
  store: Store,
  { name = 's0', limits = {}, runEffect, notice = () => {} }: Options = {},
): { readonly shard: Shard; readonly system: ActorSystem } {
  const shard = new Shard({
    name,
    kinds: actorKinds(kinds),
    store,
    clock: realClock,
    random: seededRandom(1),
    limits: { ...DEFAULT_SHARD_LIMITS, ...limits },
    runEffect: runEffect ?? (async () => failed({ code: 'NoEffects', reason: 'none' })),
    shardOf: () => name,
    notice,
  });
  const system = new ActorSystem({ client: 'front', clock: realClock, shardOf: () => name, asksInFlightMax: 10_000 });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  shard.connectClient('front', far);
  system.connect(name, near);
  return { shard, system };
}
