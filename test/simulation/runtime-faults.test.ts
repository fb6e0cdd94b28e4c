import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explore } from '../../runtime/simulation/index.ts';
import { failureReport } from '../../runtime/simulation/simulation.ts';
import { replayCommand } from './replay.ts';
import { SIMULATIONS } from './scenarios/index.ts';

/** Histories of each scenario. The same ones in every run: what is found is found for everybody. */
const SEEDS = 1_500;

for (const simulation of SIMULATIONS) {
  test(`in ${SEEDS} histories of ${simulation.name}, with everything going wrong that can, no rule is broken`, async () => {
    const { failure, ...figures } = await explore(simulation, 1, SEEDS);
    if (failure) {
      assert.fail(
        await failureReport(simulation, { seed: failure.seed }, (script) => replayCommand(simulation.name, script)),
      );
    }
    // Rules that hold since nothing happened would be worth nothing.
    assert.ok(figures.faults > 5 * SEEDS, `only ${figures.faults} faults`);
    assert.ok(figures.crashes > 2 * SEEDS, `only ${figures.crashes} deaths of shards`);
    assert.ok(figures.commits > 10 * SEEDS, `only ${figures.commits} commits`);
  });

  test(`a seed of ${simulation.name} has the same history every time, and its faults are all that made it so`, async () => {
    for (const seed of [1, 2, 3]) {
      const first = await simulation.live({ seed }, true);
      assert.ok(first.faults.length > 0);
      assert.deepEqual(await simulation.live({ seed }, true), first);
      const { operations, faults } = first;
      assert.deepEqual(await simulation.live({ seed, operations, faults }, true), first);
    }
  });
}
