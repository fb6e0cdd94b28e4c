import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Installation } from '../process/installation.ts';
import { until } from '../process/until.ts';

/** A file on which every write fails for want of room. */
const FULL = '/dev/full';
const needsFull = { skip: existsSync(FULL) ? false : `there is no ${FULL}` };

describe('novella, when nobody takes what it prints', () => {
  let installation: Installation;
  const children: ChildProcess[] = [];
  before(() => {
    installation = new Installation();
  });
  after(async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await installation.remove();
  });

  function start(args: readonly string[], stdout: number | 'pipe', stderr: number | 'pipe'): ChildProcess {
    const child = spawn(process.execPath, [installation.cli, ...args], { stdio: ['ignore', stdout, stderr] });
    children.push(child);
    return child;
  }

  /** Waits until it runs and has printed, and checks that it stops as it is asked to. */
  async function servesAndStops(child: ChildProcess, stateDir: string): Promise<void> {
    const ended = once(child, 'exit');
    const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
    const reports = join(stateDir, 'reports');
    // Reports are written from the moment on at which the cloud runs, which is when it says so.
    await until(
      'a report',
      () => {
        if (existsSync(join(stateDir, 'clouds.yaml'))) child.kill('SIGUSR2');
        return isOver() || (existsSync(reports) && readdirSync(reports).length > 0) ? true : null;
      },
      { limitMs: 60_000, everyMs: 100 },
    );
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  }

  const serving = (stateDir: string): readonly string[] => [
    'serve',
    ...['--state-dir', stateDir, '--listen', '127.0.0.1:0', '--driver', 'sim', '--log-level', 'debug'],
  ];

  test('a cloud whose pipes are closed goes on', async () => {
    const stateDir = join(installation.path, 'closed');
    const child = start(serving(stateDir), 'pipe', 'pipe');
    child.stdout?.destroy();
    child.stderr?.destroy();
    await servesAndStops(child, stateDir);
  });

  test('a cloud whose log is on a full disk goes on', needsFull, async () => {
    const stateDir = join(installation.path, 'full');
    const full = openSync(FULL, 'w');
    const child = start(serving(stateDir), full, full);
    closeSync(full);
    await servesAndStops(child, stateDir);
  });

  test('a command whose reader has enough ends without a word', async () => {
    const child = start(['api', 'openapi'], 'pipe', 'pipe');
    child.stdout?.destroy();
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [status] = await once(child, 'close');
    assert.equal(said, '');
    assert.equal(status, 0);
  });

  test('a command that cannot print what it was asked for fails, and says why in a line', needsFull, async () => {
    const full = openSync(FULL, 'w');
    const child = start(['api', 'openapi'], full, 'pipe');
    closeSync(full);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [status] = await once(child, 'close');
    assert.match(said, /^novella: standard output cannot be written: [^\n]*ENOSPC[^\n]*\n$/);
    assert.equal(status, 1);
  });
});
