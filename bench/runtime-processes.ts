import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Rounds } from './figure.ts';

/** What a process printed that ran a workload. */
interface Outcome {
  readonly values: readonly number[];
  readonly [more: string]: unknown;
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && 'values' in value && Array.isArray(value.values);
}

/** Runs a workload in a process of its own; its standard error is shown. */
function outcomeOf(command: string, args: readonly string[]): Outcome {
  const { stdout, status, error } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: PROCESS_MS_MAX,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}.`);
  const outcome: unknown = JSON.parse(stdout);
  if (!isOutcome(outcome)) throw new Error(`${command} ${args.join(' ')} printed ${stdout}`);
  return outcome;
}

const PROCESS_MS_MAX = 300_000;

/** Runs one of our workloads (runtime-child.ts). */
export const runOurs = (workload: string, count: number, rounds: number, ...more: readonly string[]): Outcome =>
  outcomeOf(process.execPath, [
    '--expose-gc',
    '--import',
    'tsx',
    'bench/runtime-child.ts',
    workload,
    String(count),
    String(rounds),
    ...more,
  ]);

/** How the reference in Erlang is run; or why it cannot be. */
export type Erlang =
  | {
      /** Version and kind of its emulator, as it says itself. */
      readonly name: string;
      run(workload: string, schedulers: number, count: number, rounds: number, file?: string): Outcome;
    }
  | { readonly why: string };

/** Compiles erlang/runtime_bench.erl into a directory. */
export function prepareErlang(directory: string): Erlang {
  const compiled = join(directory, 'erlang');
  mkdirSync(compiled);
  const { error, status, stdout } = spawnSync('erlc', ['-o', compiled, 'bench/erlang/runtime_bench.erl'], {
    encoding: 'utf8',
  });
  if (error) return { why: 'Erlang is not installed (Debian: apt-get install --no-install-recommends erlang-base)' };
  if (status !== 0) throw new Error(`erlc: ${stdout}`);
  const run = (workload: string, schedulers: number, count: number, rounds: number, ...more: readonly string[]) =>
    outcomeOf('erl', [
      '+S',
      String(schedulers),
      '+P',
      '4000000',
      '-noshell',
      '-pa',
      compiled,
      '-run',
      'runtime_bench',
      'main',
      workload,
      String(count),
      String(rounds),
      ...more,
    ]);
  return { name: String(run('tell', 1, 1_000, 1)['runs']), run };
}

/** Runs ours and the reference in turn, `pairs` times, so that what else the machine does hits both; all rounds of each. */
export function inTurn(
  pairs: number,
  ours: (pair: number) => readonly number[],
  reference: ((pair: number) => readonly number[]) | { readonly why: string },
): { readonly ours: readonly number[]; readonly reference: Rounds } {
  const values: number[] = [];
  const referenceValues: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    values.push(...ours(pair));
    if (typeof reference === 'function') referenceValues.push(...reference(pair));
  }
  return { ours: values, reference: typeof reference === 'function' ? referenceValues : reference };
}
