import assert from 'node:assert/strict';
import test from 'node:test';
import { listDeadLetters } from '../../runtime/dead-letters.ts';
import { type Context, type EffectOutcome, type EffectRunner, ok } from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { counters, HeldStore, shardRig } from './shard-rig.ts';

/** A runner whose effects end when the test says so. */
function heldRunner(): { readonly runEffect: EffectRunner; readonly started: string[]; end(n: number): void } {
  const started: string[] = [];
  const ends: ((outcome: EffectOutcome) => void)[] = [];
  return {
    started,
    runEffect: ({ effectId }) =>
      new Promise((resolve) => {
        started.push(effectId);
        ends.push(resolve);
      }),
    end: (n) => ends[n]?.(ok(null)),
  };
}

function memory(): { readonly clock: VirtualClock; readonly store: MemoryStore } {
  const clock = new VirtualClock();
  return { clock, store: new MemoryStore(clock) };
}

test('an effect starts after the commit that asked for it, and its end is handled once', async () => {
  const { clock, store: rows } = memory();
  const store = new HeldStore(rows);
  const { runEffect, started, end } = heldRunner();
  const { ask, pass, shard } = shardRig({ clock, store, runEffect });
  ask('a', { type: 'act', effectId: 'e' });
  await pass(10);
  assert.deepEqual(started, []);
  store.release();
  await pass(10);
  assert.deepEqual(started, ['e']);
  end(0);
  await pass(10);
  store.release();
  await pass(10);
  assert.deepEqual(counters.read(store, 'a')?.ends, ['e ok']);
  assert.deepEqual([...rows.keys({ prefix: 'e/' })], []);
  assert.equal(shard.stats().effectsInFlight, 0);
});

test('after a crash an effect whose end was not handled durably is started again, and its end handled once', async () => {
  for (const crashAfterEnd of [false, true]) {
    const { clock, store: rows } = memory();
    const store = new HeldStore(rows);
    const first = heldRunner();
    const rig = shardRig({ clock, store, runEffect: first.runEffect });
    rig.ask('a', { type: 'act', effectId: 'e' });
    await rig.pass(1);
    store.release();
    await rig.pass(1);
    if (crashAfterEnd) first.end(0);
    await rig.pass(1);
    rig.shard.crash();
    const second = heldRunner();
    const again = shardRig({ clock, store: rows, runEffect: second.runEffect });
    assert.deepEqual([first.started, second.started], [['e'], ['e']]);
    second.end(0);
    await again.pass(10);
    assert.deepEqual(counters.read(rows, 'a')?.ends, ['e ok']);
    assert.deepEqual([...rows.keys({ prefix: 'e/' })], []);
  }
});

test('an effect that does not end in time is told as timed out, and what it brings later is dropped', async () => {
  const { runEffect, end } = heldRunner();
  const { ask, pass, store } = shardRig({ runEffect });
  ask('a', { type: 'act', effectId: 'e' });
  await pass(1_500);
  assert.deepEqual(counters.read(store, 'a')?.ends, ['e TimedOut']);
  end(0);
  await pass(10);
  assert.deepEqual(counters.read(store, 'a')?.ends, ['e TimedOut']);
});

test('the end of an effect that was taken back or replaced is not handled, even if it is in the mailbox already', async () => {
  const { clock, store: rows } = memory();
  const store = new HeldStore(rows);
  const { runEffect, started, end } = heldRunner();
  const { ask, pass } = shardRig({ clock, store, runEffect, limits: { commitsInFlightMax: 2 } });
  const releaseAll = async (): Promise<void> => {
    while (store.waiting.length > 0) {
      store.release();
      await pass(1);
    }
  };
  ask('a', { type: 'act', effectId: 'e' });
  ask('b', { type: 'act', effectId: 'e' });
  await pass(1);
  await releaseAll();
  // What takes them back or replaces them has been handled, and is not durable yet, when their ends come.
  ask('a', { type: 'unact', effectId: 'e' });
  ask('b', { type: 'act', effectId: 'e' });
  await pass(1);
  assert.equal(store.waiting.length, 1);
  end(0);
  end(1);
  await pass(1);
  await releaseAll();
  assert.equal(counters.read(rows, 'a')?.ends, undefined);
  assert.equal(counters.read(rows, 'b')?.ends, undefined);
  assert.deepEqual(started, ['e', 'e', 'e'], 'the second one of b was started');
  end(2);
  await pass(1);
  await releaseAll();
  assert.deepEqual(counters.read(rows, 'b')?.ends, ['e ok']);
  assert.deepEqual([...rows.keys({ prefix: 'e/' })], []);
});

