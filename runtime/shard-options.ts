import type { ActorKinds } from './actor.ts';
import type { Clock } from './clock.ts';
import type { EffectRunner } from './effect.ts';
import type { ShardLimits } from './limits.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';
import type { ShardNotice } from './supervisor.ts';

/** What a shard is made of. */
export interface ShardOptions {
  readonly name: string;
  readonly kinds: ActorKinds;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: ShardLimits;
  readonly runEffect: EffectRunner;
  /** The shard that owns an actor. Must be the same function on every shard and client. */
  readonly shardOf: (kind: string, id: string) => string;
  /** Hears of failures. Must not throw. */
  readonly notice: (notice: ShardNotice) => void;
}

/** Figures of a shard, counted since its start. */
export interface ShardStats {
  readonly name: string;
  readonly batches: number;
  readonly messages: number;
  readonly commits: number;
  readonly failures: number;
  readonly queued: number;
  readonly active: Readonly<Record<string, number>>;
  readonly effectsInFlight: number;
  readonly timers: number;
}
