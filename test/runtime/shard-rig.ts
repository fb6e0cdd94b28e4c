import type { ActorKind } from '../../runtime/actor.ts';
import type { EffectAtOnce } from '../../runtime/effect.ts';
import {
  ActorSystem,
  type AnyActorKind,
  actorKinds,
  type Context,
  DEFAULT_SHARD_LIMITS,
  type EffectEnded,
  type EffectRunner,
  type KeyRange,
  localLink,
  ok,
  protocol,
  Shard,
  type ShardLimits,
  type ShardNotice,
  type Store,
  seededRandom,
  type ToClient,
  type ToShard,
  table,
  type Write,
} from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

/** A store whose commits wait until the test lets them through or fails them. */
export class HeldStore implements Store {
  readonly rows: MemoryStore;
  readonly waiting: { readonly writes: readonly Write[]; readonly done: (error: Error | null) => void }[] = [];
  constructor(rows: MemoryStore) {
    this.rows = rows;
  }
  get = (key: string) => this.rows.get(key);
  range = (range: KeyRange) => this.rows.range(range);
  keys = (range: KeyRange) => this.rows.keys(range);
  renew(): void {}
  commit(writes: readonly Write[], done: (error: Error | null) => void): void {
    this.waiting.push({ writes, done });
  }
  /** Makes the oldest commit durable. */
  release(): void {
    const next = this.waiting.shift();
    if (!next) throw new Error('No commit waits.');
    this.rows.apply(next.writes);
    next.done(null);
  }
  fail(error: Error): void {
    for (const { done } of this.waiting.splice(0)) done(error);
  }
  async close(): Promise<void> {}
}

/** The actor of these tests: adds numbers, and does with its context what it is told. */
export type CounterMessage =
  | { readonly type: 'add'; readonly n: number }
  | { readonly type: 'addBy'; readonly n: number; readonly answerAs: 'counter' }
  | { readonly type: 'read' }
  /** Tells another counter to add; answered after that is stored. */
  | { readonly type: 'give'; readonly to: string; readonly n: number }
  /** Does everything a handler can do, and then throws. */
  | { readonly type: 'spoil' }
  /** Throws while the row says so. */
  | { readonly type: 'failTimes'; readonly times: number }
  /** Tells itself so often, one message at a time. */
  | { readonly type: 'repeat'; readonly left: number }
  /** Tells itself so often, all at once. */
  | { readonly type: 'spread'; readonly count: number }
  | { readonly type: 'act'; readonly effectId: string }
  | { readonly type: 'unact'; readonly effectId: string }
  | { readonly type: 'wait'; readonly name: string; readonly delayMs: number; readonly n: number }
  | { readonly type: 'unwait'; readonly name: string }
  | { readonly type: 'silent' }
  | { readonly type: 'delete' }
  | EffectEnded;

export interface Counter {
  readonly total: number;
  readonly ends: readonly string[];
}

export const counter = protocol<CounterMessage, number>('counter');
export const counters = table<Counter, 'total'>({
  name: 'counter',
  indexes: { total: ({ total }) => [String(total)] },
});

/** How often `failTimes` has been tried: memory of the test, not of the actor. */
export const attempts = { count: 0 };

