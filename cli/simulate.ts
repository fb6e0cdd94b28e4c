import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { SimulationProgress } from '../composition/simulate.ts';
import type { RunReport } from '../simulation/report.ts';
import { CommandRefused } from './command-refused.ts';
import { reportText } from './simulate-text.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella simulate PLAN: plays a workload on a fleet, and says how many hosts it takes.

  PLAN        a file, YAML or JSON: fleet, workload, and ways to place it that are compared
  --json      the report as JSON
  --quiet     no progress on standard error
  --threads N runs that are played at once, each in one thread [one for each processor]

The actors are those of a real cloud, with simulated hosts, in memory and in virtual time. The same plan has the same report.
`;

/** Largest plan in bytes. */
const PLAN_BYTES_MAX = 16_777_216;
const THREADS_MAX = 1024;

/** Plays a plan and prints its report. Exit status 0: nothing was refused in any run; 1: something was. */
export async function simulate(args: readonly string[]): Promise<number> {
  const options = {
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
    threads: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  if (values.help) return printUsage(USAGE);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) return misused('expected "simulate PLAN"', USAGE);
  const { checkPlan } = await import('../simulation/plan.ts');
  const { simulate: play } = await import('../composition/simulate.ts');
  const plan = checkPlan(planIn(file));
  const runs: RunReport[] = [];
  const told = { progress: values.quiet ? undefined : progress(), threads: threadsOf(values.threads) };
  for await (const run of play(plan, dirname(file), told)) runs.push(run);
  process.stdout.write(values.json ? `${JSON.stringify({ plan, runs }, null, 2)}\n` : reportText(plan.fleet, runs));
  return runs.some(({ refused }) => refused > 0) ? 1 : 0;
}

function threadsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX) return threads;
  throw new CommandRefused(`--threads: ${text} is not a number from 1 to ${THREADS_MAX}.`);
}

function planIn(file: string): unknown {
  try {
    if (statSync(file).size > PLAN_BYTES_MAX) throw new Error('it is larger than 16 MiB');
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    throw new CommandRefused(`The plan ${file} cannot be read: ${reason.replace(/:$/, '')}.`);
  }
}

/** Tells of every tenth of each run. */
function progress(): SimulationProgress {
  const told = new Map<string, string>();
  return (name, part) => {
    const line = `${name}: ${Math.floor(part * 10) * 10}%\n`;
    if (line !== told.get(name)) process.stderr.write(line);
    told.set(name, line);
  };
}
