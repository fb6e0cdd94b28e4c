import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CrashPoint, type FaultRates, NO_FAULTS, WEATHERS, weatherOfSeed } from './fault-rates.ts';
import { liveThrough, SMALL } from './history.ts';
import { replayWeather, shrinkWeather } from './shrink-weather.ts';

const SEEDS = 1_000;
/** Set to live through one history again; with the other two, through a simpler one. */
const ONLY = process.env['NOVELLA_SEED'];
const ONLY_INSTANCES = Number(process.env['NOVELLA_INSTANCES'] ?? SMALL.instances);
const ONLY_FAULTS: unknown = JSON.parse(process.env['NOVELLA_FAULTS'] ?? 'null');

/** What a seed stands for. */
const weatherOf = (seed: number): FaultRates =>
  ONLY_FAULTS === null ? weatherOfSeed(seed) : { ...NO_FAULTS, ...Object(ONLY_FAULTS) };

test(`in ${SEEDS} histories with crashes, bad disks and failing drivers everything accepted comes to its end`, async () => {
  const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(ONLY)];
  let crashes = 0;
  for (const seed of seeds) {
    const history = { seed, instances: ONLY_INSTANCES, rates: weatherOf(seed) };
    const outcome = await liveThrough(seed, { ...SMALL, instances: history.instances }, history.rates);
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
  const calm = await liveThrough(seed, SMALL, NO_FAULTS);
  assert.deepEqual(calm.violations, []);
  const points: CrashPoint[] = [];
  for (const when of ['before', 'after'] as const) {
    for (let number = 1; number <= calm.commits; number++) points.push({ at: 'commit', number, when });
    for (let number = 1; number <= calm.effects; number++) points.push({ at: 'effect', number, when });
  }
  let crashes = 0;
  for (const point of points) {
    const outcome = await liveThrough(seed, SMALL, NO_FAULTS, point);
    assert.deepEqual(outcome.violations, [], `crash ${point.when} ${point.at} ${point.number}`);
    crashes += outcome.crashes;
  }
  // After a crash a history has fewer commits or effects than the calm one now and then, so the last points may not come.
  assert.ok(crashes > points.length * 0.8, `${crashes} crashes at ${points.length} points`);
});

test('the same seed gives the same history', async () => {
  const weather = WEATHERS[1] ?? NO_FAULTS;
  assert.deepEqual(await liveThrough(42, SMALL, weather), await liveThrough(42, SMALL, weather));
});
