import type { AnyActorKind } from '../actor.ts';
import type { EffectRecord } from '../effect.ts';
import type { ShardNotice } from '../index.ts';
import { DEFAULT_SHARD_LIMITS, type ShardLimits } from '../limits.ts';
import type { EffectOutcome } from '../message.ts';
import { seededRandom } from '../random.ts';
import type { Reader } from '../store.ts';
import type { ActorSystem } from '../system.ts';
import { Chooser, type Place } from './chooser.ts';
import { Connections } from './connections.ts';
import { CALM, type FaultRates, someOf } from './fault-rates.ts';
import { type ShardLookup, SimulatedShard } from './simulated-shard.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A rule that must hold: `check` returns what does not, as sentences. */
export interface Invariant {
  readonly name: string;
  /** After every commit, or once everything has come to its end. */
  readonly when: 'commit' | 'rest';
  check(world: World): Iterable<string>;
}

/** A rule that was broken. */
export interface Violation {
  readonly rule: string;
  readonly text: string;
  /** Milliseconds since the beginning of the history. */
  readonly atMs: number;
}

/** What a simulated world is made of. */
export interface WorldOptions {
  readonly seed: number;
  /** The faults that happen, as `Chooser.happened` names them; null: as seed and rates say. @default null */
  readonly faults?: readonly string[] | null;
  readonly rates: FaultRates;
  readonly shards: readonly string[];
  readonly shardOf: ShardLookup;
  readonly kinds: readonly AnyActorKind[];
  /** Does an effect in the world outside, at once, and ensures its outcome: it may be called again for the same request. */
  readonly act: (request: EffectRecord) => EffectOutcome;
  readonly invariants: readonly Invariant[];
  /** Hears what the shards tell of themselves. */
  readonly notice?: (shard: string, notice: ShardNotice) => void;
  /** Limits that are not drawn from the seed. */
  readonly limits?: Partial<ShardLimits>;
  /** Whether `world.history` is kept. @default false */
  readonly log?: boolean;
}

/** How often links, shards and the process have an occasion to go wrong. */
const OCCASION_MS = 50;
/** Calls of the clock in one history: more means that something goes on for ever. */
const STEPS_MAX = 200_000;
/** Chains of promises that are this long settle between two calls of the clock. */
const PROMISE_CHAIN_MAX = 8;

/**
 * Some shards in virtual time, a client of them, and everything that can go wrong between. The seed decides all of it, so a
 * history can be lived through again; rules are checked after each commit.
 */
export class World {
  readonly chooser: Chooser;
  readonly time: VirtualClock;
  readonly shards: ReadonlyMap<string, SimulatedShard>;
  /** The client that operations use. */
  readonly system: ActorSystem;
  readonly violations: Violation[] = [];
  /** What happened, a line each, if it was to be kept. */
  readonly history: string[] = [];
  /** Calls of the clock so far. */
  steps = 0;
  readonly #options: WorldOptions;
  readonly #rates: FaultRates;
  readonly #connections: Connections;
  readonly #processPlace: Place;
  readonly #atCommit: readonly Invariant[];

