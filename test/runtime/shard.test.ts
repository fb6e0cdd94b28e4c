import assert from 'node:assert/strict';
import test from 'node:test';
import { listDeadLetters } from '../../runtime/dead-letters.ts';
import { type AnyActorKind, failed, ok } from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { storedMessages } from '../../runtime/stored.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { attempts, counter, counters, HeldStore, shardRig } from './shard-rig.ts';

const keysOf = (store: MemoryStore): string[] => [...store.keys({ prefix: '' })];

test('a reply leaves only after the commit of what it tells of', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { ask, outcomes, pass } = shardRig({ clock, store });
  ask('a', { type: 'add', n: 5 });
  await pass(100);
  assert.deepEqual([outcomes, store.waiting.length], [[], 1]);
  store.release();
  await pass();
  assert.deepEqual(outcomes, [ok(5)]);
  assert.equal(counters.read(store, 'a')?.total, 5);
});

test('a reply about a change that is not durable yet waits for it, also when its own batch changes nothing', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { ask, outcomes, pass } = shardRig({ clock, store });
  ask('a', { type: 'add', n: 5 });
  await pass(1);
  ask('a', { type: 'read' });
  await pass(1);
  assert.deepEqual(outcomes, []);
  while (store.waiting.length > 0) store.release();
  await pass(1);
  assert.deepEqual(outcomes, [ok(5), ok(5)]);
});

test('what arrives during a commit is handled at once, and becomes durable in one commit after it', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { ask, outcomes, pass, shard } = shardRig({ clock, store });
  for (let n = 0; n < 5; n++) {
    ask('a', { type: 'add', n: 1 });
    await pass(1);
  }
  assert.deepEqual([store.waiting.length, shard.stats().kinds['counter']?.messages], [1, 5]);
  store.release();
  await pass(1);
  assert.deepEqual([store.waiting.length, outcomes], [1, [ok(1)]]);
  store.release();
  await pass(1);
  assert.deepEqual(outcomes, [1, 2, 3, 4, 5].map(ok));
  assert.equal(shard.stats().commits, 2);
});

test('who waits for a batch that joins the next commit hears it when the commit before it fails', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { ask, outcomes, pass } = shardRig({ clock, store });
  for (let n = 0; n < 3; n++) {
    ask('a', { type: 'add', n: 1 });
    await pass(1);
  }
  store.fail(new Error('the disk is gone'));
  await pass(1);
  const refused = failed({ code: 'StoreFailed', reason: 'the disk is gone' });
  assert.deepEqual(outcomes, [refused, refused, refused]);
});

test('a full batch is handed to the store while the one before is being committed, and no more than the limit says', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { ask, outcomes, pass } = shardRig({ clock, store, limits: { commitsInFlightMax: 2, batchMessagesMax: 2 } });
  for (let n = 0; n < 5; n++) {
    ask('a', { type: 'add', n: 1 });
    await pass(1);
  }
  assert.equal(store.waiting.length, 2);
  store.release();
  await pass(1);
  assert.equal(store.waiting.length, 2);
  assert.deepEqual(outcomes, [ok(1)]);
  store.release();
  store.release();
  await pass(1);
  assert.deepEqual(outcomes, [1, 2, 3, 4, 5].map(ok));
});

test('a handler that throws changes nothing, lets nothing out, and the state before it stands', async () => {
  const run: string[] = [];
  const { ask, outcomes, pass, store, notices, shard } = shardRig({
    runEffect: async ({ effectId }) => {
      run.push(effectId);
      return ok(null);
    },
  });
  ask('a', { type: 'add', n: 5 });
  await pass();
  const before = [...store.range({ prefix: '' })];
  ask('a', { type: 'spoil' });
  await pass(100);
  assert.deepEqual([...store.range({ prefix: '' })], before);
  assert.deepEqual([run, shard.stats().timers], [[], 0]);
  const reason = 'The request met an internal error; nothing was changed.';
  assert.deepEqual(outcomes, [ok(5), failed({ code: 'HandlerFailed', reason })]);
  assert.ok(notices.some((notice) => notice.type === 'handlerFailed' && notice.messageType === 'spoil'));
  ask('a', { type: 'add', n: 1 });
  await pass();
  assert.deepEqual(outcomes[2], ok(6));
  await pass(100);
  assert.equal(counters.read(store, 'spoilt'), undefined, 'nor does anything of it leave with a later message');
  assert.deepEqual([run, shard.stats().timers], [[], 0]);
});

