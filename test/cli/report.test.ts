import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { readExposition } from '../http/metrics/exposition-parser.ts';
import { connectApi } from '../process/api.ts';
import type { Controller } from '../process/controller.ts';
import { Installation } from '../process/installation.ts';
import { valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';

const SOON = { limitMs: 60_000 };

describe('the operator of a running cloud', () => {
  let installation: Installation;
  let controller: Controller;
  let url: string;
  let stateDir: string;
  const serve = (): Controller => installation.serve('--log-level', 'warn');
  before(async () => {
    installation = new Installation();
    stateDir = installation.stateDir;
    controller = serve();
    url = await controller.ready;
  });
  after(() => installation.remove());

  const run = (...args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const command = [installation.cli, ...args, '--state-dir', stateDir];
      execFile(process.execPath, command, { encoding: 'utf8', maxBuffer: 64 * 1_048_576 }, (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      });
    });

  /** Everything that nobody may read in a report: the administrator's password and the key of tokens, however written. */
  function secrets(): readonly string[] {
    const key = readFileSync(join(stateDir, 'token.key'));
    const clouds: unknown = parse(readFileSync(join(stateDir, 'clouds.yaml'), 'utf8'));
    return [
      readFileSync(join(stateDir, 'admin-password'), 'utf8').trim(),
      String(valueAt(clouds, 'clouds', 'novella', 'auth', 'password')),
      ...(['hex', 'base64', 'base64url', 'latin1', 'utf8'] as const).map((form) => key.toString(form)),
    ];
  }

  test('prints a report, in which no secret stands', async () => {
    const api = await connectApi(url, stateDir);
    await api.request('GET', '/compute/v2.1/flavors');
    const { status, stdout, stderr } = await run('report');
    assert.equal(status, 0, stderr);
    for (const title of ['Package', 'Process', 'Threads', 'Shard cell1', 'Requests in flight', 'Configuration']) {
      assert.match(stdout, new RegExp(`^=== ${title} =`, 'm'));
    }
    assert.match(stdout, new RegExp(`^pid +${controller.pid}$`, 'm'));
    const json = await run('report', '--format', 'json');
    const whole = stdout + json.stdout;
    assert.equal(valueAt(JSON.parse(json.stdout), 'reason'), 'asked for through the control socket');
    for (const secret of secrets()) {
      assert.ok(secret.length > 15);
      assert.ok(!whole.includes(secret));
    }
  });

  test('has a report written by SIGUSR2, to standard error and into a file for the owner alone', async () => {
    process.kill(controller.pid, 'SIGUSR2');
    const directory = join(stateDir, 'reports');
    const name = await until(
      'a report',
      () => (existsSync(directory) ? (readdirSync(directory)[0] ?? null) : null),
      SOON,
    );
    const file = join(directory, name);
    const text = await until(
      'its end',
      () => readFileSync(file, 'utf8').match(/^[\s\S]*of the log =+\n[\s\S]+$/)?.[0] ?? null,
      SOON,
    );
    assert.match(text, /^reason +SIGUSR2$/m);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    await until('the same', () => (controller.output().stderr.includes(text) ? true : null), SOON);
    for (const secret of secrets()) assert.ok(!text.includes(secret));
  });

  test('reads valid metrics in which clients make no series, and sees requests by route', async () => {
    const api = await connectApi(url, stateDir);
    const series = async (): Promise<readonly string[]> => {
      const response = await fetch(`${url}/metrics`);
      assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
      const families = readExposition(await response.text());
      const samples = families.get('novella_http_requests_total')?.samples ?? [];
      return samples.map(({ labels }) => `${labels['method']} ${labels['route']} ${labels['status']}`).sort();
    };
    await fetch(`${url}/compute/v2.1/nothing`);
    await api.request('GET', '/compute/v2.1/servers/0');
    const before = await series();
    assert.ok(before.includes('POST /identity/v3/auth/tokens 2xx'), before.join());
    assert.ok(before.includes('GET /compute/v2.1/servers/{id} 4xx'), before.join());
    for (let i = 0; i < 20; i++) {
      await fetch(`${url}/compute/v2.1/hostile${i}`);
      await api.request('GET', `/compute/v2.1/servers/hostile${i}`);
      await fetch(`${url}/hostile${i}"}\\`);
    }
    assert.deepEqual(await series(), before);
  });

  test('is told of health, and metrics are not for those behind a proxy', async () => {
    assert.equal(await (await fetch(`${url}/healthcheck`)).text(), 'OK\n');
    assert.equal((await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } })).status, 403);
  });

  test('changes the log level until the next start, and inspects actors', async () => {
    assert.deepEqual(await run('log-level', 'debug'), { status: 0, stdout: 'debug\n', stderr: '' });
    await (await connectApi(url, stateDir)).request('GET', '/compute/v2.1/flavors');
    await until('a line of a read', () => (controller.output().stderr.includes('"level":20') ? true : null), SOON);
    assert.equal((await run('log-level', 'loud')).status, 2);
    const { stdout } = await run('inspect', 'cell/cell1');
    assert.equal(valueAt(JSON.parse(stdout), 'address'), 'cell/cell1');
    assert.equal((await run('inspect', 'cell')).status, 2);
  });

  test('is told in a line when no cloud runs, and reaches it again after kill -9 and a new start', async () => {
    await controller.kill();
    assert.ok(statSync(join(stateDir, 'control.sock')).isSocket());
    const { status, stdout, stderr } = await run('report');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^novella: No cloud runs on [^\n]+\n$/);
    controller = serve();
    await controller.ready;
    assert.match((await run('report')).stdout, new RegExp(`^pid +${controller.pid}$`, 'm'));
    await controller.stop();
    assert.equal(existsSync(join(stateDir, 'control.sock')), false);
  });
});
