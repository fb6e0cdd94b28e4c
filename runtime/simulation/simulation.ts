import { seededRandom } from '../random.ts';
import { type HistoryOutcome, type HistoryScript, liveThrough, type Scenario } from './scenario.ts';
import { type Shrunk, shrink } from './shrink.ts';

/** A scenario, ready to be lived through with any seed, and without the type of its operations. */
export interface Simulation {
  readonly name: string;
  /** Lives through one history. `log`: with a line for each thing that happens. */
  live(script: HistoryScript, log?: boolean): Promise<HistoryOutcome>;
  /** An operation of a history, as text. */
  operation(seed: number, number: number): string;
}

/** Makes a scenario ready. */
export function simulationOf<Operation>(scenario: Scenario<Operation>): Simulation {
  return {
    name: scenario.name,
    live: (script, log) => liveThrough(scenario, script, log),
    operation: (seed, number) => JSON.stringify(scenario.draw(seededRandom(seed))[number]),
  };
}

/** What many histories came to. */
export interface Exploration {
  readonly histories: number;
  readonly crashes: number;
  readonly commits: number;
  readonly effects: number;
  readonly faults: number;
  /** The first history that broke a rule; null: none did. */
  readonly failure: { readonly seed: number; readonly outcome: HistoryOutcome } | null;
}

/** Lives through the histories of `count` seeds from `first` on, up to the first that breaks a rule. */
export async function explore(simulation: Simulation, first: number, count: number): Promise<Exploration> {
  let [histories, crashes, commits, effects, faults] = [0, 0, 0, 0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await simulation.live({ seed });
    histories++;
    crashes += outcome.crashes;
    commits += outcome.commits;
    effects += outcome.effects;
    faults += outcome.faults.length;
    if (outcome.violations.length > 0) {
      return { histories, crashes, commits, effects, faults, failure: { seed, outcome } };
    }
  }
  return { histories, crashes, commits, effects, faults, failure: null };
}

/** Lines of a shrunk history that are printed. */
const HISTORY_LINES_MAX = 200;

/**
 * Tells people of a history that broke a rule: shrinks it, and prints what is left, line by line. `command`: what lives
 * through a history again.
 */
export async function failureReport(
  simulation: Simulation,
  script: HistoryScript,
  command: (script: HistoryScript) => string,
): Promise<string> {
  const before = await simulation.live(script);
  const shrunk = await shrink((shorter) => simulation.live(shorter), script);
  const { history } = await simulation.live(shrunk.script, true);
  return [
    `${simulation.name}: seed ${script.seed} breaks a rule. Replay with:`,
    `  ${command(script)}`,
    ...shrunk.outcome.violations.map(({ rule, text, atMs }) => `At ${atMs} ms: ${rule}: ${text}`),
    `Shrunk from ${sizeText(before)} to ${sizeText(shrunk.outcome)}, in ${shrunk.runs} histories:`,
    ...shrunkLines(simulation, shrunk),
    `  ${command(shrunk.script)}`,
    ...history.slice(0, HISTORY_LINES_MAX),
    ...(history.length > HISTORY_LINES_MAX ? [`… and ${history.length - HISTORY_LINES_MAX} lines more`] : []),
  ].join('\n');
}

const sizeText = ({ operations, faults }: HistoryOutcome): string =>
  `${operations.length} operations and ${faults.length} faults`;

function shrunkLines(simulation: Simulation, { script, outcome }: Shrunk): string[] {
  return [
    ...outcome.operations.map((number) => `  operation ${number}: ${simulation.operation(script.seed, number)}`),
    ...outcome.faults.map((fault) => `  fault ${fault}`),
  ];
}
