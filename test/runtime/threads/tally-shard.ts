import { actorKinds } from '../../../runtime/actor.ts';
import { protocol } from '../../../runtime/address.ts';
import { realClock } from '../../../runtime/clock.ts';
import type { Context } from '../../../runtime/context.ts';
import { DEFAULT_SHARD_LIMITS } from '../../../runtime/limits.ts';
import type { EffectEnded, ReplyTo } from '../../../runtime/message.ts';
import { realRandom } from '../../../runtime/random.ts';
import { Shard } from '../../../runtime/shard.ts';
import { type Store, UnsafeStoreError } from '../../../runtime/store.ts';
import { table } from '../../../runtime/table.ts';
import type { OpenShard } from '../../../runtime/threads/shard-module.ts';
import { openEnvironment } from '../../../storage/lmdb-environment.ts';
import { LmdbStore } from '../../../storage/lmdb-store.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';

/**
 * A client's count, which goes up by one at a time. The client repeats a number until it is answered; each new number is told
 * to the sink on another shard, once.
 */
type TallyMessage =
  | { readonly type: 'count'; readonly n: number; readonly sink: string }
  | { readonly type: 'read' }
  /** Starts an effect that never ends by itself; answered when its deadline has passed. */
  | { readonly type: 'wait'; readonly deadlineMs: number }
  /** Does not return until the word is changed and somebody notifies. */
  | { readonly type: 'hang'; readonly word: Int32Array }
  | EffectEnded;
type SinkMessage = { readonly type: 'take'; readonly n: number } | { readonly type: 'read' };

/** What a client or a sink has seen. `wrong` counts numbers that were left out, or came twice. */
export interface Seen {
  readonly last: number;
  readonly wrong: number;
}

interface Tally extends Seen {
  readonly asker: ReplyTo | null;
}

/** Ids end in `@` and the shard that owns them. */
export const tally = protocol<TallyMessage, Seen | string>('tally');
export const sink = protocol<SinkMessage, Seen>('sink');
export const shardOf = (_kind: string, id: string): string => id.slice(id.lastIndexOf('@') + 1);

const tallies = table<Tally>({ name: 'tally' });
const sinks = table<Seen>({ name: 'sink' });

function handleTally(state: Tally, message: TallyMessage, ctx: Context): Tally {
  switch (message.type) {
    case 'count': {
      ctx.reply({ last: message.n, wrong: state.wrong });
      if (message.n === state.last) return state;
      ctx.tell(sink.at(message.sink), { type: 'take', n: message.n });
      return { ...state, last: message.n, wrong: state.wrong + (message.n === state.last + 1 ? 0 : 1) };
    }
    case 'read':
      ctx.reply({ last: state.last, wrong: state.wrong });
      return state;
    case 'wait':
      ctx.effect({ effectId: 'wait', name: 'wait', args: null, deadlineMs: message.deadlineMs });
      return { ...state, asker: ctx.asker };
    case 'hang':
      Atomics.wait(message.word, 0, 0);
      return state;
    case 'effectEnded':
      ctx.replyTo(state.asker, message.outcome.ok ? 'ended' : message.outcome.error.code);
      return { ...state, asker: null };
  }
}

function handleSink(state: Seen, message: SinkMessage, ctx: Context): Seen {
  if (message.type === 'read') {
    ctx.reply(state);
    return state;
  }
  return { last: message.n, wrong: state.wrong + (message.n === state.last + 1 ? 0 : 1) };
}

/** `file` is null: in memory. */
export interface TallyOptions {
  readonly name: string;
  readonly file: string | null;
  /** Shared memory by which a test holds openings up, or ends threads: see `Word`. */
  readonly words?: Int32Array;
}

/** What the words of a test's shared memory mean. */
export const Word = {
  /** While it is 1, this shard waits before it opens, and its event loop turns. */
  held: 0,
  /** How many openings have waited. */
  waited: 1,
  /** Once it is 1, a thread ends right after this shard has been opened in it. */
  deadly: 2,
} as const;

async function obey(words: Int32Array): Promise<void> {
  if (Atomics.load(words, Word.held) === 1) Atomics.add(words, Word.waited, 1);
  while (Atomics.load(words, Word.held) === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  if (Atomics.load(words, Word.deadly) === 1) setImmediate(() => DEATHS['throw']?.());
}

function isTallyOptions(value: unknown): value is TallyOptions {
  return typeof value === 'object' && value !== null && 'name' in value && 'file' in value;
}

/** How a thread can be made to die, by a call. */
const DEATHS: Readonly<Record<string, () => void>> = {
  throw() {
    throw new Error('thrown on purpose');
  },
  exit: () => process.exit(7),
  memory() {
    const held: number[][] = [];
    for (;;) held.push(new Array<number>(100).fill(held.length));
  },
};

/** What is to go wrong in this thread. */
const troubles = { failingCommits: 0, isFailureUnsafe: false, refusedOpenings: 0, throwAfterCommit: false };

/** Fails a commit now and then, as a full disk would; or ends the thread after one. */
function failing(store: Store): Store {
  return {
    get: (key) => store.get(key),
    range: (range) => store.range(range),
    keys: (range) => store.keys(range),
    renew: () => store.renew(),
    close: () => store.close(),
    commit(writes, done) {
      if (troubles.failingCommits > 0) {
        troubles.failingCommits--;
        const error = troubles.isFailureUnsafe
          ? new UnsafeStoreError('The disk cannot be used: on purpose')
          : new Error('The disk is full: on purpose');
        queueMicrotask(() => done(error));
      } else {
        store.commit(writes, (error) => {
          done(error);
          if (troubles.throwAfterCommit) setImmediate(() => DEATHS['throw']?.());
        });
      }
    },
  };
}

/** Counts in LMDB. Calls: a death of the thread; `throwAfterCommit`, once its replies are out; `failStore`; `failStoreUnsafely`; `failStoreAndRefuseTwice`. */
export const openShard: OpenShard = async (options, notice) => {
  if (!isTallyOptions(options)) throw new Error('no options');
  const { name, file, words } = options;
  if (words) await obey(words);
  if (troubles.refusedOpenings-- > 0) throw new Error('refused on purpose');
  const kept = file === null ? new MemoryStore(realClock) : new LmdbStore(openEnvironment(file, 'relaxed'), file);
  const shard = new Shard({
    name,
    kinds: actorKinds([
      { kind: 'tally', table: tallies, activate: () => ({ last: 0, wrong: 0, asker: null }), handle: handleTally },
      { kind: 'sink', table: sinks, activate: () => ({ last: 0, wrong: 0 }), handle: handleSink },
    ]),
    store: failing(kept),
    clock: realClock,
    random: realRandom,
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: () => new Promise(() => {}),
    shardOf,
    notice,
  });
  return {
    shard,
    async call(request) {
      const die = typeof request === 'string' ? DEATHS[request] : undefined;
      if (die) setImmediate(die);
      if (typeof request === 'string' && request.startsWith('failStore')) troubles.failingCommits = 1;
      if (request === 'failStoreUnsafely') troubles.isFailureUnsafe = true;
      if (request === 'failStoreAndRefuseTwice') troubles.refusedOpenings = 2;
      if (request === 'throwAfterCommit') troubles.throwAfterCommit = true;
      return request;
    },
    async close() {},
  };
};
