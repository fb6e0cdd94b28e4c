import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Heartbeats } from '../../../runtime/threads/heartbeat.ts';
import { DEFAULT_THREAD_LIMITS } from '../../../runtime/threads/limits.ts';
import { startWorkerThread, type WorkerThread } from '../../../runtime/threads/worker-thread.ts';

/** A thread that nobody supervises, with one shard in it. */
async function start(): Promise<WorkerThread> {
  const { buffer } = Heartbeats.of(1);
  const thread = startWorkerThread({
    heartbeat: { buffer, thread: 0, hangMs: 60_000, mainHang: null },
    heapMibMax: DEFAULT_THREAD_LIMITS.heapMibMax,
    youngHeapMibMax: DEFAULT_THREAD_LIMITS.youngHeapMibMax,
    tell: () => {},
  });
  const module = new URL('./quiet-shard.ts', import.meta.url).href;
  await thread.open({ name: 'quiet', module, options: null, clients: [], peers: [] });
  return thread;
}

/** Keeps this thread from running anything, as a loaded machine does. */
function standStill(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

describe('a thread that hosts shards', () => {
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

  test('refuses a call that it did not live to answer, and every later one', async () => {
    const thread = await start();
    const unanswered = assert.rejects(thread.call('quiet', 'never'), /The thread ended with code 7/);
    // Whether this one is answered before the thread's end is another question.
    await Promise.allSettled([thread.call('quiet', 'die')]);
    await unanswered;
    await assert.rejects(thread.stats('quiet'), /The thread ended with code 7/);
    assert.match(String((await thread.ended).unexpected), /code 7/);
    await thread.stop();
  });
});
