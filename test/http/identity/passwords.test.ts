import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoginThrottle } from '../../../http/identity/login-throttle.ts';
import { createPasswords } from '../../../http/identity/passwords.ts';

const passwords = createPasswords({ costLog2: 4 });

async function hashOf(password: string): Promise<string> {
  const hash = await passwords.hash(password);
  assert(hash.ok);
  return hash.value;
}

test('a hash is of its password only, salted anew each time, and says its parameters', async () => {
  const [first, second] = [await hashOf('secret word'), await hashOf('secret word')];
  assert.notEqual(first, second);
  assert.match(first, /^scrypt\$4\$8\$1\$/);
  assert.deepEqual(await passwords.verify('secret word', first), { ok: true, value: true });
  assert.deepEqual(await passwords.verify('secret worD', first), { ok: true, value: false });
});

test('a hash made with other parameters is still checked', async () => {
  const dearer = await createPasswords({ costLog2: 6 }).hash('secret word');
  assert(dearer.ok);
  assert.deepEqual(await passwords.verify('secret word', dearer.value), { ok: true, value: true });
});

test('one password in two Unicode forms is the same', async () => {
  assert.deepEqual(await passwords.verify('caf\u00e9', await hashOf('cafe\u0301')), { ok: true, value: true });
});

test('no password is right for a user without one or with a hash that is none', async () => {
  for (const hash of [
    null,
    '',
    'x',
    'scrypt$99$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ]) {
    assert.deepEqual(await passwords.verify('', hash), { ok: true, value: false });
  }
});

test('beyond the hashes that may run and wait, further ones are refused', async () => {
  const outcomes = await Promise.all(Array.from({ length: 70 }, () => passwords.verify('x', null)));
  assert.equal(outcomes.filter((outcome) => outcome.ok).length, 66);
  assert.equal(outcomes.filter((outcome) => !outcome.ok).length, 4);
  assert.deepEqual(await passwords.verify('x', null), { ok: true, value: false });
});

test('waits after wrong passwords double up to a minute, and a right one or a quarter of an hour ends them', () => {
  let nowMs = 0;
  const throttle = new LoginThrottle({ monotonic: () => nowMs });
  const waits = Array.from({ length: 14 }, () => {
    throttle.failed('mia');
    return throttle.waitMs('mia');
  });
  assert.deepEqual(waits, [0, 0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
  assert.equal(throttle.waitMs('bob'), 0);
  nowMs = 59_999;
  assert.equal(throttle.waitMs('mia'), 1);
  nowMs = 60_000;
  assert.equal(throttle.waitMs('mia'), 0);
  throttle.failed('mia');
  assert.equal(throttle.waitMs('mia'), 60_000);
  throttle.succeeded('mia');
  assert.equal(throttle.waitMs('mia'), 0);
  for (let i = 0; i < 5; i++) throttle.failed('mia');
  nowMs += 900_000;
  throttle.failed('mia');
  assert.equal(throttle.waitMs('mia'), 0);
});

test('names that failed are forgotten, oldest first, when there are too many', () => {
  const throttle = new LoginThrottle({ monotonic: () => 0 });
  for (let i = 0; i < 5; i++) throttle.failed('old');
  for (let i = 0; i < 9_999; i++) throttle.failed(`name ${i}`);
  assert.equal(throttle.waitMs('old'), 1000);
  throttle.failed('one more');
  assert.equal(throttle.waitMs('old'), 0);
});

test('logins of one name have turns, two at once until failures might use up what is free, and each learns its lot', async () => {
  let nowMs = 0;
  const throttle = new LoginThrottle({ monotonic: () => nowMs });
  const told: string[] = [];
  const login = (number: number): void => {
    void throttle.begin('mia').then((admission) => {
      told.push(`${number} ${admission.admitted ? 'now' : (admission.waitMs ?? 'never')}`);
    });
  };
  const settled = async (): Promise<string[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    return told.splice(0);
  };
  for (let number = 1; number <= 67; number++) login(number);
  assert.deepEqual(await settled(), ['1 now', '2 now', '67 never'], 'so many wait');
  throttle.ended('mia', true);
  assert.deepEqual(await settled(), ['3 now']);
  throttle.ended('mia', null);
  assert.deepEqual(await settled(), ['4 now'], 'one that could not be checked counts for nothing');
  for (const number of [5, 6, 7]) {
    throttle.ended('mia', false);
    assert.deepEqual(await settled(), [`${number} now`]);
  }
  throttle.ended('mia', false);
  assert.deepEqual(await settled(), [], 'the one under way may be the fifth');
  throttle.ended('mia', false);
  assert.deepEqual(
    await settled(),
    Array.from({ length: 59 }, (_, n) => `${n + 8} 1000`),
  );
  nowMs = 1_000;
  login(68);
  login(69);
  assert.deepEqual(await settled(), ['68 now']);
  throttle.ended('mia', true);
  assert.deepEqual(await settled(), ['69 now']);
  throttle.ended('mia', true);
});
