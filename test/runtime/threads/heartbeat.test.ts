import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BackOff, RateLimit } from '../../../runtime/threads/back-off.ts';
import { Heartbeats, Staleness } from '../../../runtime/threads/heartbeat.ts';
import { bestMove, threadsFor } from '../../../runtime/threads/placement.ts';

describe('a heartbeat', () => {
  test('that stands still is as old as the time its watcher was awake', () => {
    const staleness = new Staleness(250, 0);
    staleness.look(7, 250);
    assert.deepEqual(
      [500, 750, 1_000].map((nowMs) => staleness.look(7, nowMs)),
      [250, 500, 750],
    );
    assert.equal(staleness.look(8, 1_250), 0);
  });

  test('does not age while the machine is suspended, or its watcher is not given the processor', () => {
    const staleness = new Staleness(250, 0);
    staleness.look(7, 250);
    assert.equal(staleness.look(7, 3_600_000), 500);
  });

  test('that has not begun is not looked at', () => {
    const staleness = new Staleness(250, 0);
    for (let nowMs = 250; nowMs < 100_000; nowMs += 250) assert.equal(staleness.look(0, nowMs), 0);
  });

  test('that has stopped is claimed by one watcher only', () => {
    const { buffer } = Heartbeats.of(2);
    assert.deepEqual([new Heartbeats(buffer).claim(), new Heartbeats(buffer).claim()], [true, false]);
  });
});

describe('pauses between attempts', () => {
  test('double up to the longest, and begin anew after a calm time', () => {
    const backOff = new BackOff({ firstMs: 100, longestMs: 1_000, calmMs: 60_000 });
    let nowMs = 0;
    const pauses = Array.from({ length: 6 }, () => {
      const pauseMs = backOff.next(nowMs);
      nowMs += pauseMs;
      return pauseMs;
    });
    assert.deepEqual(pauses, [100, 200, 400, 800, 1_000, 1_000]);
    assert.equal(backOff.next(nowMs + 59_000), 1_000);
    assert.equal(backOff.next(nowMs + 59_000 + 62_000), 100);
  });

  test('so many events are allowed within a sliding time, and not one more', () => {
    const limit = new RateLimit(2, 1_000);
    assert.deepEqual(
      [0, 500, 999, 1_600].map((nowMs) => limit.allows(nowMs)),
      [true, true, false, true],
    );
  });
});

describe('placement of shards', () => {
  test('leaves a core to the main thread, and has no more threads than shards unless told so', () => {
    assert.deepEqual(
      [
        threadsFor('auto', 8, 4),
        threadsFor('auto', 2, 4),
        threadsFor('auto', 8, 1),
        threadsFor(3, 8, 1),
        threadsFor(3, 1, 8),
      ],
      [3, 2, 1, 3, 3],
    );
  });

  test('moves the shard that helps the busiest thread most', () => {
    const shards = [
      { shard: 'a', thread: 0, load: 50 },
      { shard: 'b', thread: 0, load: 30 },
      { shard: 'c', thread: 0, load: 20 },
      { shard: 'd', thread: 1, load: 10 },
    ];
    assert.deepEqual(bestMove(shards, 2), { shard: 'a', to: 1 });
  });

  test('moves nothing where the busiest thread would hardly be less busy', () => {
    const one = [
      { shard: 'a', thread: 0, load: 100 },
      { shard: 'b', thread: 1, load: 0 },
    ];
    assert.equal(bestMove(one, 2), null);
    const even = [
      { shard: 'a', thread: 0, load: 30 },
      { shard: 'b', thread: 0, load: 5 },
      { shard: 'c', thread: 1, load: 30 },
    ];
    assert.equal(bestMove(even, 2), null);
    assert.equal(bestMove([{ shard: 'a', thread: 0, load: 0 }], 2), null);
  });
});
