import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CommandRefused } from '../../cli/command-refused.ts';
import { simulate as simulateCommand } from '../../cli/simulate.ts';
import { reportText } from '../../cli/simulate-text.ts';
import { simulate } from '../../composition/simulate.ts';
import { checkPlan } from '../../simulation/plan.ts';
import { PlanRefused } from '../../simulation/plan-refused.ts';
import type { RunReport } from '../../simulation/report.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const folder = temporaryFolder();
after(() => folder.remove());

const FLEET = { hosts: 3, vcpus: 4, memoryMib: 8_192 };
const HOUR = 3_600;
/** Two pairs that fill a host each; then one of each pair is left. */
const PAIRS = {
  flavors: [{ name: 'half', vcpus: 2, memoryMib: 4_096 }],
  stepSeconds: HOUR,
  forSeconds: 4 * HOUR,
  arrivals: [
    { flavor: 'half' },
    { flavor: 'half', lastsSeconds: HOUR },
    { flavor: 'half' },
    { flavor: 'half', lastsSeconds: HOUR },
  ],
};

async function played(plan: object, directory = folder.path): Promise<readonly RunReport[]> {
  const runs: RunReport[] = [];
  for await (const run of simulate(checkPlan(plan), directory)) runs.push(run);
  return runs;
}

test('runs of a plan are compared: with moves fewer hosts are in use', async () => {
  const runs = await played({
    fleet: FLEET,
    workload: PAIRS,
    runs: [{ policy: 'best-fit' }, { policy: 'best-fit', consolidation: { emptiestBelow: 0.9 } }],
  });
  const [placed, moved] = runs;
  assert.ok(placed && moved);
  assert.deepEqual([placed.created, placed.refused, placed.hostHours, placed.hostHoursBound], [4, 0, 8, 5]);
  assert.equal(placed.overBound, 8 / 5);
  // What has ended is seen at the step; by the next one the host is empty.
  assert.deepEqual([moved.hostHours, moved.moves, moved.movedGib], [6, 1, 4]);
  assert.equal(moved.movesPerMachineHour, 1 / 10);
  assert.deepEqual(
    placed.moments.map(({ hours, machines, hostsInUse, vcpusUsed }) => [hours, machines, hostsInUse, vcpusUsed]),
    [
      [0, 4, 2, 1],
      [1, 2, 2, 0.5],
      [2, 2, 2, 0.5],
      [3, 2, 2, 0.5],
    ],
  );
});

test('what is refused is told with the rule that refused it, in the report as printed, too', async () => {
  const arrivals = [{ flavor: 'half', count: 7 }];
  const runs = await played({ fleet: FLEET, workload: { ...PAIRS, arrivals } });
  const [run] = runs;
  assert.ok(run);
  assert.deepEqual([run.created, run.refused], [6, 1]);
  assert.equal(run.refusals[0]?.machines, 1);
  assert.match(run.refusals[0]?.cause ?? '', /3 without 4096 MiB of free memory/);
  const text = reportText({ ...checkPlan({ fleet: FLEET, workload: PAIRS }).fleet }, runs);
  assert.match(text, /^3 hosts of 4 vCPUs and 8192 MiB\.\n\nRUN +MACHINES +REFUSED +HOSTS +HOST HOURS/);
  assert.match(text, /\nweights +6 +1 +3 +12\.0 +1\.0000 +0 /);
  assert.match(text, /\nweights refused:\n +1 +Of 3 hosts: 3 without 4096 MiB of free memory/);
  assert.match(text, /\nHOUR +MACHINES +HOSTS +VCPUS +MEMORY\n0\.0 +6 +3 +100% +100%\n/);
});

test('a window of a trace is played from a directory beside the plan', async () => {
  const directory = join(folder.path, 'trace');
  mkdirSync(directory);
  const files = {
    'flavors.txt': '1,0.75 a\n2,3.5 g\n',
    'lifetime-bins.txt': '0 0\n300 1\n600 2\n900 2\n1200 2\n',
    'arrivals.txt': '1800000 a,a,|,g,|,\n1800300 a,|,\n1800900 g,|,\n',
    'lifetimes.txt': '1800000 U0,U1,|,U2,|,\n1800300 C2,|,\n1800900 U0,|,\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const [whole] = await played({ fleet: FLEET, workload: { azureV1: 'trace' } });
  assert.deepEqual([whole?.created, whole?.moments.length], [5, 4]);
  const [begun] = await played({ fleet: FLEET, workload: { azureV1: directory, steps: 2 } });
  assert.deepEqual([begun?.created, begun?.moments.length], [4, 2]);
  writeFileSync(join(directory, 'arrivals.txt'), 'nonsense\n');
  await assert.rejects(
    played({ fleet: FLEET, workload: { azureV1: 'trace' } }),
    (error) => error instanceof PlanRefused && /arrivals, line 1/.test(error.message),
  );
  await assert.rejects(
    played({ fleet: FLEET, workload: { azureV1: 'elsewhere' } }),
    (error) => error instanceof PlanRefused && /arrivals\.txt cannot be read/.test(error.message),
  );
});

test('runs that are played at once are told in the order of the plan, each with how far it is', async () => {
  const runs = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  const parts = new Map<string, number[]>();
  const progress = (name: string, part: number): void => {
    parts.set(name, [...(parts.get(name) ?? []), part]);
  };
  const names: string[] = [];
  const plan = checkPlan({ fleet: FLEET, workload: PAIRS, runs });
  for await (const { name } of simulate(plan, folder.path, { progress, threads: 2 })) names.push(name);
  assert.deepEqual(names, ['a', 'b', 'c']);
  for (const name of names) assert.deepEqual(parts.get(name), [0, 0.25, 0.5, 0.75, 1]);
});

test('what a run throws is told in its turn', async () => {
  const plan = checkPlan({ fleet: FLEET, workload: PAIRS, runs: [{}, { name: 'never played' }] });
  // No plan that was checked has such a fleet.
  const impossible = { ...plan, fleet: { ...plan.fleet, hosts: 0 } };
  await assert.rejects(async () => {
    for await (const run of simulate(impossible, folder.path, { threads: 1 })) assert.fail(run.name);
  }, /hosts/);
});

test('a number of threads that is none is refused', async () => {
  const file = join(folder.path, 'plan.json');
  writeFileSync(file, JSON.stringify({ fleet: FLEET, workload: PAIRS }));
  for (const threads of ['0', '1.5', 'all', '100000']) {
    const refused = (error: unknown): boolean => error instanceof CommandRefused && /^--threads: /.test(error.message);
    await assert.rejects(simulateCommand(['--threads', threads, file]), refused);
  }
});

test('the same plan has the same report', async () => {
  const plan = { fleet: FLEET, workload: PAIRS, runs: [{ policy: 'age-aware', consolidation: true }], seed: 7 };
  assert.deepEqual(await played(plan), await played(plan));
});