test('a handler that throws spoils nothing for the other messages of its batch', async () => {
  const { ask, outcomes, pass, store } = shardRig();
  ask('a', { type: 'add', n: 1 });
  ask('a', { type: 'spoil' });
  ask('a', { type: 'add', n: 2 });
  await pass();
  assert.deepEqual([outcomes[0], outcomes[2]], [ok(1), ok(3)]);
  assert.equal(counters.read(store, 'a')?.total, 3);
});

test('a tell whose handler throws is tried again, and handled once when it goes well', async () => {
  attempts.count = 0;
  const { system, pass, store } = shardRig({ limits: { deliveryAttemptsMax: 3 } });
  system.tell(counter.at('a'), { type: 'failTimes', times: 2 });
  await pass(1_000);
  assert.equal(attempts.count, 3);
  assert.equal(counters.read(store, 'a')?.total, 1);
  assert.deepEqual(listDeadLetters(store, { limit: 10 }), []);
});

test('a tell that fails at every attempt becomes a dead letter with its reason, and the shard lives on', async () => {
  attempts.count = 0;
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const { system, ask, outcomes, pass } = shardRig({ clock, store, limits: { deliveryAttemptsMax: 3 } });
  system.tell(counter.at('a'), { type: 'failTimes', times: 99 });
  await pass(1_000);
  assert.equal(attempts.count, 3);
  const [letter, ...others] = listDeadLetters(store, { limit: 10 });
  assert.deepEqual([letter?.id, letter?.reason, others.length], ['a', 'attempt 3', 0]);
  assert.deepEqual([...store.keys({ prefix: 'q/' })], [], 'nothing delivers it again');
  ask('a', { type: 'add', n: 1 });
  await pass();
  assert.deepEqual(outcomes, [ok(1)]);
});

test('what one batch could not handle is stored with it and handled after a crash, each message once', async () => {
  const clock = new VirtualClock();
  const rows = new MemoryStore(clock);
  const store = new HeldStore(rows);
  const limits = { batchMessagesMax: 10 };
  const first = shardRig({ clock, store, limits });
  first.ask('a', { type: 'spread', count: 25 });
  await first.pass(1);
  store.release();
  first.shard.crash();
  await first.pass(10);
  const stored = [...storedMessages(rows)].flatMap(({ deliveries }) => deliveries).length;
  assert.equal(stored, 16, '9 of the 25 were handled in the batch of 10');
  const second = shardRig({ clock, store: rows, limits });
  assert.deepEqual(second.notices[0], { type: 'resumed', effects: 0, timers: 0, messages: stored });
  await second.pass(10);
  for (let n = 0; n < 25; n++) assert.equal(counters.read(rows, `a-${n}`)?.total, 1, `a-${n}`);
  assert.deepEqual([...rows.keys({ prefix: 'q/' })], []);
});

test('what waits stands in rows of many messages, which shrink as these are handled', async () => {
  const clock = new VirtualClock();
  const rows = new MemoryStore(clock);
  const store = new HeldStore(rows);
  const { ask, pass, shard } = shardRig({ clock, store, limits: { batchMessagesMax: 200 } });
  const lengths = (): number[] => [...storedMessages(rows)].map(({ deliveries }) => deliveries.length);
  const seen: number[][] = [];
  ask('a', { type: 'spread', count: 1_300 });
  for (let commits = 0; commits < 7; commits++) {
    await pass(1);
    store.release();
    seen.push(lengths());
  }
  assert.deepEqual(seen, [[500, 500, 101], [300, 500, 101], [100, 500, 101], [400, 101], [200, 101], [101], []]);
  shard.crash();
});

