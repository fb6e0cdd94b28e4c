import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
let server = '';
let broken = '';

before(async () => {
  cloud = await startTestCloud({ quota: { metadataItems: 3, ramMib: -1 } });
  server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  broken = await cloud.boot({ flavorRef: '9' });
  await cloud.until(broken, 'ERROR');
});
after(() => cloud.close());

const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'member') =>
  cloud.call(method, `/servers/${path}`, { as, version: '2.104', ...(body === undefined ? {} : { body }) });
const act = (action: object, as: CallOptions['as'] = 'member', version = '2.104') =>
  cloud.call('POST', `/servers/${server}/action`, { as, version, body: action });

test('metadata is added, replaced and removed, and never more than the quota', async () => {
  assert.deepEqual((await call('POST', `${server}/metadata`, { metadata: { a: '1' } })).body, { metadata: { a: '1' } });
  assert.deepEqual((await call('PUT', `${server}/metadata/b`, { meta: { b: '2' } })).body, { meta: { b: '2' } });
  assert.deepEqual((await call('GET', `${server}/metadata`)).body.metadata, { a: '1', b: '2' });
  assert.deepEqual((await call('PUT', `${server}/metadata`, { metadata: { c: '3' } })).body.metadata, { c: '3' });
  const many = await call('POST', `${server}/metadata`, { metadata: { x: '1', y: '2', z: '3' } });
  assert.equal(many.status, 403);
  assert.equal((await call('DELETE', `${server}/metadata/c`)).status, 204);
  assert.equal((await call('DELETE', `${server}/metadata/c`)).status, 404);
  assert.deepEqual((await call('GET', server)).body.server.metadata, {});
});

test('metadata that is none is refused', async () => {
  for (const body of [{ meta: {} }, { meta: { a: '1', b: '2' } }, { meta: { a: 1 } }, { meta: { 'a/b': '1' } }, {}])
    assert.equal((await call('PUT', `${server}/metadata/a`, body)).status, 400, JSON.stringify(body));
  const mismatch = await call('PUT', `${server}/metadata/a`, { meta: { b: '1' } });
  assert.equal(mismatch.body.badRequest.message, 'Request body and URI mismatch');
  assert.equal((await call('PUT', `${server}/metadata/__proto__`, { meta: { b: '1' } })).status, 400);
  assert.equal((await call('PUT', `${server}/metadata`, { metadata: { a: 'x'.repeat(256) } })).status, 400);
});

test('a server that is not at rest keeps its metadata and tags, and so does a foreign one', async () => {
  for (const [method, path, body] of [
    ['POST', 'metadata', { metadata: { a: '1' } }],
    ['PUT', 'metadata', { metadata: {} }],
    ['PUT', 'tags', { tags: ['a'] }],
    ['PUT', 'tags/a', undefined],
    ['DELETE', 'tags/a', undefined],
    ['DELETE', 'tags', undefined],
  ] as const) {
    assert.equal((await call(method, `${broken}/${path}`, body)).status, 409, `${method} ${path}`);
    assert.equal((await call(method, `${server}/${path}`, body, 'stranger')).status, 404);
  }
});

test('tags come and go one by one or all at once', async () => {
  const added = await call('PUT', `${server}/tags/blue`);
  assert.equal(added.status, 201);
  assert.match(added.headers.get('Location') ?? '', /\/servers\/[^/]+\/tags\/blue$/);
  assert.equal((await call('PUT', `${server}/tags/blue`)).status, 204);
  assert.equal((await call('GET', `${server}/tags/blue`)).status, 204);
  assert.equal((await call('GET', `${server}/tags/red`)).status, 404);
  assert.deepEqual((await call('PUT', `${server}/tags`, { tags: ['a', 'b', 'a'] })).body, { tags: ['a', 'b'] });
  assert.equal((await call('DELETE', `${server}/tags/a`)).status, 204);
  assert.equal((await call('DELETE', `${server}/tags/a`)).status, 404);
  assert.deepEqual((await call('GET', `${server}/tags`)).body, { tags: ['b'] });
  assert.equal((await call('DELETE', `${server}/tags`)).status, 204);
  assert.equal((await call('PUT', `${server}/tags/a,b`)).status, 400);
  assert.equal((await call('PUT', `${server}/tags/${'x'.repeat(61)}`)).status, 400);
  const many = Array.from({ length: 50 }, (_, index) => `t${index}`);
  assert.equal((await call('PUT', `${server}/tags`, { tags: [...many, 'more'] })).status, 400);
  assert.equal((await call('PUT', `${server}/tags`, { tags: many })).status, 200);
  assert.equal((await call('PUT', `${server}/tags/more`)).status, 400);
  const early = await cloud.call('GET', `/servers/${server}/tags`, { version: '2.25' });
  assert.equal(early.status, 404);
});

test('a locked server is left alone by its users, with a reason from 2.73, until it is unlocked', async () => {
  assert.equal((await act({ lock: { locked_reason: 'audit' } }, 'member', '2.72')).status, 202);
  assert.equal((await call('GET', server)).body.server.locked_reason, null, 'not heard before 2.73');
  await act({ unlock: null });
  assert.equal((await act({ lock: { locked_reason: 'audit' } })).status, 202);
  const { locked, locked_reason } = (await call('GET', server)).body.server;
  assert.deepEqual([locked, locked_reason], [true, 'audit']);
  assert.equal((await act({ 'os-stop': null })).status, 409);
  assert.equal((await call('POST', `${server}/metadata`, { metadata: { a: '1' } })).status, 409);
  assert.equal((await call('POST', `${server}/metadata`, { metadata: { a: '1' } }, 'admin')).status, 200);
  assert.equal((await call('PUT', `${server}/tags/locked`)).status, 400, 'a lock does not matter, the number does');
  for (const body of [{ lock: 'x' }, { lock: { locked_reason: '' } }, { lock: { reason: 'x' } }])
    assert.equal((await act(body)).status, 400, JSON.stringify(body));
  assert.equal((await act({ unlock: null })).status, 202);
  const after = (await call('GET', server)).body.server;
  assert.deepEqual([after.locked, after.locked_reason], [false, null]);
  const actions = await cloud.call('GET', `/servers/${server}/os-instance-actions`, { version: '2.104' });
  const names = actions.body.instanceActions.map(({ action }: { action: string }) => action);
  // Of one millisecond each comes before any other.
  assert.deepEqual(names.sort(), ['create', 'lock', 'lock', 'unlock', 'unlock']);
});
