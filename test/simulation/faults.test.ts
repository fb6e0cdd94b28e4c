import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CrashPoint, type FaultRates, NO_FAULTS } from './fault-rates.ts';
import { liveThrough } from './history.ts';
import { replayWeather, shrinkWeather } from './shrink-weather.ts';

const INSTANCES = 20;
const SEEDS = 1_000;
/** Set to live through one history again; with the other two, through a simpler one. */
const ONLY = process.env['NOVELLA_SEED'];
const ONLY_INSTANCES = Number(process.env['NOVELLA_INSTANCES'] ?? INSTANCES);
const ONLY_FAULTS: unknown = JSON.parse(process.env['NOVELLA_FAULTS'] ?? 'null');

/** The kinds of weather a history can have; a seed has the one of its number. */
const WEATHERS: readonly FaultRates[] = [
  { ...NO_FAULTS, crashAtCommit: 0.05, crashAtEffect: 0.05 },
  { ...NO_FAULTS, crashAtCommit: 0.25, crashAtEffect: 0.06 },
  { ...NO_FAULTS, crashAtCommit: 0.02, crashAtEffect: 0.02, driverFails: 0.15, asksTwice: 0.3 },
  { ...NO_FAULTS, crashAtCommit: 0.01, crashAtEffect: 0.01, driverFails: 0.05, driverSilent: 0.05 },
  { ...NO_FAULTS, driverFails: 0.5 },
  { ...NO_FAULTS, powerCutMs: 8_000, crashAtCommit: 0.005, asksTwice: 0.1 },
  { ...NO_FAULTS, commitSlow: 0.1, diskFull: 0.02, replyLost: 0.1, crashAtCommit: 0.01, driverFails: 0.05 },
  { ...NO_FAULTS, clockJumpMs: 5_000, replyLost: 0.05, commitSlow: 0.05, crashAtEffect: 0.02, driverSilent: 0.03 },
  { ...NO_FAULTS, powerCutMs: 15_000, cutOffMs: 10_000, guestEndsMs: 2_000, crashAtEffect: 0.02, driverFails: 0.05 },
];

/** What a seed stands for. */
const weatherOf = (seed: number): FaultRates =>
  ONLY_FAULTS === null ? (WEATHERS[seed % WEATHERS.length] ?? NO_FAULTS) : { ...NO_FAULTS, ...Object(ONLY_FAULTS) };

test(`in ${SEEDS} histories with crashes, bad disks and failing drivers everything accepted comes to its end`, async () => {
  const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(ONLY)];
  let crashes = 0;
  for (const seed of seeds) {
    const history = { seed, instances: ONLY_INSTANCES, rates: weatherOf(seed) };
    const outcome = await liveThrough(seed, history.instances, history.rates);
    if (outcome.violations.length > 0) {
      const simpler = ONLY === undefined ? replayWeather(await shrinkWeather(history)) : 'this very history';
      assert.fail(`${outcome.violations.join('\n')}\nreplay with: ${replayWeather(history)}\nsimpler: ${simpler}`);
    }
    assert.equal(outcome.instances, history.instances, replayWeather(history));
    crashes += outcome.crashes;
  }
  assert.ok(ONLY !== undefined || crashes > SEEDS, `only ${crashes} crashes in all`);
});

test('a history of the cloud that breaks a rule is made simpler before it is told', async () => {
  const rates: FaultRates = { ...NO_FAULTS, crashAtCommit: 0.1, driverFails: 0.2, replyLost: 0.3 };
  // As if a rule were broken whenever answers get lost and there are three instances.
  const isBroken = async (history: { instances: number; rates: FaultRates }): Promise<boolean> =>
    history.instances >= 3 && history.rates.replyLost > 0;
  const simpler = await shrinkWeather({ seed: 9, instances: 20, rates }, isBroken);
  assert.deepEqual(simpler, { seed: 9, instances: 3, rates: { ...NO_FAULTS, replyLost: 0.3 } });
  assert.equal(
    replayWeather(simpler),
    `NOVELLA_SEED=9 NOVELLA_INSTANCES=3 NOVELLA_FAULTS='{"replyLost":0.3}' npm test -- simulation/faults`,
  );
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
