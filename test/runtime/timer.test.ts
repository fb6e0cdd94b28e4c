import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seededRandom } from '../../runtime/random.ts';
import { ThreadClock } from '../../runtime/simulation/thread-clock.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { type TimerRecord, Timers } from '../../runtime/timer.ts';

const timer = (name: string, dueMs: number): TimerRecord => ({ kind: 'k', id: 'i', name, dueMs, message: null });

function timersOn(clock: VirtualClock): { readonly timers: Timers; readonly fired: string[] } {
  const fired: string[] = [];
  const timers = new Timers(clock, (key, { dueMs, name }) => {
    assert.ok(clock.now() >= dueMs);
    fired.push(`${key} ${name} ${clock.now()}`);
  });
  return { timers, fired };
}

test('timers fire at their time, those of one time in the order in which they were set', () => {
  const clock = new VirtualClock(0);
  const { timers, fired } = timersOn(clock);
  for (const [key, dueMs] of [
    ['c', 30],
    ['a', 10],
    ['b', 10],
    ['past', -5],
  ] as const)
    timers.set(key, timer('x', dueMs));
  clock.runUntilIdle();
  assert.deepEqual(fired, ['past x 0', 'a x 10', 'b x 10', 'c x 30']);
});

test('a replaced timer fires once, at its new time; an ended one does not', () => {
  const clock = new VirtualClock(0);
  const { timers, fired } = timersOn(clock);
  timers.set('a', timer('old', 10));
  timers.set('a', timer('new', 20));
  timers.set('b', timer('b', 15));
  timers.end('b');
  clock.runUntilIdle();
  assert.deepEqual(fired, ['a new 20']);
});

test('ending a timer that was replaced meanwhile leaves the new one', () => {
  const clock = new VirtualClock(0);
  const { timers, fired } = timersOn(clock);
  const old = timer('old', 10);
  timers.set('a', old);
  timers.set('a', timer('new', 20));
  timers.end('a', old);
  clock.runUntilIdle();
  assert.deepEqual(fired, ['a new 20']);
});

test('of thousands of timers set, replaced and ended, exactly the last ones of each key fire', () => {
  const clock = new VirtualClock(0);
  const { timers, fired } = timersOn(clock);
  const random = seededRandom(9);
  const wanted = new Map<string, number>();
  for (let n = 0; n < 20_000; n++) {
    const key = `k${Math.floor(random.fraction() * 500)}`;
    if (random.fraction() < 0.3) {
      timers.end(key);
      wanted.delete(key);
    } else {
      const dueMs = Math.floor(random.fraction() * 10_000);
      timers.set(key, timer('x', dueMs));
      wanted.set(key, dueMs);
    }
  }
  assert.equal(timers.count, wanted.size);
  clock.runUntilIdle();
  assert.deepEqual([...fired].sort(), [...wanted].map(([key, dueMs]) => `${key} x ${dueMs}`).sort());
});

test('a timer that is set anew over and over leaves nothing of the former ones in memory', () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  assert.ok(typeof collect === 'function');
  const clock = new VirtualClock(0);
  const { timers, fired } = timersOn(clock);
  const messages: WeakRef<object>[] = [];
  for (let n = 0; n < 1_000; n++) {
    const message = { n };
    messages.push(new WeakRef(message));
    timers.set('idle', { ...timer(`x${n}`, 3_600_000 + n), message });
  }
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    collect();
    const left = messages.filter((message) => message.deref() !== undefined).length;
    assert.ok(left < 200, `${left} of 1,000 are left`);
    clock.runUntilIdle();
    assert.deepEqual(fired, ['idle x999 3600999']);
  });
});

test('nothing fires and nothing is armed after a stop', () => {
  const clock = new VirtualClock(0);
  const { timers, fired } = timersOn(clock);
  for (let n = 0; n < 100; n++) timers.set(`k${n}`, timer('x', 10 + n));
  timers.stop();
  for (let n = 0; n < 99; n++) timers.end(`k${n}`);
  timers.set('late', timer('x', 5));
  clock.runUntilIdle();
  assert.deepEqual(fired, []);
});

test('when the clock is set forward, what is due by then comes within a minute, and so does what is set later', () => {
  const time = new VirtualClock(0);
  const clock = new ThreadClock(time, () => 0);
  const fired: string[] = [];
  const timers = new Timers(clock, (key) => fired.push(key));
  const yearsMs = 50 * 365 * 86_400_000;
  timers.set('stored', timer('x', yearsMs));
  clock.jump(yearsMs);
  timers.set('new', timer('x', clock.now() + 5_000));
  time.advanceTo(60_000);
  assert.deepEqual(fired, ['stored', 'new']);
});

test('when the clock is set back, what was set before comes after its delay, and what is set later after its own', () => {
  const time = new VirtualClock(0);
  const clock = new ThreadClock(time, () => 0);
  clock.jump(20 * 365 * 86_400_000);
  const fired: string[] = [];
  const timers = new Timers(clock, (key) => fired.push(`${key} after ${time.monotonic()}`));
  timers.set('before', timer('x', clock.now() + 90_000));
  time.advanceTo(10_000);
  clock.jump(-10 * 365 * 86_400_000);
  timers.set('later', timer('x', clock.now() + 5_000));
  time.advanceTo(86_400_000);
  assert.deepEqual(fired, ['later after 15000', 'before after 90000']);
});

test('a clock that is a little slow does not make timers early', () => {
  const time = new VirtualClock(0);
  const clock = new ThreadClock(time, () => 0);
  let firedMs = 0;
  const timers = new Timers(clock, () => {
    firedMs = clock.now();
  });
  timers.set('a', timer('x', 3_600_000));
  for (let minute = 0; minute < 60; minute++) {
    time.advanceTo(minute * 60_000);
    clock.jump(-30);
  }
  time.advanceTo(7_200_000);
  assert.ok(firedMs >= 3_600_000);
});
