import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLineReader } from '../../../drivers/qemu/line-reader.ts';
import { connectQmp, type QmpEvent } from '../../../drivers/qemu/qmp-client.ts';
import { parseQmpLine } from '../../../drivers/qemu/qmp-messages.ts';
import { codeOf, until, unwrap } from '../conformance.ts';

const greeting = '{"QMP":{"version":{"qemu":{"micro":22,"minor":2,"major":7},"package":""},"capabilities":["oob"]}}';

test('greeting, answer, refusal and event are told apart', () => {
  assert.deepEqual(parseQmpLine(greeting), { type: 'greeting' });
  assert.deepEqual(parseQmpLine('{"return":{},"id":7}'), { type: 'answer', id: 7, value: {} });
  assert.deepEqual(parseQmpLine('{"id":7,"error":{"class":"GenericError","desc":"no"}}'), {
    type: 'refusal',
    id: 7,
    reason: 'GenericError: no',
  });
  assert.deepEqual(parseQmpLine('{"event":"STOP","timestamp":{"seconds":1,"microseconds":2}}'), {
    type: 'event',
    name: 'STOP',
    data: {},
  });
});

for (const line of [
  '',
  'x',
  '[]',
  'null',
  '7',
  '"QMP"',
  '{}',
  '{"QMP":{}}',
  '{"return":{}}',
  '{"return":{},"id":"7"}',
  '{"event":7}',
  `{"event":"${'A'.repeat(65)}"}`,
  '{"error":"x","id":1}',
  '{"__proto__":{"return":1,"id":1}}',
]) {
  test(`not a QMP message: ${line.slice(0, 40)}`, () => assert.equal(parseQmpLine(line), null));
}

test('lines come whole, however the bytes were cut', () => {
  const text = 'one\r\ntwo ü\n\nthree\nfou';
  for (let size = 1; size <= text.length; size += 1) {
    const lines: string[] = [];
    const reader = createLineReader(100, (line) => lines.push(line));
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) assert.equal(reader.take(bytes.subarray(at, at + size)), true);
    assert.deepEqual(lines, ['one', 'two ü', 'three']);
  }
});

test('a line beyond the limit is refused, also when its end never comes, and nothing after it is read', () => {
  const lines: string[] = [];
  const reader = createLineReader(10, (line) => lines.push(line));
  assert.equal(reader.take(Buffer.from('0123456789\n')), true);
  assert.equal(reader.take(Buffer.from('01234')), true);
  assert.equal(reader.take(Buffer.from('567890')), false);
  assert.equal(reader.take(Buffer.from('\nlater\n')), false);
  assert.deepEqual(lines, ['0123456789']);
});

/** The path of a monitor that greets and does what `onCommand` says, until the test has ended. */
async function monitor(
  t: TestContext,
  onCommand: (command: { id: number; execute: string }, socket: Socket) => void,
  greets = true,
): Promise<string> {
  const path = join(tmpdir(), `novella-qmp-${randomUUID().slice(0, 8)}`);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (greets) socket.write(`${greeting}\n`);
    const reader = createLineReader(10_000, (line) => {
      const command: { id: number; execute: string } = JSON.parse(line);
      if (command.execute === 'qmp_capabilities') socket.write(`{"return":{},"id":${command.id}}\n`);
      else onCommand(command, socket);
    });
    socket.on('data', (chunk) => void reader.take(chunk));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return path;
}

/** Longer than any machine takes: who waits for it to pass has virtual timers. */
const LIMIT_MS = 600_000;
const times = { greetingMs: LIMIT_MS, commandMs: LIMIT_MS };

test('answers find their commands in any order, and events come between', async (t) => {
  const held: number[] = [];
  const path = await monitor(t, ({ id }, socket) => {
    held.unshift(id);
    if (held.length < 2) return;
    socket.write('{"event":"RESUME"}\n');
    for (const each of held) socket.write(`{"return":{"for":${each}},"id":${each}}\n`);
  });
  const events: QmpEvent[] = [];
  const connected = await connectQmp(path, (event) => events.push(event), times);
  assert.ok(connected.ok);
  const [a, b] = await Promise.all([connected.client.execute('a'), connected.client.execute('b')]);
  assert.deepEqual([unwrap(a), unwrap(b)], [{ for: 2 }, { for: 3 }]);
  assert.deepEqual(events, [{ name: 'RESUME', data: {} }]);
  connected.client.close();
  assert.equal(codeOf(await connected.client.execute('c')), 'Unreachable');
});

test('a refusal is HypervisorFailed with QEMU’s words, silence is TimedOut, an end is Unreachable', async (t) => {
  const path = await monitor(t, ({ id, execute }, socket) => {
    if (execute === 'refuse') socket.write(`{"error":{"class":"GenericError","desc":"not so"},"id":${id}}\n`);
    if (execute === 'end') socket.destroy();
  });
  const connected = await connectQmp(path, () => {}, times);
  assert.ok(connected.ok);
  const { client } = connected;
  assert.deepEqual(await client.execute('refuse'), {
    ok: false,
    error: { code: 'HypervisorFailed', reason: 'QMP: GenericError: not so' },
  });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const silence = client.execute('silence');
  t.mock.timers.tick(LIMIT_MS);
  assert.equal(codeOf(await silence), 'TimedOut');
  assert.equal(codeOf(await client.execute('end')), 'Unreachable');
  await client.closed;
});

for (const [what, bytes] of [
  ['bytes that are no JSON', 'what?\n'],
  ['a line without end', 'x'.repeat(1024 * 1024 + 1)],
  ['JSON that is no QMP', '{"hello":1}\n'],
] as const) {
  test(`a monitor that sends ${what} is let go, and what waits for it is Unreachable`, async (t) => {
    const path = await monitor(t, (_, socket) => void socket.write(bytes));
    const connected = await connectQmp(path, () => {}, times);
    assert.ok(connected.ok);
    assert.equal(codeOf(await connected.client.execute('x')), 'Unreachable');
    await connected.client.closed;
  });
}

test('nobody there is `absent`; somebody who does not greet is `silent`', async (t) => {
  const nobody = await connectQmp(join(tmpdir(), randomUUID()), () => {}, times);
  assert.ok(!nobody.ok);
  assert.equal(nobody.failure.kind, 'absent');
  const path = await monitor(t, () => {}, false);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const connecting = connectQmp(path, () => {}, times);
  t.mock.timers.tick(LIMIT_MS);
  const silent = await connecting;
  assert.ok(!silent.ok);
  assert.equal(silent.failure.kind, 'silent');
});

test('an answer to nothing is passed over', async (t) => {
  const path = await monitor(
    t,
    ({ id }, socket) => void socket.write(`{"return":1,"id":999}\n{"return":2,"id":${id}}\n`),
  );
  const connected = await connectQmp(path, () => {}, times);
  assert.ok(connected.ok);
  assert.equal(unwrap(await connected.client.execute('x')), 2);
  connected.client.close();
  let closed = false;
  void connected.client.closed.then(() => {
    closed = true;
  });
  await until('closed', () => closed);
});
