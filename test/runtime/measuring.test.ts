import assert from 'node:assert/strict';
import test from 'node:test';
import { type AnyActorKind, type EffectRunner, failed, ok } from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { counter, HeldStore, shardRig } from './shard-rig.ts';

/** Virtual time in which handlers can take long. */
class SlowClock extends VirtualClock {
  #extraMs = 0;
  override monotonic(): number {
    return super.monotonic() + this.#extraMs;
  }
  spend(ms: number): void {
    this.#extraMs += ms;
  }
}

const sleeper = (clock: SlowClock): AnyActorKind => ({
  kind: 'counter',
  activate: () => null,
  handle(state, message) {
    clock.spend(Number(Object(message).ms));
    return state;
  },
});

test('a handler that takes longer than the limit is told by its address and message', async () => {
  const clock = new SlowClock();
  const { system, notices, pass } = shardRig({ clock, kinds: [sleeper(clock)], limits: { slowHandlerMs: 50 } });
  for (const ms of [10, 60, 50]) system.tell({ kind: 'counter', id: `${ms}` }, { type: 'sleep', ms });
  await pass(1);
  assert.deepEqual(
    notices.filter(({ type }) => type === 'slowHandler'),
    [{ type: 'slowHandler', address: 'counter/60', messageType: 'sleep', tookMs: 60, others: 0 }],
  );
});

test('among very many messages a slow handler is named when it comes again', async () => {
  const clock = new SlowClock();
  const { system, notices, pass } = shardRig({ clock, kinds: [sleeper(clock)], limits: { slowHandlerMs: 50 } });
  const slow = () => notices.filter(({ type }) => type === 'slowHandler').length;
  const tell = (n: number, ms: number): void => system.tell({ kind: 'counter', id: `${n}` }, { type: 'sleep', ms });
  for (let n = 0; n < 1_000; n++) tell(n, n === 500 ? 60 : 0);
  await pass(1);
  const first = slow();
  for (let n = 0; n < 1_000; n++) tell(n, n === 500 ? 60 : 0);
  await pass(1);
  assert.deepEqual([first, slow()], [0, 1]);
});

test('a kind that is always slow is told every ten seconds, with how often it was', async () => {
  const clock = new SlowClock();
  const { system, notices, pass } = shardRig({ clock, kinds: [sleeper(clock)] });
  for (let n = 0; n < 5; n++) system.tell({ kind: 'counter', id: 'a' }, { type: 'sleep', ms: 60 });
  system.tell({ kind: 'counter', id: 'a' }, { type: 'doze', ms: 60 });
  await pass(10_000);
  system.tell({ kind: 'counter', id: 'a' }, { type: 'sleep', ms: 60 });
  await pass(1);
  const told = notices.flatMap((notice) =>
    notice.type === 'slowHandler' ? [[notice.messageType, notice.others]] : [],
  );
  assert.deepEqual(told, [
    ['sleep', 0],
    ['doze', 0],
    ['sleep', 4],
  ]);
});

test('figures tell what was handled, what waits and how long it took, by kind', async () => {
  const clock = new SlowClock();
  const store = new HeldStore(new MemoryStore(clock));
  const limits = { commitsInFlightMax: 1, mailboxLengthMax: 3 };
  const { shard, ask, pass } = shardRig({ clock, store, limits });
  ask('a', { type: 'add', n: 1 });
  await pass(1);
  await pass(20);
  store.release();
  await pass(1);
  const { commitMs, batchSize, state, commits, batches } = shard.stats();
  assert.deepEqual([state, commits, batches], ['running', 1, 1]);
  assert.deepEqual(commitMs, { count: 1, sum: 21, max: 21, p50: 21, p90: 21, p99: 21 });
  assert.deepEqual(batchSize, { count: 1, sum: 1, max: 1, p50: 1, p90: 1, p99: 1 });
  ask('a', { type: 'add', n: 1 });
  await pass(1);
  for (let n = 0; n < 5; n++) ask('b', { type: 'read' });
  ask('c', { type: 'read' });
  await pass(1);
  const kind = shard.stats().kinds['counter'];
  assert.deepEqual(
    [kind?.active, kind?.messages, kind?.queued, kind?.queuedLongest, kind?.refused, shard.stats().queued],
    [3, 2, 4, 3, 2, 4],
  );
  assert.equal(kind?.handlingMs.count, 2);
});

test('the wait of messages is measured from their arrival to their handler', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { shard, system, ask, pass } = shardRig({ clock, store, limits: { commitsInFlightMax: 1 } });
  ask('z', { type: 'add', n: 1 });
  await pass(1);
  for (let n = 0; n < 256; n++) system.tell(counter.at('a'), { type: 'silent' });
  await pass(500);
  store.release();
  await pass(1);
  const waitMs = shard.stats().kinds['counter']?.waitMs;
  assert.deepEqual([waitMs?.count, waitMs?.max], [3, 500], 'of the first, and two of 256');
});

