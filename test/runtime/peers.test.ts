import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type ActorKind,
  actorKinds,
  DEFAULT_SHARD_LIMITS,
  localLink,
  ok,
  protocol,
  Shard,
  type ShardNotice,
  seededRandom,
  type ToShard,
  table,
} from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

interface Log {
  readonly seen: readonly number[];
}
type Message = { readonly type: 'send'; readonly n: number } | { readonly type: 'note'; readonly n: number };

const sender = protocol<Message>('sender');
const receiver = protocol<Message>('receiver');
const logs = table<Log>({ name: 'log' });

const senderKind: ActorKind<null, Message> = {
  kind: 'sender',
  activate: () => null,
  handle(state, { n }, ctx) {
    ctx.tell(receiver.at('log'), { type: 'note', n });
    return state;
  },
};

const receiverKind: ActorKind<Log, Message> = {
  kind: 'receiver',
  table: logs,
  activate: () => ({ seen: [] }),
  handle: (state, { n }) => ({ seen: [...state.seen, n] }),
};

type Name = 'left' | 'right';

/** Two shards: the left one tells numbers to the right one. Their stores can be copied and put back, as backups are. */
function twoShards() {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const stores = { left: new MemoryStore(clock), right: new MemoryStore(clock) };
  const notices: ShardNotice[] = [];
  const crossed: ToShard[] = [];
  const start = (name: Name): Shard =>
    new Shard({
      name,
      kinds: actorKinds(name === 'left' ? [senderKind] : [receiverKind]),
      store: stores[name],
      clock,
      random,
      limits: { ...DEFAULT_SHARD_LIMITS, resendAfterMs: 50 },
      runEffect: async () => ok(null),
      shardOf: (kind) => (kind === 'sender' ? 'left' : 'right'),
      notice: (notice) => notice.type !== 'resumed' && notices.push(notice),
    });
  const shards = { left: start('left'), right: start('right') };
  let cut: () => void = () => {};
  const connect = (): void => {
    cut();
    const { near, far } = localLink<ToShard, ToShard>(clock);
    cut = near.close;
    shards.left.connectPeer('right', {
      ...near,
      send: (message) => near.send(crossed[crossed.push(message) - 1] ?? message),
    });
    shards.right.connectPeer('left', far);
  };
  connect();
  return {
    notices,
    crossed,
    shards,
    stores,
    clock,
    cut: () => cut(),
    connect,
    /** Tells the left shard to send these numbers. */
    send(...numbers: number[]): void {
      shards.left.connectClient('test', {
        send: () => {},
        close: () => {},
        onReceive: (receive) => {
          const { kind, id } = sender.at('s');
          const deliveries = numbers.map((n) => ({ kind, id, message: { type: 'send', n }, replyTo: null }));
          receive({ type: 'deliver', deliveries });
        },
      });
    },
    async pass(ms = 1_000): Promise<void> {
      await clock.advanceSettled(clock.now() + ms);
    },
    copy: (name: Name) => [...stores[name].range({ prefix: '' })],
    /** Ends a shard and starts it again, from what was copied or from what it has stored. */
    restart(name: Name, rows?: readonly { readonly key: string; readonly value: unknown }[]): void {
      shards[name].crash();
      if (rows) {
        stores[name] = new MemoryStore(clock);
        stores[name].apply(rows.map(({ key, value }) => [key, value] as const));
      }
      shards[name] = start(name);
      connect();
    },
    seen: () => logs.read(stores.right, 'log')?.seen ?? [],
    left: () => [...stores.left.keys({ prefix: 'o/' })],
  };
}

test('after a restart nothing is sent before the other side has said what it has taken, and nothing twice', async () => {
  const { send, pass, restart, seen, crossed, left, notices } = twoShards();
  send(1, 2);
  await pass();
  crossed.length = 0;
  restart('left');
  send(3);
  await pass();
  assert.deepEqual(
    crossed.map((message) => message.type === 'numbered' && message.messages.length),
    [0, 0, 1],
  );
  assert.deepEqual([seen(), left(), notices], [[1, 2, 3], [], []]);
});

