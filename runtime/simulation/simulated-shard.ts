import { type AnyActorKind, actorKinds } from '../actor.ts';
import { EFFECT_PREFIX, type EffectRecord } from '../effect.ts';
import type { ShardNotice } from '../index.ts';
import type { ShardLimits } from '../limits.ts';
import type { EffectOutcome } from '../message.ts';
import type { Random } from '../random.ts';
import { failed } from '../result.ts';
import { Shard } from '../shard.ts';
import type { Reader } from '../store.ts';
import type { Place } from './chooser.ts';
import { type CommitFate, CrashingStore } from './crashing-store.ts';
import type { FaultRates } from './fault-rates.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { ThreadClock } from './thread-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

const TURN_MS_MAX = 2;
const COMMIT_MS_MAX = 4;
const SLOW_COMMIT_MS_MAX = 2_000;
const FULL_MS_MAX = 500;
const RESTART_MS_MAX = 60;
const EFFECT_MS_MAX = 20;
const SLOW_EFFECT_MS_MAX = 3_000;
const CLOCK_JUMP_MS_MAX = 10_000;

/** Finds the shard of an actor. `from`: the shard that sends, with its rows; undefined: the client does. */
export type ShardLookup = (
  kind: string,
  id: string,
  from?: { readonly shard: string; readonly rows: Reader },
) => string;

/** What a simulated shard is made of. */
export interface SimulatedShardOptions {
  readonly name: string;
  readonly time: VirtualClock;
  readonly random: Random;
  readonly place: (name: string) => Place;
  readonly rates: FaultRates;
  readonly limits: ShardLimits;
  readonly kinds: readonly AnyActorKind[];
  readonly shardOf: ShardLookup;
  /** Does an effect in the world outside, at once. */
  readonly act: (request: EffectRecord) => EffectOutcome;
  readonly notice: (shard: string, notice: ShardNotice) => void;
  /** A life has begun, or ended. */
  readonly started: (shard: SimulatedShard) => void;
  readonly ended: (shard: SimulatedShard) => void;
  /** A commit has become durable; nobody has heard of it yet. */
  readonly committed: (shard: SimulatedShard) => void;
  readonly log: (text: string) => void;
  readonly violated: (rule: string, text: string) => void;
}

/** One life of a shard: from its start to its death. */
interface Life {
  readonly number: number;
  readonly shard: Shard;
  readonly store: CrashingStore;
  readonly clock: ThreadClock;
}

/** A shard that dies again and again, and is started again from the rows that it has left. */
export class SimulatedShard {
  readonly name: string;
  readonly disk = new SimulatedDisk();
  /** Figures of the whole history. */
  lives = 0;
  commits = 0;
  effects = 0;
  readonly #options: SimulatedShardOptions;
  readonly #turnPlace: Place;
  readonly #commitPlace: Place;
  readonly #effectPlace: Place;
  readonly #shardPlace: Place;
  /** Every request for an effect that has been stored. */
  readonly #asked = new WeakSet<object>();
  #life: Life | null = null;
  #nextFate: CommitFate = 'kept';
  /** The wall clock stays set when the thread dies. */
  #offsetMs = 0;

  constructor(options: SimulatedShardOptions) {
    this.#options = options;
    const { name, place } = options;
    this.name = name;
    this.#turnPlace = place(`${name}.turn`);
    this.#commitPlace = place(`${name}.commit`);
    this.#effectPlace = place(`${name}.effect`);
    this.#shardPlace = place(`${name}.shard`);
  }

  /** The shard of the present life; null between two. */
  get shard(): Shard | null {
    return this.#life?.shard ?? null;
  }

  /** Tells one life from the next. */
  get life(): number {
    return this.#life?.number ?? 0;
  }

