import assert from 'node:assert/strict';
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
