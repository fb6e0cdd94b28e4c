import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startShardThread } from '../../../runtime/threads/shard-thread.ts';

const start = () =>
  startShardThread({
    module: new URL('./quiet-shard.ts', import.meta.url).href,
    options: null,
    client: 'test',
    notice: () => {},
  });

/** Keeps this thread from running anything, as a loaded machine does. */
function standStill(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

describe('a shard in a thread of its own', () => {
  test('is stopped also when its end is seen before its answer', async () => {
    for (let round = 0; round < 5; round++) {
      const thread = await start();
      const stopped = thread.stop();
      // The call leaves with the next turn; then both the answer and the end of the thread wait for this thread.
      await new Promise((resolve) => setImmediate(resolve));
      standStill(200);
      await stopped;
      assert.deepEqual(await thread.ended, { unexpected: null });
    }
  });

  test('refuses a call that the thread did not live to answer, and every later one', async () => {
    const thread = await start();
    const unanswered = thread.call('never');
    await thread.call('die');
    await assert.rejects(unanswered, /The thread ended with code 7/);
    await assert.rejects(thread.stats(), /The thread ended with code 7/);
    assert.match(String((await thread.ended).unexpected), /code 7/);
    await thread.stop();
  });
});
