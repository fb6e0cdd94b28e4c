import assert from 'node:assert/strict';
import test from 'node:test';
import { type ActorKind, type AnyActorKind, failed, listDeadLetters, ok, table } from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { attempts, counter, counters, HeldStore, shardRig } from './shard-rig.ts';

/** An actor that writes down what it is told and when, and throws as long as `isBroken`. */
function diary() {
  const seen: string[] = [];
  const state = { isBroken: true };
  const kind: AnyActorKind = {
    kind: 'counter',
    activate: () => null,
    handle(actor, message, ctx) {
      const type = String(Object(message).type);
      seen.push(`${ctx.self.id} ${type}`);
      if (type === 'bad' && state.isBroken) throw new Error('not today');
      ctx.reply(type);
      return actor;
    },
  };
  return { seen, state, kind };
}

test('a message that fails keeps its place: later ones of its actor wait, and other actors go on', async () => {
  const { seen, kind, state } = diary();
  const { system, pass } = shardRig({ kinds: [kind], limits: { deliveryAttemptsMax: 9, retryDelayMs: 100 } });
  for (const [id, type] of [
    ['a', 'bad'],
    ['a', 'next'],
    ['b', 'other'],
  ])
    system.tell({ kind: 'counter', id: id ?? '' }, { type });
  await pass(50);
  assert.deepEqual(seen, ['a bad', 'b other']);
  system.tell({ kind: 'counter', id: 'a' }, { type: 'last' });
  system.tell({ kind: 'counter', id: 'b' }, { type: 'other' });
  await pass(100);
  assert.deepEqual(seen.slice(2), ['b other', 'a bad']);
  state.isBroken = false;
  await pass(200);
  assert.deepEqual(seen.slice(4), ['a bad', 'a next', 'a last']);
});

test('the pauses before a message is tried again double up to their limit', async () => {
  const { seen, kind } = diary();
  const clock = new VirtualClock(0);
  const at: number[] = [];
  const limits = { deliveryAttemptsMax: 6, retryDelayMs: 100, retryDelayMaxMs: 500 };
  const timed: AnyActorKind = {
    ...kind,
    handle(...parts) {
      at.push(clock.now());
      return kind.handle(...parts);
    },
  };
  const { system, pass, store } = shardRig({ clock, kinds: [timed], limits });
  system.tell(counter.at('a'), { type: 'silent' });
  await pass(1);
  at.length = 0;
  system.tell({ kind: 'counter', id: 'a' }, { type: 'bad' });
  await pass(10_000);
  assert.deepEqual(
    at.map((ms) => ms - (at[0] ?? 0)),
    [0, 100, 300, 700, 1_200, 1_700],
  );
  assert.equal(seen.length, 7);
  const [letter] = listDeadLetters(store, { limit: 1 });
  assert.deepEqual([letter?.attempts, letter?.firstAtMs, letter?.atMs], [6, at[0], at[5]]);
});

test('a message that waits to be tried again outlives a crash, with those behind it and in their order', async () => {
  const { seen, kind, state } = diary();
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const options = { clock, store, kinds: [kind], limits: { deliveryAttemptsMax: 9 } };
  const first = shardRig(options);
  for (const type of ['bad', 'next', 'last']) first.system.tell({ kind: 'counter', id: 'a' }, { type });
  await first.pass(50);
  first.shard.crash();
  state.isBroken = false;
  seen.length = 0;
  const second = shardRig(options);
  await second.pass(1);
  assert.deepEqual(seen, ['a bad', 'a next', 'a last']);
  assert.deepEqual([...store.keys({ prefix: 'q/' })], []);
});

test('a stop does not wait for a message that is tried again later: that one is kept, and asks behind it are refused', async () => {
  const { kind } = diary();
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const { system, pass, shard } = shardRig({ clock, store, kinds: [kind], limits: { retryDelayMs: 5_000 } });
  system.tell({ kind: 'counter', id: 'a' }, { type: 'bad' });
  await pass(1);
  const asked = system.ask({ kind: 'counter', id: 'a' }, { type: 'next' }, { deadlineMs: 60_000 });
  await pass(1);
  const stopped = shard.stop();
  await pass(10);
  await stopped;
  assert.deepEqual(await asked, failed({ code: 'ShardStopped' }));
  assert.equal([...store.keys({ prefix: 'q/' })].length, 1);
});

