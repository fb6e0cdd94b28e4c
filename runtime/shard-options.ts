import type { ActorKinds } from './actor.ts';
import type { Clock } from './clock.ts';
import type { EffectRunner } from './effect.ts';
import type { ShardLimits } from './limits.ts';
import type { ShardNotice } from './notice.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';

/** What a shard is made of. */
export interface ShardOptions {
  readonly name: string;
  readonly kinds: ActorKinds;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: ShardLimits;
  readonly runEffect: EffectRunner;
  /** Effects under way at once, by the beginning of their names, such as `{ 'image.': 4 }`; the longest that fits counts. */
  readonly effectLimits?: Readonly<Record<string, number>>;
  /** The shard that owns an actor. Must be the same function on every shard and client. */
  readonly shardOf: (kind: string, id: string) => string;
  /** Hears of failures. Must not throw. */
  readonly notice: (notice: ShardNotice) => void;
}