test('a store of before, with a row for each message that waits, is taken up', async () => {
  const clock = new VirtualClock();
  const rows = new MemoryStore(clock);
  const message = (id: string) => ({ kind: counter.kind, id, message: { type: 'add', n: 3 }, replyTo: null });
  rows.apply([
    ['q/0000000000000007', message('a')],
    ['q/0000000000000008', message('b')],
  ]);
  const { pass } = shardRig({ clock, store: rows });
  await pass();
  assert.deepEqual([counters.read(rows, 'a')?.total, counters.read(rows, 'b')?.total], [3, 3]);
  assert.deepEqual([...rows.keys({ prefix: 'q/' })], []);
});

test('whichever commit a crash comes after, all that was told is handled once', async () => {
  for (let commits = 1; commits < 12; commits++) {
    const clock = new VirtualClock();
    const rows = new MemoryStore(clock);
    const store = new HeldStore(rows);
    const limits = { batchMessagesMax: 3 };
    const first = shardRig({ clock, store, limits });
    first.ask('a', { type: 'repeat', left: 20 });
    for (let n = 0; n < commits; n++) {
      await first.pass(1);
      if (store.waiting.length > 0) store.release();
    }
    first.shard.crash();
    const second = shardRig({ clock, store: rows, limits });
    await second.pass(10);
    assert.equal(counters.read(rows, 'a')?.total, 20, `crash after ${commits} commits`);
  }
});

test('a full mailbox answers at once, and so does a full shard', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const { ask, outcomes, pass } = shardRig({
    clock,
    store,
    limits: { mailboxLengthMax: 2, shardQueueMax: 3, commitsInFlightMax: 1, retryAfterMs: 77 },
  });
  ask('z', { type: 'add', n: 1 });
  await pass(1);
  for (const id of ['a', 'a', 'a', 'b', 'b']) ask(id, { type: 'add', n: 1 });
  await pass(1);
  const full = failed({ code: 'MailboxFull', retryAfterMs: 77 });
  assert.deepEqual(outcomes, [full, full], 'the third of a, and the second of b, with the commit of z still under way');
  while (store.waiting.length > 0) {
    store.release();
    await pass(1);
  }
  assert.deepEqual(outcomes.slice(2), [ok(1), ok(1), ok(2), ok(1)]);
});

test('an ask that nobody answers ends at its deadline', async () => {
  const { ask, outcomes, pass, system } = shardRig();
  ask('a', { type: 'silent' }, 5_000);
  await pass(4_900);
  assert.deepEqual([outcomes, system.inFlight], [[], 1]);
  await pass(300);
  assert.deepEqual([outcomes, system.inFlight], [[failed({ code: 'AskTimedOut', deadlineMs: 5_000 })], 0]);
});

test('an ask of an unknown kind is refused; a tell of an actor to one becomes a dead letter', async () => {
  const gossip: AnyActorKind = {
    kind: 'counter',
    activate: () => null,
    handle(state, _message, ctx) {
      ctx.tell({ kind: 'nobody', id: 'x' }, 'hello');
      return state;
    },
  };
  const { system, ask, pass, store, outcomes } = shardRig({ kinds: [gossip] });
  void system.ask({ kind: 'nobody', id: 'x' }, {}, { deadlineMs: 1_000 }).then((outcome) => outcomes.push(outcome));
  await pass();
  assert.deepEqual(outcomes, [failed({ code: 'HandlerFailed', reason: 'There is no kind of actor nobody.' })]);
  ask('a', { type: 'read' });
  await pass();
  assert.deepEqual(
    listDeadLetters(store, { limit: 10 }).map(({ kind, message }) => [kind, message]),
    [['nobody', 'hello']],
  );
});