  constructor(options: WorldOptions) {
    this.#options = options;
    const { seed, faults = null, shards, kinds, shardOf, act } = options;
    this.chooser = new Chooser(seed, faults);
    this.chooser.onFault = (id) => this.log(`fault ${id}`);
    const order = this.place('order');
    this.time = new VirtualClock(undefined, () => order.upTo(1_000_000));
    this.#processPlace = this.place('process');
    this.#atCommit = options.invariants.filter(({ when }) => when === 'commit');
    this.#rates = options.rates === CALM ? CALM : someOf(options.rates, this.place('rates'));
    const limits = { ...drawLimits(this.place('limits')), ...options.limits };
    const place = (name: string): Place => this.place(name);
    const violated = (rule: string, text: string): void => this.violated(rule, text);
    this.#connections = new Connections({
      time: this.time,
      random: seededRandom(seed),
      place,
      rates: this.#rates,
      shardOf,
      violated,
    });
    this.system = this.#connections.system;
    this.shards = new Map(
      shards.map((name, index) => {
        const shard = new SimulatedShard({
          name,
          time: this.time,
          random: seededRandom(seed * shards.length + index),
          place,
          rates: this.#rates,
          limits,
          kinds,
          shardOf,
          act,
          notice: (from, told) => {
            this.log(`${from}: ${told.type}`);
            options.notice?.(from, told);
          },
          started: (self) => this.#connections.started(self),
          ended: (self) => this.#connections.ended(self),
          committed: (self) => this.#committed(self),
          log: (text) => this.log(text),
          violated,
        });
        return [name, shard];
      }),
    );
    for (const shard of this.shards.values()) shard.start();
    this.#disturb();
  }

  /** A place of this history's chance. */
  place(name: string): Place {
    return this.chooser.place(name);
  }

  /** The durable rows of a shard: what a reader would see. */
  rows(shard: string): Reader {
    const found = this.shards.get(shard);
    if (!found) throw new Error(`There is no shard ${shard}.`);
    return found.disk;
  }

  /** The durable rows of the shard that owns an actor. */
  rowsOf(kind: string, id: string): Reader {
    return this.rows(this.#options.shardOf(kind, id));
  }

  /** Milliseconds since the beginning. */
  get nowMs(): number {
    return this.time.monotonic();
  }

  /** Waits in virtual time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.time.after(ms, resolve);
    });
  }

  /** Keeps a line of the history. */
  log(text: string): void {
    if (this.#options.log) this.history.push(`${this.nowMs.toFixed(0).padStart(7)} ms  ${text}`);
  }

  violated(rule: string, text: string): void {
    this.violations.push({ rule, text, atMs: Math.floor(this.nowMs) });
    this.log(`VIOLATED ${rule}: ${text}`);
  }

  /** Checks the rules that must hold at rest. */
  checkAtRest(): void {
    for (const { name, when, check } of this.#options.invariants) {
      if (when === 'rest') for (const text of check(this)) this.violated(name, text);
    }
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.log('from here on nothing goes wrong any more');
    this.chooser.calm();
  }

  /** Lives on until `isDone`, or for at most `limitMs`, or until a rule is broken. True: it was done. */
  async run(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.time.now() + limitMs;
    while (!isDone() && this.violations.length === 0) {
      if (!this.#step(end)) return isDone();
      if (++this.steps > STEPS_MAX) {
        this.violated('everything comes to its end', `${STEPS_MAX} calls of the clock, and still not`);
        return false;
      }
      for (let tick = 0; tick < PROMISE_CHAIN_MAX; tick++) await null;
    }
    return true;
  }

  #step(end: number): boolean {
    try {
      return this.time.step(end);
    } catch (error) {
      this.violated('no shard throws', error instanceof Error ? String(error.stack) : String(error));
      return false;
    }
  }

  #committed({ name }: SimulatedShard): void {
    this.log(`${name} has committed`);
    for (const invariant of this.#atCommit) {
      for (const text of invariant.check(this)) this.violated(invariant.name, text);
    }
  }

  #disturb(): void {
    if (this.chooser.isCalm) return;
    this.time.after(OCCASION_MS, () => {
      if (this.#processPlace.fault(this.#rates.process) !== null) {
        for (const shard of this.shards.values()) shard.die();
      }
      for (const shard of this.shards.values()) shard.disturb();
      this.#connections.disturb();
      this.#disturb();
    });
  }
}

/** Limits as small as nobody would have them, so that a short history meets every one. */
function drawLimits(place: Place): ShardLimits {
  const oneOf = (...values: readonly [number, ...number[]]): number => values[place.upTo(values.length)] ?? values[0];
  const usual = DEFAULT_SHARD_LIMITS;
  return {
    ...usual,
    batchMessagesMax: 1 + place.upTo(8),
    commitsInFlightMax: 1 + place.upTo(3),
    activeActorsMax: 1 + place.upTo(8),
    laneInFlightMax: 1 + place.upTo(3),
    resendAfterMs: 50 + place.upTo(500),
    shardQueueMax: oneOf(usual.shardQueueMax, usual.shardQueueMax, 3),
    peerQueueReserve: oneOf(usual.peerQueueReserve, 1, 4),
    outboxLengthMax: oneOf(usual.outboxLengthMax, usual.outboxLengthMax, 2),
    peerInFlightMax: oneOf(usual.peerInFlightMax, 1, 3),
    effectsPendingMax: oneOf(usual.effectsPendingMax, usual.effectsPendingMax, 2),
    idleAfterMs: oneOf(usual.idleAfterMs, 30, 300),
    memoryBudgetBytes: oneOf(usual.memoryBudgetBytes, usual.memoryBudgetBytes, 2_000),
    retryDelayMs: 1 + place.upTo(50),
    retryDelayMaxMs: 100,
  };
}
