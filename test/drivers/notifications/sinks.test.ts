import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileSink } from '../../../drivers/notifications/file.ts';
import { webhookSink } from '../../../drivers/notifications/webhook.ts';
import { temporaryFolder } from '../../storage/temporary-folder.ts';

const signal = new AbortController().signal;
const BODIES = ['{"message_id":"1"}', '{"message_id":"2"}'];

/** A web server that answers with this status and keeps what it got. */
async function hook(status: number, headers: Readonly<Record<string, string>> = {}) {
  const got: { readonly body: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      got.push({ body, headers: request.headers });
      response.writeHead(status, headers).end('thanks');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: string | AddressInfo | null = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/hook`, got, close };
}

test('a webhook gets all of them in one request, with its token', async (t) => {
  const { url, got, close } = await hook(204);
  t.after(close);
  assert.equal((await webhookSink({ url, token: 'abc' }).deliver(BODIES, signal)).ok, true);
  assert.deepEqual(JSON.parse(got[0]?.body ?? ''), { notifications: [{ message_id: '1' }, { message_id: '2' }] });
  assert.equal(got[0]?.headers.authorization, 'Bearer abc');
});

test('any other answer, a redirection and nobody at all mean that nothing was taken', async (t) => {
  for (const [status, headers] of [
    [500, {}],
    [404, {}],
    [302, { location: 'http://127.0.0.1:9/' }],
  ] as const) {
    const { url, close } = await hook(status, headers);
    t.after(close);
    const outcome = await webhookSink({ url }).deliver(BODIES, signal);
    assert.equal(outcome.ok ? '' : outcome.error.code, 'Unreachable', String(status));
  }
  const nobody = await webhookSink({ url: 'http://127.0.0.1:9/' }).deliver(BODIES, signal);
  assert.equal(nobody.ok ? '' : nobody.error.code, 'Unreachable');
});

test('a delivery that is taken back ends', async (t) => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const abort = new AbortController();
  const delivered = webhookSink({ url: `http://127.0.0.1:${port}/` }).deliver(BODIES, abort.signal);
  abort.abort();
  const outcome = await delivered;
  assert.equal(outcome.ok ? '' : outcome.error.code, 'TimedOut');
});

test('a file gets a line each, is nobody else’s, and is mended where a line was torn', async (t) => {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const file = join(folder.path, 'notifications.jsonl');
  assert.equal((await fileSink(file).deliver(BODIES, signal)).ok, true);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  appendFileSync(file, '{"message_id"');
  assert.equal((await fileSink(file).deliver(['{"message_id":"3"}'], signal)).ok, true);
  assert.deepEqual(readFileSync(file, 'utf8').split('\n'), [...BODIES, '{"message_id"', '{"message_id":"3"}', '']);
});

test('a file that cannot be written means that nothing was taken', async () => {
  const outcome = await fileSink('/nowhere/at/all').deliver(BODIES, signal);
  assert.equal(outcome.ok ? '' : outcome.error.code, 'Unreachable');
});
