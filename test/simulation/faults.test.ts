import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CrashPoint, type FaultRates, NO_FAULTS } from './fault-rates.ts';
import { liveThrough } from './history.ts';

const INSTANCES = 20;
const SEEDS = 1_000;
/** Set to live through one history again. */
const ONLY = process.env['NOVELLA_SEED'];

/** The kinds of weather a history can have; a seed has the one of its number. */
const WEATHERS: readonly FaultRates[] = [
  { ...NO_FAULTS, crashAtCommit: 0.05, crashAtEffect: 0.05 },
  { ...NO_FAULTS, crashAtCommit: 0.25, crashAtEffect: 0.06 },
  { ...NO_FAULTS, crashAtCommit: 0.02, crashAtEffect: 0.02, driverFails: 0.15, asksTwice: 0.3 },
  { ...NO_FAULTS, crashAtCommit: 0.01, crashAtEffect: 0.01, driverFails: 0.05, driverSilent: 0.05 },
  { ...NO_FAULTS, driverFails: 0.5 },
  { ...NO_FAULTS, powerCutMs: 8_000, crashAtCommit: 0.005, asksTwice: 0.1 },
  { ...NO_FAULTS, powerCutMs: 15_000, cutOffMs: 10_000, guestEndsMs: 2_000, crashAtEffect: 0.02, driverFails: 0.05 },
];

const replay = (seed: number): string => `replay with: NOVELLA_SEED=${seed} npm test -- simulation/faults`;

test(`in ${SEEDS} histories with crashes and failing drivers everything accepted comes to its end`, async () => {
  const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(ONLY)];
  let crashes = 0;
  for (const seed of seeds) {
    const weather = WEATHERS[seed % WEATHERS.length] ?? NO_FAULTS;
    const outcome = await liveThrough(seed, INSTANCES, weather);
    assert.deepEqual(outcome.violations, [], replay(seed));
    assert.equal(outcome.instances, INSTANCES, replay(seed));
    crashes += outcome.crashes;
  }
  assert.ok(ONLY !== undefined || crashes > SEEDS, `only ${crashes} crashes in all`);
});

test('a crash at any single commit or effect of a history, before or after it, loses nothing', async () => {
  const seed = 7;
  const calm = await liveThrough(seed, INSTANCES, NO_FAULTS);
  assert.deepEqual(calm.violations, []);
  const points: CrashPoint[] = [];
  for (const when of ['before', 'after'] as const) {
    for (let number = 1; number <= calm.commits; number++) points.push({ at: 'commit', number, when });
    for (let number = 1; number <= calm.effects; number++) points.push({ at: 'effect', number, when });
  }
  let crashes = 0;
  for (const point of points) {
    const outcome = await liveThrough(seed, INSTANCES, NO_FAULTS, point);
    assert.deepEqual(outcome.violations, [], `crash ${point.when} ${point.at} ${point.number}`);
    crashes += outcome.crashes;
  }
  // After a crash a history has fewer commits or effects than the calm one now and then, so the last points may not come.
  assert.ok(crashes > points.length * 0.8, `${crashes} crashes at ${points.length} points`);
});

test('the same seed gives the same history', async () => {
  const weather = WEATHERS[1] ?? NO_FAULTS;
  assert.deepEqual(await liveThrough(42, INSTANCES, weather), await liveThrough(42, INSTANCES, weather));
});
