import assert from 'node:assert/strict';
import test from 'node:test';
import { Activations } from '../../runtime/activations.ts';
import { type AnyActorKind, actorKinds, DEFAULT_SHARD_LIMITS, failed, type Link, ok } from '../../runtime/index.ts';
import { KindMeter } from '../../runtime/kind-meter.ts';
import { newLetter } from '../../runtime/mailbox.ts';
import { RunQueue } from '../../runtime/run-queue.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import type { Delivery, ToShard } from '../../runtime/transport.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { counters, HeldStore, shardRig } from './shard-rig.ts';

/** The far end of a link of a shard, played by the test. */
function playedPeer(): {
  readonly link: Link<ToShard, ToShard>;
  readonly sent: ToShard[];
  give(message: ToShard): void;
} {
  const sent: ToShard[] = [];
  let receive: (incoming: ToShard) => void = () => {};
  return {
    sent,
    give: (message) => receive(message),
    link: {
      send: (message) => sent.push(message),
      onReceive: (next) => {
        receive = next;
      },
      close: () => {},
    },
  };
}

const addTo = (id: string): Delivery => ({ kind: 'counter', id, message: { type: 'add', n: 1 }, replyTo: null });

const numbered = (from: number, count: number): ToShard => ({
  type: 'numbered',
  from: 'peer',
  epoch: 'e1',
  acknowledged: 0,
  messages: Array.from({ length: count }, (_, n) => ({ sequence: from + n, delivery: addTo(`p${(from + n) % 10}`) })),
});

test('ten times as many messages as a shard may hold do not lengthen its queue: callers are told when to come again', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const limits = { shardQueueMax: 100, peerQueueReserve: 20, mailboxLengthMax: 30, commitsInFlightMax: 1 };
  const { shard, ask, outcomes, pass } = shardRig({ clock, store, limits });
  const { link, give, sent } = playedPeer();
  shard.connectPeer('peer', link);
  // A commit that does not end holds all batches up.
  ask('z', { type: 'add', n: 1 });
  await pass(1);
  for (let n = 0; n < 1_000; n++) ask(`a${n % 50}`, { type: 'add', n: 1 });
  await pass(1);
  assert.equal(shard.stats().queued, 100);
  assert.deepEqual(outcomes, Array(900).fill(failed({ code: 'MailboxFull', retryAfterMs: 1_000 })));
  assert.equal(shard.stats().kinds['counter']?.refused, 900);
  give(numbered(1, 1_000));
  await pass(1);
  assert.equal(shard.stats().queued, 120, 'other shards have a reserve');
  assert.ok((shard.stats().kinds['counter']?.active ?? 0) <= 61, 'nor is anything made for what was refused');
  const acknowledged = () =>
    sent.flatMap((message) => (message.type === 'acknowledge' ? [[message.sequence, message.more]] : []));
  while (store.waiting.length > 0) {
    store.release();
    await pass(1);
  }
  assert.deepEqual(acknowledged(), [[20, true]], 'what there was no room for is not acknowledged, but asked for again');
  assert.equal(outcomes.length, 1_001);
  // The sender goes on after what was taken.
  give(numbered(21, 50));
  await pass(1);
  while (store.waiting.length > 0) {
    store.release();
    await pass(1);
  }
  assert.deepEqual(acknowledged().at(-1), [70, false]);
  const taken = Array.from({ length: 10 }, (_, n) => counters.read(store, `p${n}`)?.total ?? 0);
  assert.deepEqual([taken.reduce((a, b) => a + b), shard.stats().queued], [70, 0]);
});

test('a shard whose outbox is full takes no more asks until another shard has taken from it', async () => {
  const teller: AnyActorKind = {
    kind: 'counter',
    activate: () => null,
    handle(state, _message, ctx) {
      ctx.tell({ kind: 'elsewhere', id: 'x' }, { type: 'note' });
      ctx.reply('told');
      return state;
    },
  };
  const shardOf = (kind: string): string => (kind === 'elsewhere' ? 'peer' : 's0');
  const limits = { outboxLengthMax: 3, peerInFlightMax: 2 };
  const { shard, ask, outcomes, pass, store } = shardRig({ kinds: [teller], shardOf, limits });
  const { link, give, sent } = playedPeer();
  shard.connectPeer('peer', link);
  for (let n = 0; n < 5; n++) {
    ask('a', { type: 'read' });
    await pass(1);
  }
  const full = failed({ code: 'MailboxFull', retryAfterMs: 1_000 });
  assert.deepEqual(outcomes, [ok('told'), ok('told'), ok('told'), full, full]);
  const [first, ...others] = sent;
  assert.ok(first?.type === 'numbered');
  assert.equal([first, ...others].length, 2, 'no more are on their way than may be');
  assert.deepEqual(shard.stats().outbox, { peer: 3 });
  give({ type: 'acknowledge', from: 'peer', epoch: first.epoch, sequence: 2, more: false });
  await pass(1);
  ask('a', { type: 'read' });
  await pass(1);
  assert.deepEqual(outcomes.at(-1), ok('told'));
  assert.equal([...store.keys({ prefix: 'o/' })].length, 2);
});

