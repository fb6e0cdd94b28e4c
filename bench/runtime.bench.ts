import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Figure, figureOfRounds, lessIsBetter, moreIsBetter } from './figure.ts';
import { type Erlang, inTurn, prepareErlang, runOurs } from './runtime-processes.ts';
import { benchDirectory } from './server-process.ts';

/** Processes of ours and of the reference, one after the other; and rounds that are counted in each. */
const PAIRS = 3;
const ROUNDS = 5;
const INSTANCES = 1_000_000;
const DURABLE = 160_000;

interface Rate {
  readonly figure: string;
  /** Messages, asks or actors of a round: enough for some tenths of a second. */
  readonly count: number;
  readonly schedulers: number;
}

const RATES: readonly Rate[] = [
  { figure: 'tell', count: 1_000_000, schedulers: 1 },
  { figure: 'ask', count: 400_000, schedulers: 1 },
  { figure: 'ask-actor', count: 400_000, schedulers: 1 },
  { figure: 'fan-in', count: 400_000, schedulers: 1 },
  { figure: 'spawn', count: 200_000, schedulers: 1 },
  { figure: 'cross-thread', count: 1_000_000, schedulers: 2 },
  { figure: 'cross-shard', count: 200_000, schedulers: 2 },
];
const IDLE_ACTORS = 500_000;

/** The actor runtime by itself, beside Erlang/OTP and beside LMDB without anything around it. */
export async function* run(only: string | undefined): AsyncIterable<Figure> {
  const directory = benchDirectory();
  const wants = (figure: string): boolean => only === undefined || only === figure;
  try {
    const erlang = prepareErlang(directory.path);
    for (const rate of RATES) if (wants(rate.figure)) yield rateFigure(rate, erlang);
    if (wants('bytes-per-actor')) yield* bytesPerActor(erlang);
    for (const workload of ['durable', 'durable-ask'] as const) {
      if (wants(workload)) yield* durable(workload, directory.path, erlang);
    }
    if (wants('million-instances')) yield millionInstances(join(directory.path, 'million.mdb'));
  } finally {
    directory.remove();
  }
}

const nameOf = (erlang: Erlang): string => ('why' in erlang ? 'Erlang/OTP' : erlang.name);

function rateFigure({ figure, count, schedulers }: Rate, erlang: Erlang): Figure {
  const measured = inTurn(
    PAIRS,
    () => runOurs(figure, count, ROUNDS).values,
    'why' in erlang ? erlang : () => erlang.run(figure, schedulers, count, ROUNDS).values,
  );
  const reference = `${nameOf(erlang)}, +S ${schedulers}`;
  return figureOfRounds(moreIsBetter, figure, '1/s', measured.ours, reference, measured.reference);
}

function* bytesPerActor(erlang: Erlang): Iterable<Figure> {
  const { ours, reference } = inTurn(
    PAIRS,
    () => runOurs('bytes', IDLE_ACTORS, 1).values,
    'why' in erlang ? erlang : () => erlang.run('bytes', 1, IDLE_ACTORS, 1).values,
  );
  const idle = `${nameOf(erlang)}, processes that wait`;
  yield figureOfRounds(lessIsBetter, 'bytes-per-actor', 'bytes', ours, idle, reference);
  const hibernated = 'why' in erlang ? erlang : erlang.run('bytes-hibernated', 1, IDLE_ACTORS, 1).values;
  const name = `${nameOf(erlang)}, processes that hibernate`;
  yield figureOfRounds(lessIsBetter, 'bytes-per-actor', 'bytes', ours, name, hibernated);
}

function* durable(workload: 'durable' | 'durable-ask', directory: string, erlang: Erlang): Iterable<Figure> {
  let grouping = '';
  const file = (name: string, pair: number): string => join(directory, `${workload}-${name}-${pair}.mdb`);
  const besideLmdb = inTurn(
    PAIRS,
    (pair) => {
      const { values, commits, rows, rowBytes } = runOurs(workload, DURABLE, ROUNDS, file('ours', pair));
      grouping = JSON.stringify({ commits, rows, rowBytes });
      return values;
    },
    (pair) => runOurs(`${workload}-bare`, DURABLE, ROUNDS, file('bare', pair), grouping).values,
  );
  const loop = `bare LMDB loop, grouped the same: ${grouping}`;
  yield figureOfRounds(moreIsBetter, workload, '1/s', besideLmdb.ours, loop, besideLmdb.reference);
  if (workload === 'durable') return;
  const log = join(directory, 'log');
  const logged = 'why' in erlang ? erlang : erlang.run('durable', 1, DURABLE, PAIRS, log).values;
  const name = `${nameOf(erlang)}, +S 1, a log without index (disk_log), synced in groups`;
  yield figureOfRounds(moreIsBetter, workload, '1/s', besideLmdb.ours, name, logged);
}

function millionInstances(file: string): Figure {
  runOurs('million-build', INSTANCES, 1, file);
  const measured = inTurn(
    PAIRS,
    () => {
      forgetPages(file);
      return runOurs('million', INSTANCES, 1, file).values;
    },
    () => {
      forgetPages(file);
      return runOurs('million-bare', INSTANCES, 1, file).values;
    },
  );
  const reference = 'a process that reads the same 10,000 rows with LMDB alone';
  return figureOfRounds(lessIsBetter, 'million-instances', 'MiB', measured.ours, reference, measured.reference);
}

/**
 * Takes a file out of the page cache, as after a start of the machine. Resident memory counts every page of the mapped
 * file that the kernel lays beside a page that was read, so what the build left in the cache would be measured.
 */
function forgetPages(file: string): void {
  const args = [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none'];
  const { status } = spawnSync('dd', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('dd could not take the file out of the page cache.');
}