  start(): void {
    const { name, time, kinds, random, limits, shardOf, notice, started, committed } = this.#options;
    const number = ++this.lives;
    const clock = new ThreadClock(time, () => this.#turnPlace.upTo(TURN_MS_MAX));
    clock.jump(this.#offsetMs);
    const store = new CrashingStore({
      rows: {
        get: (key) => this.disk.get(key),
        range: (range) => this.disk.range(range),
        keys: (range) => this.disk.keys(range),
        renew: () => {},
        apply: (writes) => {
          for (const [key, value] of writes)
            if (key.startsWith(EFFECT_PREFIX) && isObject(value)) this.#asked.add(value);
          this.disk.apply(writes);
          this.commits++;
          committed(this);
        },
      },
      clock,
      commitMs: () => this.#commitMs(),
      fate: () => this.#commitFate(),
      crash: () => this.die(),
    });
    const shard = new Shard({
      name,
      kinds: actorKinds(kinds),
      store,
      clock,
      random,
      limits,
      shardOf: (kind, id, rows) => shardOf(kind, id, { shard: name, rows }),
      runEffect: (request) => this.#run(request, number),
      notice: (told) => {
        notice(name, told);
        // The process has to open the store anew: what the port wants after a failed commit.
        if (told.type === 'storeFailed') time.soon(() => this.#life?.number === number && this.die());
      },
    });
    this.#life = { number, shard, store, clock };
    started(this);
  }

  /** The thread ends here and now; it is started again a while later. */
  die(): void {
    const life = this.#life;
    if (!life) return;
    this.#life = null;
    life.clock.die();
    life.store.die();
    this.#options.log(`${this.name} has died`);
    this.#options.ended(this);
    this.#options.time.after(1 + this.#shardPlace.upTo(RESTART_MS_MAX), () => {
      if (!this.#life) this.start();
    });
  }

  /** An occasion for what can go wrong with the shard at any moment. */
  disturb(): void {
    const fault = this.#shardPlace.fault(this.#options.rates.shard);
    switch (fault) {
      case null:
        return;
      case 'dies':
        this.die();
        return;
      case 'stops':
        this.#stop();
        return;
      case 'clockForward':
        this.#jump(1 + this.#shardPlace.upTo(CLOCK_JUMP_MS_MAX));
        return;
      case 'clockBack':
        this.#jump(-1 - this.#shardPlace.upTo(CLOCK_JUMP_MS_MAX));
        return;
    }
  }

  #stop(): void {
    const life = this.#life;
    life?.shard.stop().then(
      () => this.#life === life && this.die(),
      (error: unknown) => this.#options.violated('a shard stops when it is told to', String(error)),
    );
  }

  #jump(ms: number): void {
    this.#offsetMs += ms;
    this.#life?.clock.jump(ms);
  }

  /** A commit begins: what will become of it is drawn here, with how long it takes. */
  #commitMs(): number {
    const fault = this.#commitPlace.fault(this.#options.rates.commit);
    if (fault === 'full') {
      this.disk.fullUntilMs = this.#options.time.monotonic() + this.#commitPlace.upTo(FULL_MS_MAX);
    }
    this.#nextFate = fault === 'crashBefore' || fault === 'crashAfter' || fault === 'full' ? fault : 'kept';
    return 1 + this.#commitPlace.upTo(fault === 'slow' ? SLOW_COMMIT_MS_MAX : COMMIT_MS_MAX);
  }

  #commitFate(): CommitFate {
    const isFull = this.disk.fullUntilMs > this.#options.time.monotonic();
    return isFull ? 'full' : this.#nextFate;
  }

  /** Runs an effect for one life. What the life started may be done even when it is over. */
  #run(request: EffectRecord, life: number): Promise<EffectOutcome> {
    const { time, act, violated, rates, log } = this.#options;
    const place = this.#effectPlace;
    this.effects++;
    const { kind, id, effectId, name } = request;
    const text = `${name} ${effectId} of ${kind}/${id}`;
    log(`${this.name} starts ${text}`);
    if (!this.#asked.has(request)) violated('effects start after their commit', `${text} was never stored`);
    const fault = place.fault(rates.effect);
    const die = (): void => {
      if (this.#life?.number === life) this.die();
    };
    const delayMs = place.upTo(fault === 'slow' ? SLOW_EFFECT_MS_MAX : EFFECT_MS_MAX);
    const isDoneWhenDead = place.upTo(2) === 0;
    return new Promise((resolve, reject) => {
      if (fault === 'crashBefore') {
        time.soon(die);
        return;
      }
      time.after(delayMs, () => {
        if (this.#life?.number !== life) {
          if (isDoneWhenDead) act(request);
          return;
        }
        switch (fault) {
          case 'crashAfter':
            act(request);
            die();
            return;
          case 'fails':
            resolve(failed({ code: 'Simulated', reason: 'It was not done.' }));
            return;
          case 'failsDone':
            act(request);
            resolve(failed({ code: 'Simulated', reason: 'It was done, and the answer lost.' }));
            return;
          case 'rejects':
            reject(new Error('The runner has a bug.'));
            return;
          case 'never':
            if (isDoneWhenDead) act(request);
            return;
          case 'twice':
            act(request);
            resolve(act(request));
            return;
          case 'slow':
          case null:
            resolve(act(request));
            return;
        }
      });
    });
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
