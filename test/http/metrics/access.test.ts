import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MetricsAccess, metricsRefusal } from '../../../http/metrics/access.ts';

const HERE = { host: '127.0.0.1:8774' };

function asked(
  access: Exclude<MetricsAccess, 'auto'>,
  peerAddress: string | undefined,
  headers: Readonly<Record<string, string>>,
  token: string | null = null,
): number | null {
  const refusal = metricsRefusal({ peerAddress, header: (name) => headers[name] }, access, token);
  return refusal?.status ?? null;
}

test('programs on this machine may read, by IPv4, IPv6 and IPv4 in IPv6', () => {
  for (const peer of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
    assert.equal(asked('loopback', peer, HERE), null, peer);
  }
  for (const host of ['localhost', 'localhost:8774', '[::1]:8774']) {
    assert.equal(asked('loopback', '::1', { host }), null, host);
  }
});

test('other machines may not, and neither may a peer whose address is not known', () => {
  for (const peer of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '10.127.0.1', undefined, '', '127.evil']) {
    assert.equal(asked('loopback', peer, HERE), 403, peer);
  }
});

test('a proxy on this machine does not lend its address to those behind it', () => {
  for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']) {
    assert.equal(asked('loopback', '127.0.0.1', { ...HERE, [name]: '127.0.0.1' }), 403, name);
  }
});

test('a browser on this machine that a foreign name led here may not read', () => {
  for (const host of ['rebind.example.com:8774', 'localhost.example.com', '127.0.0.1.example.com', '']) {
    assert.equal(asked('loopback', '127.0.0.1', { host }), 403, host);
  }
  assert.equal(asked('loopback', '127.0.0.1', {}), 403);
});

test('with a token only who sends it may read, from everywhere', () => {
  const away = '192.0.2.7';
  assert.equal(asked('token', away, { authorization: 'Bearer s3cret' }, 's3cret'), null);
  assert.equal(asked('token', away, { authorization: 'bearer s3cret' }, 's3cret'), null);
  for (const authorization of ['', 'Bearer', 'Bearer ', 'Bearer s3cre', 'Bearer s3cret2', 'Basic s3cret', 's3cret']) {
    assert.equal(asked('token', '127.0.0.1', { ...HERE, authorization }, 's3cret'), 401, authorization);
  }
  assert.equal(asked('token', away, { authorization: 'Bearer null' }, null), 401);
});

test('switched off there is nothing, and "all" lets everybody read', () => {
  assert.equal(asked('off', '127.0.0.1', HERE), 404);
  assert.equal(asked('all', '192.0.2.7', {}), null);
});
