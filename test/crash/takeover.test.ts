import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { connectApi } from '../process/api.ts';
import { listAt, textAt } from '../process/json.ts';
import { buildProgram, type Program } from '../process/program.ts';
import { until } from '../process/until.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const FLAVORS = '/compute/v2.1/flavors';
const flavor = (name: string) => ({ flavor: { name, id: name, ram: 64, vcpus: 1, disk: 0 } });

const LIMIT = { limitMs: 60_000, everyMs: 20 };

/** Loaded into each thread of the controller: hangs the thread for which a file appears, once. */
const HANG = `
import { existsSync, unlinkSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';
const who = isMainThread ? 'main' : workerData?.heartbeat ? 'shards' : 'other';
const file = process.env.NOVELLA_TEST_HANG + '.' + who;
setInterval(() => {
  if (!existsSync(file)) return;
  unlinkSync(file);
  for (;;);
}, 20).unref();
`;

/** A port that was free a moment ago: whoever takes over must listen where the one before did. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The process that holds a state directory: its lock tells whoever connects to it. */
async function holderOf(stateDir: string): Promise<number | null> {
  const { dev, ino } = statSync(stateDir);
  const socket = connect(`\0novella-state-${dev}-${ino}`).setEncoding('utf8');
  try {
    const [text] = await once(socket, 'data');
    return Number(text);
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

describe('a controller that stops responding', {
  skip: process.platform !== 'linux' && 'finds processes by a lock of Linux',
}, () => {
  let program: Program;
  let folder: ReturnType<typeof temporaryFolder>;
  const started = new Set<number>();
  before(() => {
    program = buildProgram();
    folder = temporaryFolder();
    writeFileSync(join(folder.path, 'hang.mjs'), HANG);
    writeFileSync(join(folder.path, 'config.yaml'), 'threadHangMs: 1000\n');
  });
  after(() => {
    for (const pid of started) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended, as it should.
      }
    }
    folder.remove();
    program.remove();
  });

  /** A controller whose output, and that of its successors, goes into one file. */
  async function start(name: string, env: NodeJS.ProcessEnv) {
    const stateDir = join(folder.path, name);
    const output = join(folder.path, `${name}.log`);
    const written = openSync(output, 'a');
    const where = ['--state-dir', stateDir, '--listen', `127.0.0.1:${await freePort()}`, '--driver', 'sim'];
    const { INVOCATION_ID: _, ...own } = process.env;
    const child: ChildProcess = spawn(
      process.execPath,
      [program.cli, 'serve', ...where, '--config', join(folder.path, 'config.yaml'), '--log-level', 'warn'],
      {
        stdio: ['ignore', written, written],
        env: {
          ...own,
          NODE_OPTIONS: `--import ${pathToFileURL(join(folder.path, 'hang.mjs')).href}`,
          NOVELLA_TEST_HANG: join(folder.path, name),
          ...env,
        },
      },
    );
    if (child.pid !== undefined) started.add(child.pid);
    const ended = once(child, 'exit');
    const text = () => readFileSync(output, 'utf8');
    /** Waits for the `n`th process of the line; returns its URL. */
    const ready = (n: number) =>
      until(
        `process ${n} is ready`,
        () => [...text().matchAll(/^Novella is ready at (\S+)$/gm)][n - 1]?.[1] ?? null,
        LIMIT,
      ).catch((error: unknown) => {
        throw new Error(text(), { cause: error });
      });
    const hang = (who: 'main' | 'shards') => writeFileSync(join(folder.path, `${name}.${who}`), '');
    const reports = () =>
      readdirSync(join(stateDir, 'reports')).map((file) => readFileSync(join(stateDir, 'reports', file), 'utf8'));
    return { child, stateDir, ended, ready, hang, text, reports };
  }

  for (const who of ['shards', 'main'] as const) {
    const named = { shards: 'thread of shards', main: 'main thread' }[who];
    test(`writes a report and is taken over by a successor when its ${named} hangs; nothing acknowledged is lost`, async (t) => {
      const controller = await start(who, {});
      const url = await controller.ready(1);
      const api = await connectApi(url, controller.stateDir);
      const { status, body } = await api.request('POST', FLAVORS, flavor('kept'));
      assert.equal(status, 200, JSON.stringify(body));
      controller.hang(who);
      assert.deepEqual(await controller.ended, [null, 'SIGKILL']);
      const endedMs = performance.now();
      const successor = await until('the successor holds the state', () => holderOf(controller.stateDir), LIMIT);
      started.add(successor);
      assert.notEqual(successor, controller.child.pid);
      assert.equal(await controller.ready(2), url);
      const tookMs = performance.now() - endedMs;
      const again = await connectApi(url, controller.stateDir);
      const kept = listAt((await again.request('GET', FLAVORS)).body, 'flavors').map((listed) =>
        textAt(listed, 'name'),
      );
      assert.ok(kept.includes('kept'), kept.join());
      const made = await again.request('POST', FLAVORS, flavor('new'));
      assert.equal(made.status, 200);
      const [report = ''] = controller.reports();
      assert.match(
        report,
        who === 'main' ? /The main thread has stopped responding/ : /Thread 0 has stopped responding/,
      );
      assert.match(report, /silent for +\d+ ms/);
      process.kill(successor, 'SIGTERM');
      await until(
        'the successor stops',
        async () => ((await holderOf(controller.stateDir)) === null ? true : null),
        LIMIT,
      );
      t.diagnostic(`the successor was ready ${Math.round(tookMs)} ms after the end of the process that hung`);
    });
  }

  test('exits with status 70 where a service manager starts it again', async () => {
    const controller = await start('managed', { INVOCATION_ID: 'f00d' });
    await controller.ready(1);
    controller.hang('shards');
    assert.deepEqual(await controller.ended, [70, null]);
    assert.equal(controller.reports().length, 1);
    assert.equal(await holderOf(controller.stateDir), null);
    assert.match(controller.text(), /the cloud has failed: Thread 0 has not responded/);
  });
});
