import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explore, simulationOf } from '../../runtime/simulation/index.ts';
import { failureReport } from '../../runtime/simulation/simulation.ts';
import { replayCommand } from './replay.ts';
import { placementCells } from './scenarios/placement-cells.ts';

const SEEDS = 100;

test(`in ${SEEDS} histories of writers over two cells that die, consumers, names and traits are never in both at once`, async () => {
  const simulation = simulationOf(placementCells);
  const { failure, ...figures } = await explore(simulation, 1, SEEDS);
  if (failure) {
    const script = { seed: failure.seed };
    assert.fail(await failureReport(simulation, script, (shrunk) => replayCommand(simulation.name, shrunk)));
  }
  assert.ok(figures.faults > 5 * SEEDS, `only ${figures.faults} faults`);
});