test('a kind that fails more often than the limit in a minute is told once a minute', async () => {
  const { kind } = diary();
  const { system, pass, notices } = shardRig({ kinds: [kind], limits: { failuresPerMinuteMax: 5 } });
  const fail = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n++)
      void system.ask({ kind: 'counter', id: `${n}` }, { type: 'bad' }, { deadlineMs: 1_000 });
    await pass(2_000);
  };
  const told = () => notices.filter(({ type }) => type === 'kindFailing');
  await fail(5);
  assert.deepEqual(told(), []);
  await fail(5);
  assert.deepEqual(told(), [{ type: 'kindFailing', kind: 'counter', failures: 6, lastReason: 'not today' }]);
  await pass(60_000);
  await fail(6);
  assert.equal(told().length, 2);
});

test('a dead letter is retried once: it is gone with the commit that handles the message, and not before', async () => {
  const clock = new VirtualClock();
  const rows = new MemoryStore(clock);
  const store = new HeldStore(rows);
  const { shard, system, pass } = shardRig({ clock, store, limits: { deliveryAttemptsMax: 1 } });
  attempts.count = 0;
  system.tell(counter.at('a'), { type: 'failTimes', times: 1 });
  await pass(1);
  store.release();
  await pass(1);
  assert.deepEqual([shard.stats().deadLetters, shard.stats().kinds['counter']?.deadLetters], [1, 1]);
  const [letter] = listDeadLetters(rows, { limit: 10 });
  assert.ok(letter);
  assert.deepEqual([letter.kind, letter.id, letter.attempts, letter.firstReason], ['counter', 'a', 1, 'attempt 1']);
  const answers: boolean[] = [];
  const retry = (): void => void shard.retryDeadLetter(letter.key).then((existed) => answers.push(existed));
  retry();
  retry();
  await pass(1);
  assert.deepEqual([answers, counters.read(rows, 'a')], [[], undefined]);
  while (store.waiting.length > 0) {
    store.release();
    await pass(1);
  }
  assert.deepEqual([answers, counters.read(rows, 'a')?.total], [[true, false], 1]);
  assert.deepEqual([listDeadLetters(rows, { limit: 10 }), shard.stats().deadLetters], [[], 0]);
});

test('a retry that is lost in a crash has not happened, and one that is kept is not repeated', async () => {
  for (const isKept of [false, true]) {
    const clock = new VirtualClock();
    const rows = new MemoryStore(clock);
    attempts.count = 0;
    const before = shardRig({ clock, store: rows, limits: { deliveryAttemptsMax: 1 } });
    before.system.tell(counter.at('a'), { type: 'failTimes', times: 1 });
    await before.pass(1);
    before.shard.crash();
    const store = new HeldStore(rows);
    const first = shardRig({ clock, store });
    const [letter] = listDeadLetters(rows, { limit: 1 });
    const retried = first.shard.retryDeadLetter(letter?.key ?? '').then(
      () => 'kept',
      () => 'lost',
    );
    await first.pass(1);
    if (isKept) store.release();
    first.shard.crash();
    assert.equal(await retried, isKept ? 'kept' : 'lost');
    const second = shardRig({ clock, store: rows });
    await second.pass(1);
    assert.deepEqual(
      [counters.read(rows, 'a')?.total, second.shard.stats().deadLetters],
      isKept ? [1, 0] : [undefined, 1],
    );
  }
});

test('a dead letter that is retried or dropped is gone, though the first message of that batch fails', async () => {
  const { shard, system, pass, store } = shardRig({ limits: { deliveryAttemptsMax: 1 } });
  attempts.count = 0;
  for (const id of ['a', 'b', 'c']) system.tell(counter.at(id), { type: 'failTimes', times: 4 });
  await pass(1);
  const [first, second, third] = listDeadLetters(store, { limit: 10 });
  const operated = Promise.all([shard.retryDeadLetter(first?.key ?? ''), shard.dropDeadLetter(second?.key ?? '')]);
  await pass(1);
  assert.deepEqual(await operated, [true, true]);
  const [left, again, ...more] = listDeadLetters(store, { limit: 10 });
  assert.deepEqual([left?.key, again?.id, again?.reason, more.length], [third?.key, 'a', 'attempt 4', 0]);
  assert.equal(shard.stats().deadLetters, 2);
});

