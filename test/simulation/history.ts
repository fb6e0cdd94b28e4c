import type { ConsolidationOptions } from '../../actors/consolidator/options.ts';
import { consolidations } from '../../actors/consolidator/row.ts';
import { instances } from '../../actors/instance/row.ts';
import { type Known, useInstance } from './clients.ts';
import type { CrashPoint, FaultRates } from './fault-rates.ts';
import { violationsAtRest, violationsNow } from './invariants.ts';
import { World } from './world.ts';

/** How a history came out. */
export interface HistoryOutcome {
  readonly violations: readonly string[];
  readonly crashes: number;
  readonly commits: number;
  readonly effects: number;
  readonly instances: number;
  /** Moves by which hosts were emptied: those that went well. */
  readonly consolidated: number;
}

/** How much there is in a history. */
export interface CloudSize {
  readonly hosts: number;
  /** Each has a client of its own. */
  readonly instances: number;
  /** Most things that a client does to its instance, beside creating and deleting it. */
  readonly operationsMax: number;
}

/** Small enough for a thousand of them in a test. */
export const SMALL: CloudSize = { hosts: 4, instances: 20, operationsMax: 2 };
/** As large as a small cloud, with clients that do a lot. */
export const LARGE: CloudSize = { hosts: 20, instances: 200, operationsMax: 8 };

const HOUR_MS = 3_600_000;
/** Looks at every host that a rest lasts; what takes longer (deadlines of calls that are never answered) gets two hours. */
const REST_LOOKS = 3;

/**
 * Lives through one history: clients make, use and remove instances while the controller dies and the driver fails as
 * often as `rates` say; then nothing goes wrong any more, and everything must come to its end by itself.
 */
export async function liveThrough(
  seed: number,
  size: CloudSize,
  rates: FaultRates,
  crashPoint: CrashPoint | null = null,
  consolidation?: ConsolidationOptions,
): Promise<HistoryOutcome> {
  const world = new World(seed, size.hosts, rates, crashPoint, null, consolidation);
  const known: Known = { created: new Set(), deleted: new Set(), stopsAsked: new Set() };
  const violations = new Set<string>();
  let atWork = size.instances;
  for (let count = 0; count < size.instances; count++) {
    void useInstance(world, world.random.uuid(), known, size.operationsMax).finally(() => {
      atWork--;
    });
  }
  let commitsSeen = 0;
  const watch = (): boolean => {
    if (world.commits === commitsSeen) return atWork === 0;
    commitsSeen = world.commits;
    for (const violation of violationsNow(world)) violations.add(violation);
    return atWork === 0 || violations.size > 0;
  };
  if (!(await world.runUntil(watch, 24 * HOUR_MS))) violations.add(`${atWork} clients never got an answer`);
  world.calm();
  const calmFromMs = world.clock.now();
  do {
    const restMs = REST_LOOKS * world.lookEveryMs;
    const untilMs = world.clock.now() + restMs;
    await world.runUntil(() => world.clock.now() >= untilMs, 2 * restMs);
  } while (violationsAtRest(world, known).length > 0 && world.clock.now() < calmFromMs + 2 * HOUR_MS);
  for (const violation of violationsAtRest(world, known)) violations.add(violation);
  const made = [...instances.scan(world.rows)].length;
  const { crashes, commits, effects } = world;
  const consolidated = consolidations.read(world.rows, 'cell1')?.moved ?? 0;
  return { violations: [...violations], crashes, commits, effects, instances: made, consolidated };
}
