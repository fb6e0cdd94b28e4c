import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hono } from 'hono';
import { AddressThrottle } from '../../../http/identity/address-throttle.ts';
import { createIdentityApp } from '../../../http/identity/app.ts';
import { clientAddress } from '../../../http/identity/client-address.ts';
import { type Answer, answerOf } from '../answer.ts';
import { type IdentityForTest, identityForTest, makeMember, passwordLogin, tokenOf } from './identity-service.ts';

const WRONG = 'wrong-password';

/** A login from an address. */
async function logInFrom(app: Hono, address: string, user: string, password?: string): Promise<Answer> {
  const body = JSON.stringify(passwordLogin({ user, scope: null, ...(password === undefined ? {} : { password }) }));
  const headers = { 'Content-Type': 'application/json' };
  const incoming = { socket: { remoteAddress: address } };
  const url = 'http://cloud.test/identity/v3/auth/tokens';
  return answerOf(await app.request(url, { method: 'POST', headers, body }, { incoming }));
}

/** Uses up what an address may get wrong, with another name for each guess. */
const spray = async ({ app }: IdentityForTest, address: string, count: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let name = 0; name < count; name++)
    statuses.push((await logInFrom(app, address, `guess ${name}`, WRONG)).status);
  return statuses;
};

test('guesses of many names from one address are refused with 429 after fifty, one more is checked each second, others are not kept out', async () => {
  const service = await identityForTest(() => 1_000);
  const { app, clock } = service;
  assert.deepEqual(new Set(await spray(service, '192.0.2.1', 50)), new Set([401]));
  const refused = await logInFrom(app, '192.0.2.1', 'guess 50', WRONG);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('Retry-After'), '1');
  assert.equal(refused.text('error', 'title'), 'Too Many Requests');
  assert.match(refused.text('error', 'message'), /failed logins from your address; try again in 1 seconds/);
  assert.equal((await logInFrom(app, '192.0.2.1', 'admin')).status, 429, 'whoever has not logged in from there waits');
  assert.equal((await logInFrom(app, '192.0.2.2', 'admin')).status, 201);
  clock.aheadMs = 1_000;
  assert.equal((await logInFrom(app, '192.0.2.1', 'admin')).status, 201, 'a right password uses nothing up');
  assert.equal((await logInFrom(app, '192.0.2.1', 'guess 51', WRONG)).status, 401);
  assert.equal((await logInFrom(app, '192.0.2.1', 'guess 52', WRONG)).status, 429);
});

test('guesses made at once do not fill the queue of checks, and a name that was right from the address is always let in', async () => {
  const service = await identityForTest(() => 1_000);
  const { app } = service;
  assert.equal((await logInFrom(app, '192.0.2.1', 'admin')).status, 201);
  const guesses = Array.from({ length: 200 }, (_, name) => logInFrom(app, '192.0.2.1', `guess ${name}`, WRONG));
  const other = logInFrom(app, '192.0.2.2', 'admin');
  const known = logInFrom(app, '192.0.2.1', 'admin');
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 401).length, 50);
  assert.equal(statuses.filter((status) => status === 429).length, 150);
  assert.deepEqual([(await other).status, (await known).status], [201, 201]);
  for (let guess = 0; guess < 6; guess++) {
    const answer = await logInFrom(app, '192.0.2.1', 'admin', WRONG);
    assert.equal(answer.status, 429, 'whoever guesses does not learn who has logged in from there');
  }
});

test('right logins from one address use up nothing, however many there are at once', async () => {
  const service = await identityForTest();
  const { app } = service;
  const admin = await tokenOf(app);
  const members = await Promise.all(Array.from({ length: 8 }, (_, n) => makeMember(service, admin, `member${n}`)));
  const logins = members.flatMap(({ password }, n) =>
    Array.from({ length: 8 }, () => logInFrom(app, '192.0.2.1', `member${n}`, password)),
  );
  const statuses = (await Promise.all(logins)).map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([201]));
});

test('guesses of the old password for a new one count for the address, too', async () => {
  const service = await identityForTest(() => 1_000);
  const { app } = service;
  const { id, password } = await makeMember(service, await tokenOf(app));
  const token = await tokenOf(app, { user: 'mia', password, scope: null });
  await spray(service, '192.0.2.1', 50);
  const change = async (address: string): Promise<number> => {
    const body = JSON.stringify({ user: { original_password: WRONG, password: 'another-password' } });
    const headers = { 'Content-Type': 'application/json', 'X-Auth-Token': token };
    const url = `http://cloud.test/identity/v3/users/${id}/password`;
    const incoming = { socket: { remoteAddress: address } };
    return (await app.request(url, { method: 'POST', headers, body }, { incoming })).status;
  };
  assert.equal(await change('192.0.2.1'), 429);
  assert.equal(await change('192.0.2.2'), 401);
});

