import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsolidationOptions } from '../../actors/consolidator/options.ts';
import { NO_FAULTS, weatherOfSeed } from './fault-rates.ts';
import { liveThrough, SMALL } from './history.ts';

/** Rounds every ten seconds: while clients use the instances that are to be moved. */
const EAGER: ConsolidationOptions = {
  hosts: 'all',
  everyMs: 10_000,
  maxMovesAtOnce: 3,
  maxMovesPerRound: 6,
  emptiestBelow: 1,
  backoffMs: 20_000,
};

const SEEDS = 50;

test(`in ${SEEDS} histories hosts are emptied while instances are used, drivers fail and the controller dies, and all rules hold`, async () => {
  let consolidated = 0;
  let crashes = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await liveThrough(seed, SMALL, weatherOfSeed(seed), null, EAGER);
    assert.deepEqual(outcome.violations, [], `seed ${seed}`);
    consolidated += outcome.consolidated;
    crashes += outcome.crashes;
  }
  assert.ok(consolidated > SEEDS / 2, `only ${consolidated} moves in all`);
  assert.ok(crashes > SEEDS, `only ${crashes} crashes in all`);
});

test('a crash at any single commit of a history in which hosts are emptied loses nothing', async () => {
  const size = { ...SMALL, instances: 2, operationsMax: 1 };
  const calm = await liveThrough(3, size, NO_FAULTS, null, EAGER);
  assert.deepEqual(calm.violations, []);
  assert.ok(calm.consolidated > 0, 'something is moved');
  for (const when of ['before', 'after'] as const) {
    for (let number = 1; number <= calm.commits; number++) {
      const outcome = await liveThrough(3, size, NO_FAULTS, { at: 'commit', number, when }, EAGER);
      assert.deepEqual(outcome.violations, [], `crash ${when} commit ${number}`);
    }
  }
});