function handle(state: Counter | undefined, message: CounterMessage, ctx: Context): Counter | undefined {
  const { total, ends } = state ?? { total: 0, ends: [] };
  const to = (n: number): Counter => ({ total: total + n, ends });
  switch (message.type) {
    case 'add':
    case 'addBy':
      ctx.reply(total + message.n);
      return to(message.n);
    case 'read':
      ctx.reply(total);
      return state;
    case 'give':
      ctx.tell(counter.at(message.to), { type: 'add', n: message.n });
      ctx.reply(total);
      return state;
    case 'spoil':
      ctx.put(counters, 'spoilt', { total: 1, ends: [] });
      ctx.tell(counter.at('spoilt'), { type: 'add', n: 1 });
      ctx.effect({ effectId: 'spoilt', name: 'spoil', args: null, deadlineMs: 1 });
      ctx.setTimer('spoilt', 1, { type: 'add', n: 1 });
      ctx.reply(1);
      throw new Error('spoilt');
    case 'failTimes':
      if (++attempts.count <= message.times) throw new Error(`attempt ${attempts.count}`);
      return to(1);
    case 'repeat':
      if (message.left > 1) ctx.tell(counter.at(ctx.self.id), { type: 'repeat', left: message.left - 1 });
      ctx.reply(total);
      return to(1);
    case 'spread':
      for (let n = 0; n < message.count; n++) ctx.tell(counter.at(`${ctx.self.id}-${n}`), { type: 'add', n: 1 });
      ctx.reply(total);
      return state;
    case 'act':
      ctx.effect({ effectId: message.effectId, name: 'act', args: { total }, deadlineMs: 1_000 });
      ctx.reply(total);
      return state;
    case 'unact':
      ctx.cancelEffect(message.effectId);
      ctx.reply(total);
      return state;
    case 'wait':
      ctx.setTimer(message.name, message.delayMs, { type: 'add', n: message.n });
      ctx.reply(total);
      return state;
    case 'unwait':
      ctx.cancelTimer(message.name);
      ctx.reply(total);
      return state;
    case 'silent':
      return state;
    case 'delete':
      ctx.reply(total);
      return undefined;
    case 'effectEnded': {
      const { effectId, outcome } = message;
      return { total, ends: [...ends, `${effectId} ${outcome.ok ? 'ok' : outcome.error.code}`] };
    }
  }
}

const counterKind: ActorKind<Counter | undefined, CounterMessage> = {
  kind: 'counter',
  table: counters,
  activate: () => undefined,
  handle,
};

export interface RigOptions {
  readonly store?: Store;
  readonly clock?: VirtualClock;
  readonly limits?: Partial<ShardLimits>;
  readonly runEffect?: EffectRunner;
  readonly effectAtOnce?: EffectAtOnce;
  readonly effectLimits?: Readonly<Record<string, number>>;
  readonly kinds?: readonly AnyActorKind[];
  readonly shardOf?: (kind: string) => string;
}

/** One shard and a client, in virtual time. */
export function shardRig(options: RigOptions = {}) {
  const clock = options.clock ?? new VirtualClock();
  const store = options.store ?? new MemoryStore(clock);
  const notices: ShardNotice[] = [];
  const shard = new Shard({
    name: 's0',
    kinds: actorKinds(options.kinds ?? [counterKind]),
    store,
    clock,
    random: seededRandom(1),
    limits: { ...DEFAULT_SHARD_LIMITS, ...options.limits },
    runEffect: options.runEffect ?? (async () => ok(null)),
    shardOf: options.shardOf ?? (() => 's0'),
    ...(options.effectAtOnce ? { effectAtOnce: options.effectAtOnce } : {}),
    ...(options.effectLimits ? { effectLimits: options.effectLimits } : {}),
    notice: (notice) => notices.push(notice),
  });
  const { near, far } = localLink<ToShard, ToClient>(clock);
  shard.connectClient('front', far);
  const system = new ActorSystem({ client: 'front', clock, shardOf: () => 's0', asksInFlightMax: 100_000 });
  system.connect('s0', near);
  const outcomes: unknown[] = [];
  /** Asks without waiting; what it is answered stands in `outcomes`. */
  const ask = (id: string, message: CounterMessage, deadlineMs = 60_000): void => {
    void system.ask(counter.at(id), message, { deadlineMs }).then((outcome) => outcomes.push(outcome));
  };
  /** Lets everything happen that is due within so many milliseconds. */
  const pass = (ms = 0): Promise<number> => clock.advanceSettled(clock.now() + ms);
  return { clock, store, shard, system, notices, outcomes, ask, pass };
}
