import assert from 'node:assert/strict';
import test from 'node:test';
import { seededRandom } from '../../../runtime/random.ts';
import { VirtualClock } from '../../../runtime/simulation/virtual-clock.ts';

test('calls come in the order of their time, those of one time in the order in which they were asked for', () => {
  const clock = new VirtualClock(1_000);
  const random = seededRandom(1);
  const asked = Array.from({ length: 5_000 }, (_, n) => ({ n, delayMs: Math.floor(random.fraction() * 50) }));
  const made: { n: number; delayMs: number }[] = [];
  for (const call of asked) {
    clock.after(call.delayMs, () => {
      assert.equal(clock.now(), 1_000 + call.delayMs);
      made.push(call);
    });
  }
  assert.equal(clock.runUntilIdle(), asked.length);
  assert.deepEqual(
    made,
    [...asked].sort((a, b) => a.delayMs - b.delayMs || a.n - b.n),
  );
});

test('what is asked for soon comes at the same time, after what is due', () => {
  const clock = new VirtualClock();
  const made: string[] = [];
  clock.after(5, () => {
    clock.soon(() => made.push(`soon at ${clock.monotonic()}`));
    made.push('first');
  });
  clock.after(5, () => made.push('second'));
  clock.runUntilIdle();
  assert.deepEqual(made, ['first', 'second', 'soon at 5']);
});

test('a cancelled call is not made and does not move time', () => {
  const clock = new VirtualClock(0);
  clock.after(7, () => assert.fail('it was cancelled'))();
  assert.equal(clock.nextMs, undefined);
  assert.equal(clock.runUntilIdle(), 0);
  assert.equal(clock.now(), 0);
});

test('time stands where it was advanced to, and later calls wait', () => {
  const clock = new VirtualClock(0);
  const made: number[] = [];
  for (const delayMs of [10, 20, 30]) clock.after(delayMs, () => made.push(delayMs));
  assert.equal(clock.advanceTo(20), 2);
  assert.deepEqual([made, clock.now(), clock.nextMs], [[10, 20], 20, 30]);
  assert.equal(clock.advanceTo(25), 0);
  assert.equal(clock.now(), 25);
});

test('a program that never becomes idle is told, not run for ever', () => {
  const clock = new VirtualClock(0);
  const again = (): void => clock.soon(again);
  again();
  assert.throws(() => clock.runUntilIdle(1_000), /not idle/);
});

test('promises settle between two calls of a settled walk', async () => {
  const clock = new VirtualClock(0);
  const made: string[] = [];
  clock.after(1, () => {
    Promise.resolve()
      .then(() => null)
      .then(() => clock.after(1, () => made.push(`chained at ${clock.now()}`)));
  });
  clock.after(3, () => made.push('third'));
  assert.equal(await clock.advanceSettled(10), 3);
  assert.deepEqual(made, ['chained at 2', 'third']);
});