test('a sender whose store went back is told so, and what it sends from then on arrives', async () => {
  const { send, pass, restart, seen, copy, notices, left } = twoShards();
  send(1);
  await pass();
  const backup = copy('left');
  send(2, 3, 4);
  await pass();
  restart('left', backup);
  // More than the other side has seen of it, before it hears anything: with the old numbers three of them were dropped.
  send(11, 12, 13, 14, 15);
  await pass();
  assert.deepEqual(seen(), [1, 2, 3, 4, 11, 12, 13, 14, 15]);
  assert.deepEqual(notices, [
    { type: 'outboxRestarted', peer: 'right', lastSent: 6 },
    { type: 'peerRestarted', peer: 'left', lastTaken: 4 },
  ]);
  send(16);
  await pass();
  assert.deepEqual([seen().at(-1), left()], [16, []]);
});

test('what a restored store has in its outbox was taken before, and is not sent again', async () => {
  const { send, pass, restart, seen, copy, cut, connect, left } = twoShards();
  send(1);
  await pass();
  cut();
  send(2, 3);
  await pass();
  const backup = copy('left');
  connect();
  send(4);
  await pass();
  restart('left', backup);
  cut();
  send(11);
  await pass();
  // It dies once more before it hears of the other side.
  restart('left');
  await pass();
  assert.deepEqual([seen(), left()], [[1, 2, 3, 4, 11], []]);
});

test('a store that is restored twice from one backup is understood twice', async () => {
  const { send, pass, restart, seen, copy } = twoShards();
  send(1);
  await pass();
  const backup = copy('left');
  send(2);
  await pass();
  for (const n of [11, 12]) {
    restart('left', backup);
    send(n);
    await pass();
  }
  assert.deepEqual(seen(), [1, 2, 11, 12]);
});

test('a new store in the place of a sender starts from the beginning', async () => {
  const { send, pass, restart, seen, notices } = twoShards();
  send(1, 2);
  await pass();
  restart('left', []);
  send(3);
  await pass();
  assert.deepEqual([seen(), notices], [[1, 2, 3], [{ type: 'peerRestarted', peer: 'left', lastTaken: 2 }]]);
});

test('a receiver whose store went back says what it has lost, and takes what comes after', async () => {
  const { send, pass, restart, seen, copy, notices } = twoShards();
  send(1);
  await pass();
  const backup = copy('right');
  send(2, 3);
  await pass();
  restart('right', backup);
  send(4);
  await pass();
  assert.deepEqual([seen(), notices], [[1, 4], [{ type: 'messagesLost', peer: 'left', count: 2 }]]);
});

test('repeated messages and those after a gap are not taken; what is missing is taken when it comes', async () => {
  const { shards, pass, seen } = twoShards();
  let give: (message: ToShard) => void = () => {};
  const acknowledged: unknown[] = [];
  shards.right.connectPeer('third', {
    send: (message) => acknowledged.push(message.type === 'acknowledge' ? message.sequence : message.type),
    close: () => {},
    onReceive: (receive) => {
      give = receive;
    },
  });
  const numbered = (...sequences: number[]): ToShard => ({
    type: 'numbered',
    from: 'third',
    epoch: 'e',
    acknowledged: 0,
    messages: sequences.map((sequence) => ({
      sequence,
      delivery: { kind: 'receiver', id: 'log', message: { type: 'note', n: sequence }, replyTo: null },
    })),
  });
  for (const message of [numbered(1, 2), numbered(1, 2), numbered(4, 5), numbered(3), numbered(4)]) {
    give(message);
    await pass(1);
  }
  assert.deepEqual(
    [seen(), acknowledged],
    [
      [1, 2, 3, 4],
      [2, 2, 2, 3, 4],
    ],
  );
});
