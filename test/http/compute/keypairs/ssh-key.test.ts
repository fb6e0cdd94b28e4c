import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { generateSshKey } from '../../../../http/compute/keypairs/generate.ts';
import { readSshKey } from '../../../../http/compute/keypairs/ssh-key.ts';

/** Of Nova's API samples (os-keypairs/keypairs-import-post-resp.json and keypairs-post-resp.json). */
const NOVA = {
  publicKey:
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCkF3MX59OrlBs3dH5CU7lNmvpbrgZxSpyGjlnE8Flkirnc/Up22lpjznoxqeoTAwTW034k7Dz6aYIrZGmQwe2TkE084yqvlj45Dkyoj95fW/sZacm0cZNuL69EObEGHdprfGJQajrpz22NQoCD8TFB8Wv+8om9NH9Le6s+WPe98WC77KLw8qgfQsbIey+JawPWl4O67ZdL5xrypuRjfIPWjgy/VH85IXg/Z/GONZ2nxHgSShMkwqSFECAC5L3PHB+0+/12M/iikdatFSVGjpuHvkLOs3oe7m6HlOfluSJ85BzLWBbvva93qkGmLg4ZAc8rPh2O+YIsBUHNLLMM/oQp Generated-by-Nova\n',
  fingerprint: '7e:eb:ab:24:ba:d1:e1:88:ae:9a:fb:66:53:df:d3:bd',
} as const;

const part = (bytes: Buffer | string): Buffer => {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};
const keyOf = (algorithm: string, ...parts: readonly (Buffer | string)[]): string =>
  `${algorithm} ${Buffer.concat([algorithm, ...parts].map(part)).toString('base64')} me@home`;

const jwk = (key: KeyObject, name: 'x' | 'y' | 'n'): Buffer =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');

const ed25519 = (): string => keyOf('ssh-ed25519', jwk(generateKeyPairSync('ed25519').publicKey, 'x'));
const ecdsa = (namedCurve: string, name: string): string => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve });
  return keyOf(`ecdsa-sha2-${name}`, name, Buffer.concat([Buffer.of(4), jwk(publicKey, 'x'), jwk(publicKey, 'y')]));
};
const rsa = (modulusLength: number): string => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return keyOf('ssh-rsa', Buffer.of(1, 0, 1), Buffer.concat([Buffer.of(0), jwk(publicKey, 'n')]));
};

test('the fingerprint is the one that Nova shows for the same key', () =>
  assert.deepEqual(readSshKey(NOVA.publicKey), { ok: true, value: NOVA.fingerprint }));

const GOOD: Readonly<Record<string, string>> = {
  Ed25519: ed25519(),
  'ECDSA with 256 bits': ecdsa('P-256', 'nistp256'),
  'ECDSA with 384 bits': ecdsa('P-384', 'nistp384'),
  'ECDSA with 521 bits': ecdsa('P-521', 'nistp521'),
  'RSA with 1024 bits': rsa(1024),
  'Ed25519 in a token': keyOf('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 1), 'ssh:'),
};
for (const [name, key] of Object.entries(GOOD)) {
  test(`a key of ${name} is taken, also without a comment and with tabs`, () => {
    const fingerprint = readSshKey(key);
    assert.ok(fingerprint.ok, JSON.stringify(fingerprint));
    assert.match(fingerprint.value, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    assert.deepEqual(readSshKey(key.split(' ').slice(0, 2).join('\t')), fingerprint);
  });
}

const point = Buffer.alloc(65, 4);
const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /algorithm must be one of ssh-rsa/],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', /algorithm/],
  ['a DSA key', keyOf('ssh-dss', Buffer.alloc(20)), /algorithm/],
  ['a second line', `${ed25519()}\n${ed25519()}`, /one line/],
  ['options in front', `command="true" ${ed25519()}`, /algorithm/],
  ['no key', 'ssh-ed25519', /base64/],
  ['no base64', 'ssh-ed25519 !!!!', /base64/],
  ['a key of another algorithm', ed25519().replace(/^ssh-ed25519/, 'ssh-rsa'), /not of the algorithm ssh-rsa/],
  ['a key that is cut off', ed25519().replace(/.{8} me@home$/, ''), /32 bytes/],
  ['bytes behind the key', keyOf('ssh-ed25519', Buffer.alloc(32), 'more'), /behind the key/],
  [
    'a length beyond the end',
    `ssh-ed25519 ${Buffer.from('ffffffff', 'hex').toString('base64')}`,
    /not of the algorithm/,
  ],
  ['a short RSA key', keyOf('ssh-rsa', Buffer.of(3), Buffer.alloc(64, 1)), /1024 to 16384 bits, not 505/],
  ['a negative RSA modulus', keyOf('ssh-rsa', Buffer.of(3), Buffer.alloc(256, 255)), /not 0/],
  ['no RSA exponent', keyOf('ssh-rsa', Buffer.of(), Buffer.alloc(256, 1)), /exponent/],
  ['another curve', keyOf('ecdsa-sha2-nistp256', 'nistp384', point), /curve/],
  ['a compressed point', keyOf('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(33, 2)), /point/],
  ['a token without application', keyOf('sk-ssh-ed25519@openssh.com', Buffer.alloc(32)), /application/],
];
for (const [name, key, reason] of BAD) {
  test(`${name} is refused, and the reason is told`, () => {
    const read = readSshKey(key);
    assert.equal(read.ok, false);
    assert.match(read.ok ? '' : read.error, reason);
  });
}

test('a key that is made here is an RSA pair of 2048 bits that belongs together', async () => {
  const made = await generateSshKey();
  assert.ok(made.ok);
  const { publicKey, privateKey, fingerprint } = made.value;
  assert.match(privateKey, /^-----BEGIN RSA PRIVATE KEY-----\n/);
  assert.deepEqual(readSshKey(publicKey), { ok: true, value: fingerprint });
  const modulus = jwk(createPublicKey(privateKey), 'n');
  assert.equal(modulus.length, 256);
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  assert.ok(blob.subarray(-256).equals(modulus));
});

test('when many keys wait to be made, more are told to come again', async () => {
  const made = await Promise.all(Array.from({ length: 21 }, () => generateSshKey()));
  assert.equal(made.filter((one) => one.ok).length, 20);
  assert.equal(made.find((one) => !one.ok)?.ok, false);
  assert.ok((await generateSshKey()).ok);
});
