import type { AnyActorKind } from '../actor.ts';
import type { EffectRecord } from '../effect.ts';
import type { ShardNotice } from '../index.ts';
import type { EffectOutcome } from '../message.ts';
import { type Random, seededRandom } from '../random.ts';
import { type FaultRates, STORMY } from './fault-rates.ts';
import type { ShardLookup } from './simulated-shard.ts';
import { isAtRest, nothingIsLeft } from './stored-messages.ts';
import { type Invariant, type Violation, World } from './world.ts';

/** What happens in a history besides the faults: actors, what clients do with them, and what must hold. */
export interface Scenario<Operation> {
  readonly name: string;
  readonly shards: readonly string[];
  /** The shard that owns an actor. */
  readonly shardOf: ShardLookup;
  /** How often what goes wrong. @default STORMY */
  readonly rates?: FaultRates;
  /** Draws what clients do in a history: plain data. */
  draw(random: Random): readonly Operation[];
  /** Begins a history: actors, and a world outside in which nothing has happened yet. */
  begin(): Beginning<Operation>;
}

/** One history's actors, outside and rules. */
export interface Beginning<Operation> {
  readonly kinds: readonly AnyActorKind[];
  /** Does an effect in the world outside, at once, and ensures its outcome. */
  readonly act: (request: EffectRecord) => EffectOutcome;
  readonly invariants: readonly Invariant[];
  readonly notice?: (shard: string, notice: ShardNotice) => void;
  /** What a client does for one operation, with repetition if it wants an answer. */
  perform(world: World, operation: Operation): Promise<void>;
}

/** Which history: enough to live through it again, exactly. */
export interface HistoryScript {
  readonly seed: number;
  /** Numbers of the operations that are left, from 0; null: all. @default null */
  readonly operations?: readonly number[] | null;
  /** The faults that are left; null: those that the seed says. @default null */
  readonly faults?: readonly string[] | null;
}

/** How a history came out. */
export interface HistoryOutcome {
  readonly violations: readonly Violation[];
  /** The operations that clients began, by number. */
  readonly operations: readonly number[];
  /** The faults that happened. */
  readonly faults: readonly string[];
  /** Lives of shards that ended before their time, commits and effects. */
  readonly crashes: number;
  readonly commits: number;
  readonly effects: number;
  /** A line for each thing that happened, if asked for. */
  readonly history: readonly string[];
}

/** Operations begin within so long; then there are faults until they have ended, for so long at most. */
const OPERATIONS_BEGIN_MS = 1_000;
const FAULTS_MS = 5_000;
/** After that nothing goes wrong, and within so long everything must come to its end. */
const REST_MS = 120_000;
/** How long nothing must be left to do before it is rest. */
const QUIET_MS = 500;

/**
 * Lives through one history: clients do their operations while things go wrong; then nothing goes wrong any more, and
 * everything must come to its end by itself. The same script gives the same history.
 */
export async function liveThrough<Operation>(
  scenario: Scenario<Operation>,
  script: HistoryScript,
  log = false,
): Promise<HistoryOutcome> {
  const { seed, operations: chosen = null, faults = null } = script;
  const { kinds, act, invariants, notice, perform } = scenario.begin();
  const { shards, shardOf, rates = STORMY } = scenario;
  const world = new World({
    seed,
    faults,
    rates,
    shards,
    shardOf,
    kinds,
    act,
    invariants: [...invariants, nothingIsLeft],
    log,
    ...(notice && { notice }),
  });
  const place = world.place('operations');
  const began: number[] = [];
  const unfinished = new Set<number>();
  const problem = (number: number, text: string): void =>
    world.violated('every operation comes to its end', `operation ${number} ${text}`);
  for (const [number, operation] of scenario.draw(seededRandom(seed)).entries()) {
    const atMs = place.upTo(OPERATIONS_BEGIN_MS);
    if (chosen && !chosen.includes(number)) continue;
    began.push(number);
    unfinished.add(number);
    world.time.after(atMs, () => {
      world.log(`operation ${number} begins: ${JSON.stringify(operation)}`);
      perform(world, operation).then(
        () => unfinished.delete(number),
        (error: unknown) => problem(number, `threw ${String(error)}`),
      );
    });
  }
  const isDone = (): boolean => unfinished.size === 0;
  await world.run(isDone, FAULTS_MS);
  world.calm();
  await world.run(isDone, REST_MS);
  if (world.violations.length === 0) for (const number of unfinished) problem(number, 'never ended');
  await rest(world);
  if (world.violations.length === 0) world.checkAtRest();
  let [crashes, commits, effects] = [0, 0, 0];
  for (const shard of world.shards.values()) {
    crashes += shard.lives - 1;
    commits += shard.commits;
    effects += shard.effects;
  }
  const { violations, history } = world;
  return { violations, operations: began, faults: world.chooser.happened, crashes, commits, effects, history };
}

/** Lives on until nothing has been left to do for a while. */
async function rest(world: World): Promise<void> {
  const end = world.nowMs + REST_MS;
  for (let quietMs = 0; quietMs < QUIET_MS && world.nowMs < end && world.violations.length === 0; ) {
    const before = world.time.now();
    await world.run(() => false, QUIET_MS / 2);
    // Nothing at all is to come: time does not go on by itself.
    if (world.time.nextMs === undefined) return;
    world.time.advanceTo(before + QUIET_MS / 2);
    quietMs = isAtRest(world) ? quietMs + QUIET_MS / 2 : 0;
  }
}
