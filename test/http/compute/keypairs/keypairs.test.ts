import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Answered, type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f t';
/** Made with `openssl req -x509 -newkey ed25519 -subj /CN=novella -days 36500`; its SHA-1 is by `openssl x509 -fingerprint`. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBOjCB7aADAgECAhRa7xXAycxHu90OAYHMJWefxsx5lDAFBgMrZXAwEjEQMA4G
A1UEAwwHbm92ZWxsYTAgFw0yNjExMjIwMTUyMTVaGA8yMTI2MTAyOTAxNTIxNVow
EjEQMA4GA1UEAwwHbm92ZWxsYTAqMAUGAytlcAMhACaNpxzhnYKZihpUADnIkGnS
J3gbu7DneiG0o4AUM7slo1MwUTAdBgNVHQ4EFgQUXhYl9x2gjO4SaSo9XxiU4AYw
eDQwHwYDVR0jBBgwFoAUXhYl9x2gjO4SaSo9XxiU4AYweDQwDwYDVR0TAQH/BAUw
AwEB/zAFBgMrZXADQQDxjkgslWPCizJWQLwhUBEhIhp2+ekCDBzEap3YoKgj3QqP
4fijBig81UJ1F5NOgXcMKp9kJTI1jh9sy/o965oI
-----END CERTIFICATE-----
`;
const CERTIFICATE_SHA1 = 'f6:22:f6:21:57:c8:a3:32:9d:5a:61:7a:a5:cb:b5:3d:4b:dd:45:40';
let cloud: TestCloud;

const call = (method: string, path: string, options: CallOptions = {}): Promise<Answered> =>
  cloud.call(method, `/os-keypairs${path}`, { version: '2.35', ...options });
const create = (name: string, changes: object = {}, options: CallOptions = {}): Promise<Answered> =>
  call('POST', '', { body: { keypair: { name, public_key: PUBLIC_KEY, ...changes } }, ...options });
const names = (answer: Answered): string[] =>
  answer.body.keypairs.map((one: { keypair: { name: string } }) => one.keypair.name);

before(async () => {
  cloud = await startTestCloud({ hosts: 0, withNetwork: false, quota: { keyPairs: 4 } });
});
after(() => cloud.close());

test('a key is imported, shown, listed and deleted', async () => {
  const created = await create('imported');
  assert.equal(created.status, 201);
  assert.deepEqual(created.body.keypair, {
    name: 'imported',
    type: 'ssh',
    user_id: 'u1',
    public_key: PUBLIC_KEY,
    fingerprint: created.body.keypair.fingerprint,
  });
  const { keypair } = (await call('GET', '/imported')).body;
  assert.equal(keypair.deleted, false);
  assert.match(keypair.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  assert.deepEqual(names(await call('GET', '')), ['imported']);
  assert.equal((await call('DELETE', '/imported')).status, 204);
  for (const method of ['GET', 'DELETE']) {
    const gone = await call(method, '/imported');
    assert.equal(gone.status, 404);
    assert.equal(gone.body.itemNotFound.message, 'Keypair imported not found for user u1');
  }
});

test('without a public key one is made up to 2.91, and its private key is told once', async () => {
  const body = { keypair: { name: 'made' } };
  const made = await call('POST', '', { body, version: '2.1' });
  assert.equal(made.status, 200);
  const { private_key: privateKey, public_key: publicKey, type } = made.body.keypair;
  assert.equal(type, undefined);
  assert.equal(createPublicKey(privateKey).asymmetricKeyType, 'rsa');
  assert.match(publicKey, /^ssh-rsa [A-Za-z0-9+/]+=* Generated-by-Nova$/);
  assert.equal((await call('GET', '/made')).body.keypair.private_key, undefined);
  assert.equal((await call('DELETE', '/made', { version: '2.1' })).status, 202);
  assert.equal((await call('POST', '', { body, version: '2.92' })).status, 400);
});

test('@ and . are allowed in names from 2.92 on', async () => {
  assert.equal((await create('me@home.example')).status, 400);
  assert.equal((await create('me@home.example', {}, { version: '2.92' })).status, 201);
  assert.equal((await call('DELETE', '/me@home.example')).status, 204);
});

test('a certificate is imported with its SHA-1 fingerprint', async () => {
  const created = await create('windows', { type: 'x509', public_key: CERTIFICATE });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  assert.equal(created.body.keypair.fingerprint, CERTIFICATE_SHA1);
  assert.equal((await call('DELETE', '/windows')).status, 204);
  for (const wrong of [PUBLIC_KEY, CERTIFICATE + CERTIFICATE, CERTIFICATE.replace(/[A-Z]{3}/, 'AAA')])
    assert.equal((await create('windows', { type: 'x509', public_key: wrong })).status, 400);
});

test('without one a certificate is made, signed by the key that is given to the user', async () => {
  const { status, body } = await create('windows', { type: 'x509', public_key: undefined });
  assert.equal(status, 201, JSON.stringify(body));
  const { public_key, private_key, fingerprint, user_id } = body.keypair;
  const certificate = new X509Certificate(public_key);
  assert.equal(certificate.fingerprint.toLowerCase(), fingerprint);
  assert.equal(certificate.subject, `CN=${user_id}`);
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  const key = createPrivateKey(private_key);
  assert.ok(certificate.checkPrivateKey(key) && certificate.verify(createPublicKey(key)));
  assert.ok(new Date(certificate.validTo) > new Date(certificate.validFrom));
  assert.equal((await call('DELETE', '/windows')).status, 204);
});

test('what is no key is refused with the reason', async () => {
  const refused = await create('bad', { public_key: 'ssh-ed25519 AAAA' });
  assert.equal(refused.status, 400);
  assert.match(refused.body.badRequest.message, /^Keypair data is invalid: public_key: /);
  assert.equal((await create('bad', { public_key: `ssh-rsa ${'A'.repeat(20_000)}` })).status, 400);
});

test('a name is taken once, and the limit holds', async () => {
  for (const name of ['a', 'b', 'c', 'd']) assert.equal((await create(name)).status, 201);
  const over = await create('e');
  assert.equal(over.status, 403);
  assert.equal(over.body.forbidden.message, 'Quota exceeded, too many key pairs.');
  assert.equal((await call('DELETE', '/d')).status, 204);
  const again = await create('a');
  assert.equal(again.status, 409);
  assert.equal(again.body.conflictingRequest.message, "Key pair 'a' already exists.");
});

test('a list comes in pages by name from 2.35 on', async () => {
  const first = await call('GET', '?limit=2');
  assert.deepEqual(names(first), ['a', 'b']);
  assert.match(first.body.keypairs_links[0].href, /\/v2\.1\/os-keypairs\?limit=2&marker=b$/);
  const second = await call('GET', '?limit=2&marker=b');
  assert.deepEqual(names(second), ['c']);
  assert.equal(second.body.keypairs_links, undefined);
  assert.deepEqual(names(await call('GET', '?limit=0')), []);
  assert.equal((await call('GET', '?marker=none')).status, 400);
  const older = await call('GET', '?limit=2', { version: '2.34' });
  assert.deepEqual(names(older), ['a', 'b', 'c']);
  assert.equal(older.body.keypairs_links, undefined);
});

test("another user's keypairs are for administrators, from 2.10 on", async () => {
  assert.equal((await call('GET', '?user_id=u2')).status, 403);
  assert.equal((await call('GET', '/a?user_id=u2')).status, 403);
  assert.equal((await call('DELETE', '/a?user_id=u2')).status, 403);
  assert.equal((await create('x', { user_id: 'u2' })).status, 403);
  assert.deepEqual(names(await call('GET', '?user_id=u1', { as: 'admin' })), ['a', 'b', 'c']);
  assert.equal((await call('GET', '/a?user_id=u1', { as: 'admin' })).body.keypair.user_id, 'u1');
  assert.equal((await create('x', { user_id: 'u2' }, { as: 'admin' })).body.keypair.user_id, 'u2');
  assert.deepEqual(names(await call('GET', '', { as: 'stranger' })), ['x']);
  assert.deepEqual(names(await call('GET', '?user_id=u2', { version: '2.9' })), ['a', 'b', 'c'], 'ignored before 2.10');
});

test('a user id that could reach into other keys is refused', async () => {
  for (const id of ['u1%0Aa', '', 'x'.repeat(256)])
    assert.equal((await call('GET', `?user_id=${id}`, { as: 'admin' })).status, 400);
});
