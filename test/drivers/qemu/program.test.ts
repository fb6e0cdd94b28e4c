import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../../drivers/qemu/program.ts';
import { until } from '../conformance.ts';

const runner = fileURLToPath(new URL('./killed-runner.ts', import.meta.url));
const withoutSetpriv = existsSync('/usr/bin/setpriv') ? false : 'setpriv is not installed';

/** Whether a process runs a program. A zombie has none. */
const runs = async (pid: string): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')).startsWith('sleep');

test('a program ends with the controller that is killed, and holds no disk any longer', {
  skip: withoutSetpriv,
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'novella-program-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const controller = spawn(process.execPath, ['--import', 'tsx', runner, directory], { stdio: 'ignore' });
  const exit = once(controller, 'exit');
  await until('it runs', () => existsSync(join(directory, 'started')));
  const pid = (await readFile(join(directory, 'started'), 'latin1')).trim();
  t.after(() => {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
  await until('it is the program', () => runs(pid));
  controller.kill('SIGKILL');
  await exit;
  await until('it has ended', async () => !(await runs(pid)));
});

test('a program says what it has to say, and how it failed', async () => {
  const options = { cwd: tmpdir(), signal: new AbortController().signal };
  assert.deepEqual(await runProgram('/bin/sh', ['-c', 'echo "$1"', 'sh', '--a b'], options), {
    how: 'ended',
    output: '--a b\n',
  });
  assert.deepEqual(await runProgram('/bin/sh', ['-c', 'echo no >&2; exit 3'], options), {
    how: 'failed',
    message: 'no',
  });
  const absent = await runProgram('no-such-program-of-novella', [], options);
  assert.equal(absent.how, 'failed');
});