test('a dead letter is dropped on request; unknown keys and a stopped shard say so', async () => {
  const { shard, system, pass, store } = shardRig({ limits: { deliveryAttemptsMax: 1 } });
  attempts.count = 0;
  for (const id of ['a', 'b', 'c']) system.tell(counter.at(id), { type: 'failTimes', times: 3 });
  await pass(1);
  const [first, ...others] = listDeadLetters(store, { limit: 10 });
  assert.deepEqual(listDeadLetters(store, { limit: 1, after: first?.key ?? '' }), others.slice(0, 1));
  const dropped = Promise.all([
    shard.dropDeadLetter(first?.key ?? ''),
    shard.dropDeadLetter('r/counter/a'),
    shard.retryDeadLetter(`d/${'9'.repeat(5_000)}`),
  ]);
  await pass(1);
  assert.deepEqual(await dropped, [true, false, false]);
  assert.deepEqual(listDeadLetters(store, { limit: 10 }), others);
  await shard.stop();
  await assert.rejects(shard.dropDeadLetter(first?.key ?? ''), /has stopped/);
});

test('no dead letter takes the place of another, also after a restart in the same millisecond', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  for (let life = 1; life <= 3; life++) {
    attempts.count = 0;
    const { shard, system, pass } = shardRig({ clock, store, limits: { deliveryAttemptsMax: 1 } });
    system.tell(counter.at(`life-${life}`), { type: 'failTimes', times: 1 });
    await pass();
    shard.crash();
  }
  assert.deepEqual(
    listDeadLetters(store, { limit: 10 }).map(({ id }) => id),
    ['life-1', 'life-2', 'life-3'],
  );
});

test('a reply to an asker that is gone, or that has given up, reaches nobody and harms nobody', async () => {
  const { system, shard, pass, outcomes, ask } = shardRig();
  const delayed: AnyActorKind = {
    kind: 'counter',
    activate: () => null,
    handle(state, message, ctx) {
      if (Object(message).type === 'ask') ctx.setTimer('later', 5_000, { type: 'later', asker: ctx.asker });
      else ctx.replyTo(Object(message).asker, 'late');
      return state;
    },
  };
  const late = shardRig({ kinds: [delayed] });
  void late.system
    .ask({ kind: 'counter', id: 'a' }, { type: 'ask' }, { deadlineMs: 1_000 })
    .then((outcome) => late.outcomes.push(outcome));
  await late.pass(20_000);
  assert.deepEqual([late.outcomes, late.system.inFlight], [[failed({ code: 'AskTimedOut', deadlineMs: 1_000 })], 0]);
  // Of a client that this shard has never heard of, such as one of an earlier process.
  shard.connectClient('other', {
    send: () => assert.fail('not this one'),
    close: () => {},
    onReceive: (receive) => {
      const replyTo = { client: 'nobody', call: 1 };
      receive({ type: 'deliver', deliveries: [{ kind: 'counter', id: 'a', message: { type: 'add', n: 1 }, replyTo }] });
    },
  });
  ask('a', { type: 'read' });
  await pass(1);
  assert.deepEqual([outcomes, system.inFlight], [[ok(1)], 0]);
});

test('a row that is deleted leaves an actor as one that has no row, whether it leaves memory or not', async () => {
  const seen: unknown[] = [];
  const counts = table<{ readonly count: number }>({ name: 'count' });
  const kind: ActorKind<{ readonly count: number } | null, { readonly type: string }> = {
    kind: 'counter',
    table: counts,
    activate: () => ({ count: 100 }),
    handle(state, { type }) {
      seen.push(state?.count);
      return type === 'delete' ? null : { count: (state?.count ?? 0) + 1 };
    },
  };
  const { system, pass, store } = shardRig({ kinds: [kind] });
  for (const type of ['add', 'delete', 'add']) system.tell({ kind: 'counter', id: 'a' }, { type });
  await pass(1);
  assert.deepEqual([seen, counts.read(store, 'a')], [[100, 101, 100], { count: 101 }]);
});