test('behind a proxy an address is what the proxy says last, and nobody says it who stands before none', async () => {
  const { system, store, tokens, passwords } = await identityForTest();
  const clock = { now: () => Date.now(), monotonic: () => 1_000 };
  for (const [publicEndpoint, last] of [
    [null, 429],
    ['https://cloud.example.com', 401],
  ] as const) {
    const endpoint = { mount: '', publicEndpoint, trustForwarded: false };
    const app = createIdentityApp({ system, reader: store, tokens, clock, passwords, endpoint });
    const guess = async (forwarded: string, name: string): Promise<number> => {
      const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': forwarded };
      const body = JSON.stringify(passwordLogin({ user: name, password: WRONG }));
      const incoming = { socket: { remoteAddress: '127.0.0.1' } };
      const url = 'http://cloud.test/identity/v3/auth/tokens';
      return (await app.request(url, { method: 'POST', headers, body }, { incoming })).status;
    };
    for (let name = 0; name < 50; name++)
      assert.equal(await guess(`203.0.113.${name}, 192.0.2.1`, `guess ${name}`), 401);
    assert.equal(await guess('192.0.2.9, 192.0.2.1', 'one more'), 429);
    assert.equal(await guess('192.0.2.1, 192.0.2.9', 'one more'), last);
  }
});

test('addresses that one client can choose among are one: IPv4 in IPv6, and a network of 64 bits', () => {
  const of = (peer: string | undefined, forwarded?: string) => clientAddress(peer, forwarded);
  assert.equal(of('192.0.2.1'), '192.0.2.1');
  assert.equal(of('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(of('2001:db8:0:1::1'), '2001:db8:0:1::/64');
  assert.equal(of('2001:db8:0:1:ffff:ffff:ffff:ffff'), '2001:db8:0:1::/64');
  assert.equal(of('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(of('fe80::1:2%eth0'), 'fe80:0:0:0::/64');
  assert.equal(of('::1'), '0:0:0:0::/64');
  assert.equal(of('127.0.0.1', '203.0.113.9, 2001:DB8:0:1::7'), '127.0.0.1 2001:db8:0:1::/64');
  assert.equal(of('127.0.0.1', 'unknown'), '127.0.0.1');
  assert.equal(of(undefined, '192.0.2.1'), ' 192.0.2.1', 'a proxy at a socket of the file system');
  assert.equal(of(undefined), null);
});

test('what an address got wrong is forgotten one a second, and so are the oldest addresses when there are too many', () => {
  let nowMs = 0;
  const throttle = new AddressThrottle({ monotonic: () => nowMs });
  const fail = (address: string): void => {
    assert.ok(throttle.begin(address));
    throttle.ended(address, 'someone', false);
  };
  for (let guess = 0; guess < 50; guess++) fail('a');
  assert.equal(throttle.waitMs('a'), 1_000);
  nowMs = 999;
  assert.equal(throttle.waitMs('a'), 1);
  nowMs = 50_000;
  for (let guess = 0; guess < 50; guess++) fail('a');
  assert.equal(throttle.waitMs('a'), 1_000, 'it never holds more than it began with');
  for (let address = 0; address < 9_999; address++) fail(`b${address}`);
  assert.equal(throttle.waitMs('a'), 1_000);
  fail('one more');
  assert.ok(throttle.begin('a'));
});

test('what is under way counts as if it failed, and for nothing when it was right or could not be checked', () => {
  const throttle = new AddressThrottle({ monotonic: () => 0 });
  for (let login = 0; login < 50; login++) assert.ok(throttle.begin('a'));
  assert.equal(throttle.waitMs('a'), 1_000);
  throttle.ended('a', 'mia', true);
  throttle.ended('a', 'bob', null);
  assert.deepEqual([throttle.begin('a'), throttle.begin('a'), throttle.begin('a')], [true, true, false]);
  assert.deepEqual(
    [throttle.knows('a', 'mia'), throttle.knows('a', 'bob'), throttle.knows('b', 'mia')],
    [true, false, false],
  );
});

test('who was right from where is forgotten, longest ago first, when there are too many', () => {
  const throttle = new AddressThrottle({ monotonic: () => 0 });
  const succeed = (name: string): void => {
    throttle.begin('a');
    throttle.ended('a', name, true);
  };
  for (let name = 0; name < 10_000; name++) succeed(`${name}`);
  succeed('0');
  succeed('one more');
  assert.deepEqual([throttle.knows('a', '0'), throttle.knows('a', '1'), throttle.knows('a', '2')], [true, false, true]);
});
