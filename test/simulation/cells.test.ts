import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explore, simulationOf } from '../../runtime/simulation/index.ts';
import { failureReport } from '../../runtime/simulation/simulation.ts';
import { replayCommand } from './replay.ts';
import { cells } from './scenarios/cells.ts';

/** Histories: the same ones in every run. */
const SEEDS = Number(process.env['NOVELLA_CELLS_SEEDS'] ?? 150);

test(`in ${SEEDS} histories of a cloud with three cells that die, and clients that guess, nothing is lost or done twice`, async () => {
  const simulation = simulationOf(cells);
  const { failure, ...figures } = await explore(simulation, 1, SEEDS);
  if (failure) {
    const script = { seed: failure.seed };
    assert.fail(await failureReport(simulation, script, (shrunk) => replayCommand(simulation.name, shrunk)));
  }
  // Rules that hold since nothing happened would be worth nothing.
  assert.ok(figures.faults > 10 * SEEDS, `only ${figures.faults} faults`);
  assert.ok(figures.effects > SEEDS, `only ${figures.effects} effects`);
});
