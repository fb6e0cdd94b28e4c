import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type ActorKind,
  actorKinds,
  DEFAULT_SHARD_LIMITS,
  type Link,
  ok,
  protocol,
  Shard,
  seededRandom,
  type ToShard,
  table,
} from '../../runtime/index.ts';
import type { Random } from '../../runtime/random.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

/** One end of a link that loses and repeats, in order, and is dead once `close` has been called. */
interface BadLink {
  readonly left: Link<ToShard, ToShard>;
  readonly right: Link<ToShard, ToShard>;
}

function badLink(clock: VirtualClock, random: Random, { lost, repeated }: { lost: number; repeated: number }): BadLink {
  let open = true;
  const close = (): void => {
    open = false;
  };
  const end = () => {
    let receive: ((incoming: ToShard) => void) | null = null;
    return {
      onReceive: (next: (incoming: ToShard) => void) => {
        receive = next;
      },
      deliver: (message: ToShard) => {
        if (random.fraction() < lost) return;
        const times = random.fraction() < repeated ? 2 : 1;
        for (let n = 0; n < times; n++) clock.after(5, () => open && receive?.(message));
      },
    };
  };
  const [left, right] = [end(), end()];
  return {
    left: { send: right.deliver, onReceive: left.onReceive, close },
    right: { send: left.deliver, onReceive: right.onReceive, close },
  };
}

interface Log {
  readonly seen: readonly number[];
}
type Message =
  | { readonly type: 'send'; readonly from: number; readonly count: number }
  | { readonly type: 'note'; readonly n: number };

const sender = protocol<Message>('sender');
const receiver = protocol<Message>('receiver');
const logs = table<Log>({ name: 'log' });

/** Tells the receiver numbers, each in a batch of its own. */
const senderKind: ActorKind<null, Message> = {
  kind: 'sender',
  activate: () => null,
  handle(state, message, ctx) {
    if (message.type !== 'send' || message.count === 0) return state;
    ctx.tell(receiver.at('log'), { type: 'note', n: message.from });
    ctx.setTimer('next', 3, { type: 'send', from: message.from + 1, count: message.count - 1 });
    return state;
  },
};

const receiverKind: ActorKind<Log, Message> = {
  kind: 'receiver',
  table: logs,
  activate: () => ({ seen: [] }),
  handle: (state, message) => (message.type === 'note' ? { seen: [...state.seen, message.n] } : state),
};

const SEEDS = 30;
/** So many that the last ones are sent when nothing crashes any more. */
const MESSAGES = 250;

test('between two shards every message arrives once and in order, though links lose and repeat and both shards crash', async () => {
  let crashes = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seededRandom(seed);
    const clock = new VirtualClock();
    const stores = { left: new MemoryStore(clock), right: new MemoryStore(clock) };
    const start = (name: 'left' | 'right'): Shard =>
      new Shard({
        name,
        kinds: actorKinds(name === 'left' ? [senderKind] : [receiverKind]),
        store: stores[name],
        clock,
        random,
        limits: { ...DEFAULT_SHARD_LIMITS, resendAfterMs: 50, batchMessagesMax: 4, idleAfterMs: 1_000 },
        runEffect: async () => ok(null),
        shardOf: (kind) => (kind === 'sender' ? 'left' : 'right'),
        notice: () => {},
      });
    const shards = { left: start('left'), right: start('right') };
    let link: BadLink | null = null;
    const connect = (lost: number): void => {
      link?.left.close();
      link = badLink(clock, random, { lost, repeated: 0.2 });
      shards.left.connectPeer('right', link.left);
      shards.right.connectPeer('left', link.right);
    };
    connect(0.3);
    shards.left.connectClient('test', {
      send: () => {},
      close: () => {},
      onReceive: (receive) => {
        const { kind, id } = sender.at('s');
        const message = { type: 'send', from: 0, count: MESSAGES };
        receive({ type: 'deliver', deliveries: [{ kind, id, message, replyTo: null }] });
      },
    });
    clock.advanceTo(clock.now() + 1);
    for (let n = 0; n < 20; n++) {
      clock.advanceTo(clock.now() + Math.floor(random.fraction() * 40));
      const victim = random.fraction() < 0.5 ? 'left' : 'right';
      shards[victim].crash();
      crashes++;
      shards[victim] = start(victim);
      connect(0.3);
    }
    // No more crashes: the messages that are still lost now are repeated by time alone.
    await clock.advanceSettled(clock.now() + 20_000);
    const seen = logs.read(stores.right, 'log')?.seen;
    assert.deepEqual(
      seen,
      Array.from({ length: MESSAGES }, (_, n) => n),
      `seed ${seed}`,
    );
    assert.deepEqual([...stores.left.keys({ prefix: 'o/' })], [], `seed ${seed}: everything was acknowledged`);
    assert.equal(clock.nextMs, undefined, `seed ${seed}: nothing is repeated for ever`);
  }
  assert.equal(crashes, SEEDS * 20);
});
