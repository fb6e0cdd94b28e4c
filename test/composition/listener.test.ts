import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { listen } from '../../composition/listener.ts';

test('the listener limits the time of headers, although bodies may take their time', async () => {
  const { server } = await listen(() => new Response('ok'), { host: '127.0.0.1', port: 0 });
  try {
    assert.ok('headersTimeout' in server && 'requestTimeout' in server);
    assert.deepEqual([server.headersTimeout, server.requestTimeout], [60_000, 0]);
  } finally {
    server.close();
  }
});

test('a check of HTTP/1.0 without a Host, as load balancers send it, is answered', async () => {
  const { server, url } = await listen(({ url: asked }) => new Response(asked), { host: '127.0.0.1', port: 0 });
  try {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /healthcheck HTTP/1.0\r\n\r\n');
    assert.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhttp:\/\/127\.0\.0\.1\/healthcheck$/);
  } finally {
    server.close();
  }
});
