import type { ActorKinds } from './actor.ts';
import type { Clock } from './clock.ts';
import type { EffectAtOnce, EffectRunner } from './effect.ts';
import type { ShardLimits } from './limits.ts';
import type { ShardNotice } from './notice.ts';
import type { Random } from './random.ts';
import type { Reader, Store } from './store.ts';

/** What a shard is made of. */
export interface ShardOptions {
  readonly name: string;
  readonly kinds: ActorKinds;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: ShardLimits;
  readonly runEffect: EffectRunner;
  /** Absent: no effect is done before the commit of the batch that asks for it. */
  readonly effectAtOnce?: EffectAtOnce;
  /** Effects under way at once, by the beginning of their names, such as `{ 'image.': 4 }`; the longest that fits counts. */
  readonly effectLimits?: Readonly<Record<string, number>>;
  /**
   * The shard that owns an actor. All shards and clients must come to the same answer, or to a shard whose actor passes on what
   * is not for it. `rows` are those of this shard, with what the sender of the message has just written.
   */
  readonly shardOf: (kind: string, id: string, rows: Reader) => string;
  /** Hears of failures. Must not throw. */
  readonly notice: (notice: ShardNotice) => void;
}