test('a shard with too many effects pending takes no more asks, but what ends them', async () => {
  const ends: (() => void)[] = [];
  const { ask, outcomes, pass } = shardRig({
    limits: { effectsPendingMax: 2 },
    runEffect: () => new Promise((resolve) => ends.push(() => resolve(ok(null)))),
  });
  for (const id of ['a', 'b', 'c']) {
    ask(id, { type: 'act', effectId: 'e' });
    await pass(1);
  }
  assert.deepEqual(outcomes.slice(2), [failed({ code: 'MailboxFull', retryAfterMs: 1_000 })]);
  ends[0]?.();
  await pass(1);
  ask('c', { type: 'act', effectId: 'e' });
  await pass(1);
  assert.deepEqual(outcomes[3], ok(0));
});

test('the ends of effects, timers and what the program marks pass ahead of what users have sent', async () => {
  const clock = new VirtualClock();
  const store = new HeldStore(new MemoryStore(clock));
  const seen: string[] = [];
  const kind: AnyActorKind = {
    kind: 'counter',
    activate: () => null,
    handle(state, message, ctx) {
      const type = String(Object(message).type);
      seen.push(`${ctx.self.id} ${type}`);
      if (type === 'start') {
        ctx.effect({ effectId: 'e', name: 'act', args: null, deadlineMs: 60_000 });
        ctx.setTimer('t', 10, { type: 'timer' });
      }
      ctx.put(counters, `row-${seen.length}`, { total: 0, ends: [] });
      ctx.reply(null);
      return state;
    },
  };
  let end: () => void = () => {};
  const { system, pass } = shardRig({
    clock,
    store,
    kinds: [kind],
    limits: { commitsInFlightMax: 1, mailboxLengthMax: 3 },
    runEffect: () =>
      new Promise((resolve) => {
        end = () => resolve(ok(null));
      }),
  });
  const tell = (id: string, type: string): void => system.tell({ kind: 'counter', id }, { type });
  tell('a', 'start');
  await pass(1);
  store.release();
  await pass(1);
  tell('z', 'hold');
  await pass(1);
  seen.length = 0;
  for (const id of ['b', 'a']) for (const n of [1, 2, 3]) tell(id, `user ${n}`);
  await pass(20);
  end();
  const asked = system.ask({ kind: 'counter', id: 'a' }, { type: 'marked' }, { deadlineMs: 1_000, isSystem: true });
  await pass(1);
  store.release();
  await pass(1);
  const users = ['b user 1', 'b user 2', 'b user 3', 'a user 1', 'a user 2', 'a user 3'];
  assert.deepEqual(seen, ['a timer', 'a effectEnded', 'a marked', ...users]);
  store.release();
  await pass(1);
  assert.deepEqual(await asked, ok(null), 'also though the mailbox was full');
});

test('the limits that are set by default are finite, but for none', () => {
  for (const [name, value] of Object.entries(DEFAULT_SHARD_LIMITS))
    assert.ok(value > 0 && Number.isFinite(value), name);
});

test('a stream of letters of the system that never ends does not shut users out', () => {
  const kind: AnyActorKind = { kind: 'k', activate: () => null, handle: (state) => state };
  const rows = new MemoryStore(new VirtualClock());
  const activations = new Activations(actorKinds([kind]), rows, new Map([['k', new KindMeter()]]));
  const queue = new RunQueue(() => {});
  const put = (id: string, isSystem: boolean): void => {
    const activation = activations.find('k', id);
    assert.ok(activation);
    queue.put(activation, newLetter('tell', isSystem, null, null, null, isSystem));
  };
  const seen: unknown[] = [];
  for (let n = 0; n < 10; n++) put(`busy-${n}`, true);
  put('user', false);
  for (let batch = 1; batch <= 10; batch++) {
    const handled = queue.run(batch, 16, {
      handle({ id }, { message }) {
        // Whatever is handled of the system makes more of it.
        if (message === true) put(id, true);
        else seen.push(batch);
        return 'handled';
      },
      handleMessage: () => 'handled',
    });
    assert.equal(handled, 16);
  }
  assert.equal(seen.length, 1);
});
