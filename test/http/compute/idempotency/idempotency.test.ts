import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idempotentRequests } from '../../../../actors/idempotency/row.ts';
import { anImage, type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ quota: { keyPairs: 2 } });
});
after(() => cloud.close());

const post = (path: string, key: string, body: unknown, options: CallOptions = {}) =>
  cloud.call('POST', path, { version: '2.50', ...options, body, headers: { 'Idempotency-Key': key } });
const server = (name: string) => ({
  server: { name, imageRef: anImage().id, flavorRef: '1', networks: 'none' },
});

test('a creation that is sent again with its key does nothing and is answered the same', async () => {
  const first = await post('/servers', 'k1', server('one'));
  const again = await post('/servers', 'k1', server('one'));
  assert.equal(again.status, first.status);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('location'), first.headers.get('location'));
  assert.equal((await cloud.call('GET', '/servers')).body.servers.length, 1);
});

test('the key with another request is 422, and of another project a key of its own', async () => {
  const other = await post('/servers', 'k1', server('two'));
  assert.equal(other.status, 422);
  assert.equal(other.body.computeFault.message, 'Idempotency-Key was used for another request.');
  assert.equal((await post('/servers', 'k1', server('two'), { as: 'stranger' })).status, 202);
});

test('of several at once with one key one runs', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => post('/servers', 'k2', server('race'))));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 409, 409]);
  const { body } = await cloud.call('GET', '/servers?name=race');
  assert.equal(body.servers.length, 1);
});

test('a request that was refused can be sent again with its key', async () => {
  const keypair = { keypair: { name: 'a' } };
  assert.equal((await post('/os-keypairs', 'k3', { keypair: { name: '/' } })).status, 400);
  const made = await post('/os-keypairs', 'k3', keypair);
  assert.equal(made.status, 201);
  assert.equal((await post('/os-keypairs', 'k3', keypair)).body.keypair.private_key, made.body.keypair.private_key);
});

test('no secret of an answer is stored so that it can be read, nor the key itself', () => {
  const rows = JSON.stringify([...idempotentRequests.scan(cloud.store)]);
  assert.ok(rows.length > 500);
  for (const text of ['PRIVATE', 'adminPass', '"k3"', 'Location']) assert.equal(rows.includes(text), false, text);
});

test('a key that is empty or too long is refused, and other methods and actions ignore it', async () => {
  assert.equal((await post('/servers', 'x'.repeat(256), server('x'))).status, 400);
  assert.equal((await cloud.call('GET', '/servers', { headers: { 'Idempotency-Key': 'k1' } })).status, 200);
});
