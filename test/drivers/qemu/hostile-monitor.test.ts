import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { takeHold } from '../../../drivers/qemu/hold.ts';
import type { QemuHost } from '../../../drivers/qemu/host.ts';
import { createLineReader } from '../../../drivers/qemu/line-reader.ts';
import { until, unwrap } from '../conformance.ts';
import { fakeGuest } from './fake-guest.ts';

interface Command {
  readonly id: number;
  readonly execute: string;
}

const GREETING = '{"QMP":{"version":{"qemu":{"micro":22,"minor":2,"major":7},"package":""},"capabilities":[]}}\n';

/**
 * A guest whose process is somebody else's program by now, and holds on to the guest's monitor: it says who it is, and
 * to everything else what `answer` says.
 */
async function takenOver(t: TestContext, answer: (command: Command, socket: Socket) => void) {
  const { host, guest } = await fakeGuest(t);
  const words = ['-c', 'read line', 'sh', '-uuid', guest.instanceId];
  const child = spawn('/bin/sh', words, { cwd: guest.directory, stdio: ['pipe', 'ignore', 'ignore'] });
  const sockets = new Set<Socket>();
  const asked: Command[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const lines = createLineReader(100_000, (line) => {
      const command: Command = JSON.parse(line);
      asked.push(command);
      const { id, execute } = command;
      if (execute === 'qmp_capabilities') socket.write(`{"return":{},"id":${id}}\n`);
      else if (execute === 'query-uuid') socket.write(`{"return":{"UUID":"${guest.instanceId}"},"id":${id}}\n`);
      else answer(command, socket);
    });
    socket.on('data', (chunk) => void lines.take(chunk));
    socket.write(GREETING);
  });
  await new Promise<void>((resolve) => server.listen(join(guest.directory, 'qmp'), resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    child.stdin.end();
  });
  const seen: string[] = [];
  const listening: QemuHost = { ...host, emit: ({ power }) => void seen.push(power) };
  const held = unwrap(await takeHold(listening, guest));
  assert.ok(held);
  const say = (text: string) => {
    for (const socket of sockets) socket.write(text);
  };
  return { held, seen, asked, say };
}

test('a monitor that answers with lists in lists without end does no harm', async (t) => {
  let answers = 0;
  const { held, seen, asked, say } = await takenOver(t, ({ id }, socket) => {
    answers += 1;
    // Parsing this is no trouble. Writing it again is.
    const value = answers === 1 ? '{"status":"internal-error"}' : `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    socket.write(`{"return":${value},"id":${id}}\n`);
  });
  say('{"event":"STOP"}\n');
  await until('its answer was looked at', () => asked.filter(({ execute }) => execute === 'query-status').length === 2);
  assert.equal((await held.power()).ok, false);
  assert.deepEqual(seen, ['crashed']);
  held.release();
});

test('a monitor that says again and again that the guest stands still is asked about it once at a time', async (t) => {
  const { held, seen, asked, say } = await takenOver(t, ({ id, execute }, socket) => {
    if (execute === 'query-name') socket.write(`{"return":{},"id":${id}}\n`);
  });
  say('{"event":"STOP"}\n'.repeat(1_000));
  say('{"event":"RESUME"}\n');
  await until('all was heard', () => seen.includes('running'));
  unwrap(await held.qmp.execute('query-name'));
  assert.equal(asked.filter(({ execute }) => execute === 'query-status').length, 1);
  held.release();
});

test('a monitor that greets again is let go', async (t) => {
  const { held, asked, say } = await takenOver(t, () => {});
  say(GREETING.repeat(1_000));
  assert.match(await held.qmp.closed, /greeted twice/);
  assert.equal(asked.filter(({ execute }) => execute === 'qmp_capabilities').length, 1);
  held.release();
});
