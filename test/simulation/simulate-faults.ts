import { parseArgs } from 'node:util';
import { explore, failureReport, type HistoryScript, simulationOf } from '../../runtime/simulation/index.ts';
import { replayCommand } from './replay.ts';
import { cells } from './scenarios/cells.ts';
import { SIMULATIONS } from './scenarios/index.ts';
import { placementCells } from './scenarios/placement-cells.ts';

/**
 * `npm run simulate-faults -- [--seeds COUNT] [--from SEED] [--scenario NAME]`: lives through so many histories of the
 * runtime (and, by its name, of the scenarios `cells` and `placement-cells`), shared out among the scenarios. With `--seed SEED [--operations 1,2] [--faults PLACE.NUMBER=FAULT,…]`: through one, and
 * prints it. `--brief`: a failure is named, and not shrunk. Ends with 1 when a rule was broken.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    operations: { type: 'string' },
    faults: { type: 'string' },
    brief: { type: 'boolean', default: false },
  },
});

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} is ${text}, and must be a whole number.`);
  process.exit(2);
}

const listed = (text: string): string[] => text.split(',').filter((part) => part !== '');

const all = [...SIMULATIONS, simulationOf(cells), simulationOf(placementCells)];
// What is not the runtime's own is lived through only when it is named.
const simulations = values.scenario === undefined ? SIMULATIONS : all.filter(({ name }) => name === values.scenario);
if (simulations.length === 0) {
  console.error(`There is no scenario ${values.scenario}: ${all.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

async function one(script: HistoryScript): Promise<void> {
  for (const simulation of simulations) {
    const { violations, history } = await simulation.live(script, true);
    for (const line of history) console.log(line);
    console.log(`${simulation.name}: ${violations.length === 0 ? 'no rule was broken' : 'a rule was broken'}`);
    if (violations.length > 0) process.exitCode = 1;
  }
}

const FIGURES = ['histories', 'faults', 'crashes', 'commits', 'effects'] as const;
/** So many histories of each scenario in turn: a fault that only one of them finds is found soon. */
const ROUND = 100;

async function many(first: number, seeds: number): Promise<void> {
  const start = performance.now();
  const sums = { histories: 0, faults: 0, crashes: 0, commits: 0, effects: 0 };
  for (let round = first; sums.histories < seeds; round += ROUND) {
    for (const simulation of simulations) {
      const { failure, ...figures } = await explore(simulation, round, Math.min(ROUND, seeds - sums.histories));
      for (const name of FIGURES) sums[name] += figures[name];
      if (!failure) continue;
      console.log(`${simulation.name}, seed ${failure.seed}: ${failure.outcome.violations[0]?.rule}`);
      const command = (script: HistoryScript): string => replayCommand(simulation.name, script);
      if (!values.brief) console.log(await failureReport(simulation, { seed: failure.seed }, command));
      process.exitCode = 1;
      return;
    }
  }
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(
    `${sums.histories} histories in ${seconds} s, and no rule was broken: ${sums.faults} faults (${sums.crashes} deaths of shards), ${sums.commits} commits, ${sums.effects} effects`,
  );
}

if (values.seed === undefined) await many(whole('from', values.from), whole('seeds', values.seeds));
else {
  const operations =
    values.operations === undefined ? null : listed(values.operations).map((n) => whole('operations', n));
  const faults = values.faults === undefined ? null : listed(values.faults);
  await one({ seed: whole('seed', values.seed), operations, faults });
}