test('a stop handles what has arrived, answers it, refuses what comes later, and may be called twice', async () => {
  const { clock, shard, ask, outcomes, pass, store } = shardRig({ limits: { batchMessagesMax: 5 } });
  for (let n = 0; n < 12; n++) ask(`b${n}`, { type: 'add', n: 1 });
  ask('c', { type: 'spread', count: 12 });
  // The messages have arrived, and a first batch of five has been computed.
  for (let calls = 0; calls < 3; calls++) clock.step();
  assert.deepEqual([shard.stats().messages, outcomes], [5, []]);
  const stopped = Promise.all([shard.stop(), shard.stop()]);
  ask('d', { type: 'add', n: 1 });
  await pass(10);
  await stopped;
  const refused = failed({ code: 'ShardStopped' });
  assert.deepEqual(
    outcomes.filter((outcome) => Object(outcome).ok),
    [...Array(12).fill(ok(1)), ok(0)],
  );
  assert.deepEqual(
    outcomes.filter((outcome) => !Object(outcome).ok),
    [refused],
  );
  assert.equal(counters.read(store, 'd'), undefined);
  for (let n = 0; n < 12; n++) assert.equal(counters.read(store, `c-${n}`)?.total, 1);
  ask('e', { type: 'add', n: 1 });
  await pass(10);
  assert.deepEqual(outcomes.at(-1), refused);
});

test('an idle shard stops at once', async () => {
  const { shard } = shardRig();
  await shard.stop();
});

test('a failed commit stops the shard: nothing it computed leaves, and askers hear that nothing was kept', async () => {
  const clock = new VirtualClock();
  const rows = new MemoryStore(clock);
  const store = new HeldStore(rows);
  const run: string[] = [];
  const { ask, outcomes, pass, notices } = shardRig({
    clock,
    store,
    runEffect: async ({ effectId }) => {
      run.push(effectId);
      return ok(null);
    },
  });
  ask('a', { type: 'add', n: 1 });
  ask('a', { type: 'act', effectId: 'e' });
  await pass(1);
  ask('b', { type: 'add', n: 1 });
  await pass(1);
  ask('c', { type: 'add', n: 1 });
  await pass(1);
  store.fail(new Error('the disk is full'));
  await pass(100);
  const refused = failed({ code: 'StoreFailed', reason: 'the disk is full' });
  assert.deepEqual(outcomes, [refused, refused, refused, refused]);
  assert.deepEqual([run, keysOf(rows)], [[], []]);
  assert.deepEqual(notices.filter(({ type }) => type === 'storeFailed').length, 1);
});

test('actors beyond the limit leave memory, their rows remain, and the next message brings them back', async () => {
  const { ask, outcomes, pass, shard } = shardRig({ limits: { activeActorsMax: 10 } });
  for (let n = 0; n < 100; n++) {
    ask(`a${n}`, { type: 'add', n });
    await pass();
  }
  assert.ok((shard.stats().kinds['counter']?.active ?? 99) <= 10);
  outcomes.length = 0;
  for (let n = 0; n < 100; n++) ask(`a${n}`, { type: 'read' });
  await pass();
  assert.deepEqual(
    outcomes,
    Array.from({ length: 100 }, (_, n) => ok(n)),
  );
});

test('an actor that deletes its row starts anew', async () => {
  const { ask, outcomes, pass, store } = shardRig();
  ask('a', { type: 'add', n: 5 });
  ask('a', { type: 'delete' });
  ask('a', { type: 'read' });
  await pass();
  assert.deepEqual(outcomes, [ok(5), ok(5), ok(0)]);
  assert.deepEqual([...store.keys({ prefix: 'r/' }), ...store.keys({ prefix: 'x/' })], []);
});

test('an answer to an asker of an earlier process reaches nobody, also when the clock has been set back to its time', () => {
  const first = shardRig();
  const seen = new Set<number>();
  const calls = (rig: typeof first): void => {
    rig.system.connect('s0', {
      send: (message) => {
        if (message.type !== 'deliver') return;
        for (const { replyTo } of message.deliveries) if (replyTo) seen.add(replyTo.call);
      },
      onReceive: () => {},
      close: () => {},
    });
    for (let n = 0; n < 100; n++) rig.ask('a', { type: 'read' });
    rig.clock.advanceTo(rig.clock.now() + 1);
  };
  calls(first);
  calls(shardRig());
  assert.equal(seen.size, 200);
});