/** A runner whose effects end when the test says so, in the order of their starts. */
function heldRunner(): { readonly started: string[]; readonly runEffect: EffectRunner; end(): void } {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  return {
    started,
    runEffect: ({ effectId, id }) =>
      new Promise((resolve) => {
        started.push(`${id} ${effectId}`);
        ends.push(() => resolve(effectId === 'bad' ? failed({ code: 'Broken', reason: 'it is' }) : ok(null)));
      }),
    end: () => ends.shift()?.(),
  };
}

test('no more effects of a name run at once than its limit says, in whatever lanes they are', async () => {
  const { started, runEffect, end } = heldRunner();
  const { ask, pass, shard } = shardRig({ runEffect, effectLimits: { a: 99, act: 2, other: 1 } });
  for (const id of ['p', 'q', 'r', 's']) ask(id, { type: 'act', effectId: id === 'r' ? 'bad' : 'e' });
  await pass(100);
  assert.deepEqual(started, ['p e', 'q e']);
  const { act } = shard.stats().effects;
  assert.deepEqual([act?.inFlight, act?.waiting, act?.ended], [2, 2, 0]);
  end();
  await pass(1);
  assert.deepEqual(started, ['p e', 'q e', 'r bad']);
  end();
  end();
  await pass(5_000);
  assert.deepEqual(started, ['p e', 'q e', 'r bad', 's e']);
  const after = shard.stats().effects['act'];
  assert.deepEqual([after?.inFlight, after?.waiting, after?.ended, after?.failed, after?.timedOut], [0, 0, 4, 2, 1]);
  assert.deepEqual([after?.durationMs.count, after?.durationMs.max], [4, 1_000]);
});

test('a report shows the longest mailboxes, the effects under way, the last failures and the batches in flight', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { runEffect } = heldRunner();
  const { shard, ask, pass } = shardRig({ clock, store, runEffect, limits: { commitsInFlightMax: 1 } });
  ask('a', { type: 'act', effectId: 'e' });
  ask('b', { type: 'spoil' });
  await pass(1);
  store.release();
  await pass(250);
  ask('c', { type: 'wait', name: 't', delayMs: 60_000, n: 1 });
  await pass(1);
  for (let n = 0; n < 30; n++) for (let m = 0; m <= n; m++) ask(`m${n}`, { type: 'read' });
  await pass(49);
  const { mailboxes, effects, failures, ...figures } = shard.report();
  assert.equal(mailboxes.length, 20);
  assert.deepEqual(mailboxes[0], { address: 'counter/m29', length: 30, next: 'read', isResting: false });
  assert.deepEqual(effects, [
    { address: 'counter/a', effectId: 'e', name: 'act', lane: 'act', state: 'started', ageMs: 300 },
  ]);
  assert.deepEqual(
    failures.map(({ address, messageType, reason }) => [address, messageType, reason]),
    [['counter/b', 'spoil', 'spoilt']],
  );
  assert.deepEqual(figures, {
    name: 's0',
    state: 'running',
    atMs: clock.now(),
    queued: 465,
    effectsPending: 1,
    timers: 0,
    batchesInFlight: 1,
    oldestCommitMs: 50,
    outbox: {},
  });
  assert.deepEqual(structuredClone(shard.report()), shard.report(), 'it crosses threads');
});

test('an actor can be inspected while its mailbox is full', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { runEffect } = heldRunner();
  const { shard, ask, pass } = shardRig({ clock, store, runEffect, limits: { commitsInFlightMax: 1 } });
  ask('a', { type: 'add', n: 5 });
  ask('a', { type: 'act', effectId: 'e' });
  ask('a', { type: 'wait', name: 't', delayMs: 1_000, n: 1 });
  await pass(1);
  const dueMs = clock.now() + 1_000 - 1;
  store.release();
  await pass(10);
  ask('z', { type: 'add', n: 1 });
  await pass(1);
  for (const type of ['read', 'silent', 'read'] as const) ask('a', { type });
  await pass(1);
  assert.deepEqual(shard.inspect(counter.at('a')), {
    address: 'counter/a',
    isInMemory: true,
    isResting: false,
    row: { total: 5, ends: [] },
    mailbox: { read: 2, silent: 1 },
    timers: [{ name: 't', dueMs, messageType: 'add' }],
    effects: [{ address: 'counter/a', effectId: 'e', name: 'act', lane: 'act', state: 'started', ageMs: 12 }],
  });
  assert.equal(shard.inspect(counter.at('nobody'))?.isInMemory, false);
  assert.equal(shard.inspect({ kind: 'unknown', id: 'a' }), undefined);
});