test('a message to an address for which no shard is known becomes a dead letter, and the rest of its sender stands', async () => {
  const rows = table<{ readonly type: string }>({ name: 'sent' });
  const kind: ActorKind<{ readonly type: string } | null, { readonly type: string }> = {
    kind: 'counter',
    table: rows,
    activate: () => null,
    handle(_state, message, ctx) {
      ctx.tell({ kind: 'nowhere', id: 'x' }, { type: 'lost' });
      ctx.reply('done');
      return message;
    },
  };
  const shardOf = (of: string): string => {
    if (of === 'nowhere') throw new Error('No shard has nowhere.');
    return 's0';
  };
  const { system, pass, store } = shardRig({ kinds: [kind], shardOf });
  const asked = system.ask({ kind: 'counter', id: 'a' }, { type: 'send' }, { deadlineMs: 1_000 });
  await pass(1);
  assert.deepEqual([await asked, rows.read(store, 'a')], [ok('done'), { type: 'send' }]);
  assert.deepEqual(
    listDeadLetters(store, { limit: 9 }).map(({ kind: to, reason }) => [to, reason]),
    [['nowhere', 'No shard has nowhere.']],
  );
});

test('a timer and an effect of a kind that the program no longer has become dead letters, and are not left for ever', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const first = shardRig({ clock, store, runEffect: () => new Promise(() => {}) });
  first.ask('a', { type: 'wait', name: 'later', delayMs: 50, n: 1 });
  first.ask('a', { type: 'act', effectId: 'e' });
  await first.pass(10);
  first.shard.crash();
  const other: AnyActorKind = { kind: 'other', activate: () => null, handle: (state) => state };
  const second = shardRig({ clock, store, kinds: [other] });
  await second.pass(100);
  assert.deepEqual([...store.keys({ prefix: 't/' }), ...store.keys({ prefix: 'e/' })], []);
  assert.equal(listDeadLetters(store, { limit: 9 }).length, 2);
  const { timers, effectsInFlight } = second.shard.stats();
  assert.deepEqual([timers, effectsInFlight], [0, 0]);
});

test('when there are too many dead letters the oldest are dropped, and that is told', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const limits = { deliveryAttemptsMax: 1 };
  const bury = async (rig: ReturnType<typeof shardRig>, ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      attempts.count = 0;
      rig.system.tell(counter.at(id), { type: 'failTimes', times: 1 });
      await rig.pass(1);
    }
  };
  const kept = (): string[] => listDeadLetters(store, { limit: 99 }).map(({ id }) => id);
  const first = shardRig({ clock, store, limits: { ...limits, deadLettersMax: 4 } });
  await bury(first, ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(kept(), ['b', 'c', 'd', 'e']);
  const told = first.notices.flatMap((notice) => (notice.type === 'deadLetter' ? [notice.dropped] : []));
  assert.deepEqual(told, [0, 0, 0, 0, 1]);
  first.shard.crash();
  const second = shardRig({ clock, store, limits: { ...limits, deadLettersMax: 2 } });
  await bury(second, ['f']);
  assert.deepEqual([kept(), second.shard.stats().deadLetters], [['e', 'f'], 2]);
});

test('an effect without a deadline is a mistake of its handler, and nothing of it is kept', async () => {
  const kind: AnyActorKind = {
    kind: 'counter',
    activate: () => null,
    handle(state, _message, ctx) {
      ctx.effect({ effectId: 'e', name: 'act', args: null, deadlineMs: Number.POSITIVE_INFINITY });
      ctx.reply('asked for');
      return state;
    },
  };
  const { system, pass, store } = shardRig({ kinds: [kind], runEffect: () => new Promise(() => {}) });
  const asked = system.ask({ kind: 'counter', id: 'a' }, { type: 'act' }, { deadlineMs: 1_000 });
  await pass(1);
  const outcome = await asked;
  assert.equal(outcome.ok ? 'done' : outcome.error.code, 'HandlerFailed');
  assert.deepEqual([...store.keys({ prefix: 'e/' })], []);
});

test('an actor that always fails does not fill its shard: beyond the limit of its mailbox nothing is tried again', async () => {
  const kind: AnyActorKind = {
    kind: 'counter',
    activate: () => null,
    handle(state, message, ctx) {
      if (Object(message).type === 'bad') throw new Error('never');
      for (let n = 0; n < 100; n++) ctx.tell({ kind: 'counter', id: 'broken' }, { type: 'bad' });
      return state;
    },
  };
  const { system, pass, shard } = shardRig({ kinds: [kind], limits: { mailboxLengthMax: 5 } });
  system.tell({ kind: 'counter', id: 'a' }, { type: 'spread' });
  await pass(1);
  const { queued, deadLetters } = shard.stats();
  assert.deepEqual([queued, deadLetters], [5, 95]);
});