test('an effect that is asked for and taken back in one batch is never started', async () => {
  const { runEffect, started } = heldRunner();
  const { ask, pass, store } = shardRig({ runEffect });
  ask('a', { type: 'act', effectId: 'e' });
  ask('a', { type: 'unact', effectId: 'e' });
  await pass(10);
  assert.deepEqual([started, [...store.keys({ prefix: 'e/' })]], [[], []]);
});

test('a timer fires once at its time, also after a crash, and its row is gone then', async () => {
  for (const crash of [false, true]) {
    const { clock, store } = memory();
    const first = shardRig({ clock, store });
    first.ask('a', { type: 'wait', name: 't', delayMs: 1_000, n: 7 });
    await first.pass(500);
    if (crash) first.shard.crash();
    const rig = crash ? shardRig({ clock, store }) : first;
    await rig.pass(499);
    assert.equal(counters.read(store, 'a'), undefined);
    await rig.pass(10);
    assert.equal(counters.read(store, 'a')?.total, 7);
    await rig.pass(10_000);
    assert.equal(counters.read(store, 'a')?.total, 7);
    assert.deepEqual([...store.keys({ prefix: 't/' })], []);
  }
});

test('a timer that came due while nothing ran fires at the next start', async () => {
  const { clock, store } = memory();
  const first = shardRig({ clock, store });
  first.ask('a', { type: 'wait', name: 't', delayMs: 1_000, n: 7 });
  await first.pass(1);
  await first.shard.stop();
  await first.pass(60_000);
  assert.equal(counters.read(store, 'a'), undefined);
  const second = shardRig({ clock, store });
  await second.pass(1);
  assert.equal(counters.read(store, 'a')?.total, 7);
});

test('a timer is replaced by one of the same name and ended by its name', async () => {
  const { ask, pass, store, shard } = shardRig();
  ask('a', { type: 'wait', name: 't', delayMs: 1_000, n: 1 });
  await pass(1);
  ask('a', { type: 'wait', name: 't', delayMs: 2_000, n: 10 });
  ask('a', { type: 'wait', name: 'u', delayMs: 1_000, n: 100 });
  await pass(1);
  ask('a', { type: 'unwait', name: 'u' });
  await pass(10_000);
  assert.equal(counters.read(store, 'a')?.total, 10);
  assert.equal(shard.stats().timers, 0);
});

test('an effect whose end cannot be handled becomes a dead letter and is not started again', async () => {
  const { clock, store } = memory();
  const broken = {
    kind: 'counter',
    activate: () => null,
    handle(state: null, message: { readonly type: string }, ctx: Context): null {
      if (message.type === 'effectEnded') throw new Error('cannot');
      ctx.effect({ effectId: 'e', name: 'act', args: null, deadlineMs: 1_000 });
      return state;
    },
  };
  const { runEffect, started, end } = heldRunner();
  const { ask, pass, shard } = shardRig({ clock, store, runEffect, kinds: [broken] });
  ask('a', { type: 'read' });
  await pass(1);
  end(0);
  await pass(1_000);
  assert.deepEqual(
    listDeadLetters(store, { limit: 10 }).map(({ reason }) => reason),
    ['cannot'],
  );
  assert.deepEqual([[...store.keys({ prefix: 'e/' })], shard.stats().effectsInFlight], [[], 0]);
  shard.crash();
  shardRig({ clock, store, runEffect, kinds: [broken] });
  assert.deepEqual(started, ['e']);
});
