import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBody, peekAction, readBody } from '../../../http/middleware/body.ts';

test('a body with a key __proto__ anywhere is malformed, however it is written', () => {
  for (const text of [
    '{"__proto__": null}',
    '{"server": {"metadata": {"__proto__": "x"}}}',
    '{"a": [{"b": {"__proto__": {"isAdmin": true}}}]}',
    '{"metadata": {"\\u005f_proto__": "x"}}',
    '{"metadata": {"\\u005F\\u005f\\u0070roto__": "x"}}',
  ]) {
    assert.deepEqual(parseBody(text), { ok: false }, text);
  }
  assert.equal(peekAction('{"__proto__": null}'), 'malformed');
});

test('a value __proto__ is data, and so are keys that are like it', () => {
  for (const value of [{ name: '__proto__' }, ['__proto__'], '__proto__', { __proto: 1, 'é\u0000': '__proto__' }]) {
    assert.deepEqual(parseBody(JSON.stringify(value)), { ok: true, value });
  }
  const value = { constructor: 'x', prototype: 1, toString: 'y', hasOwnProperty: null };
  assert.deepEqual(parseBody(JSON.stringify(value)), { ok: true, value });
});

test('a body is malformed that is nested deeper than 64 levels, and parsing it costs no stack', () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  assert.equal(parseBody(nested(64)).ok, true);
  assert.equal(parseBody(nested(65)).ok, false);
  assert.equal(parseBody(nested(1_000_000)).ok, false);
  assert.equal(parseBody('{"a":'.repeat(100_000)).ok, false);
  assert.equal(parseBody(`["${'['.repeat(100)}"]`).ok, true);
});

test('a body without a length is read up to the limit and no further', async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(1_000));
    },
  });
  const request = new Request('http://compute.example.com/', { method: 'POST', body: endless, duplex: 'half' });
  assert.equal(await readBody(request, undefined, 10_000), null);
  assert.ok(pulled < 20, `${pulled} pieces were read`);
});

test('a body that breaks off is no text, so that nobody takes a lost client for an error of ours', async () => {
  for (const contentLength of [undefined, '100']) {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(10));
        controller.error(new Error('The client is gone.'));
      },
    });
    const request = new Request('http://compute.example.com/', { method: 'POST', body: broken, duplex: 'half' });
    assert.equal(await readBody(request, contentLength, 1_000), undefined);
  }
});
