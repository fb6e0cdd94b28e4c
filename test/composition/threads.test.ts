import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rebalanceNowAndThen } from '../../composition/threads.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';

test('the loads of threads are compared every minute, also after a move that failed, until the threads have stopped', async () => {
  const clock = new VirtualClock();
  const told: string[] = [];
  let calls = 0;
  const threads = {
    isRunning: true,
    rebalance: async () => {
      calls++;
      if (calls === 2) throw new Error('no room');
      return null;
    },
  };
  rebalanceNowAndThen(threads, { clock, log: { error: (_fields: object, text?: string) => told.push(text ?? '') } });
  await clock.advanceSettled(clock.now() + 59_999);
  assert.equal(calls, 0);
  await clock.advanceSettled(clock.now() + 240_000);
  assert.equal(calls, 4);
  assert.deepEqual(told, ['a shard could not be moved to another thread']);
  threads.isRunning = false;
  await clock.advanceSettled(clock.now() + 600_000);
  assert.equal(calls, 4);
});
