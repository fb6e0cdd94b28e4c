import {
  type ActorKind,
  type Context,
  type EffectEnded,
  listDeadLetters,
  protocol,
  type Random,
  table,
} from '../../../runtime/index.ts';
import type { Scenario } from '../../../runtime/simulation/scenario.ts';
import type { World } from '../../../runtime/simulation/world.ts';

type Way =
  /** Counted where it is asked for. */
  | 'here'
  /** Counted at the end of a chain of tallies, mostly of other shards. */
  | 'along'
  /** The tally tells itself so often before. */
  | 'later'
  /** As `along`, and the last handler throws twice before. */
  | 'stumbling'
  /** As `along`, and the last handler always throws. */
  | 'poisonous'
  /** Does all that a handler can do, and throws. */
  | 'spoilt';

/** A client wants something counted; it asks once. */
type Count = { readonly id: string; readonly way: Way; readonly at: readonly string[] };

type TallyMessage = ({ readonly type: 'count' } & Count) | EffectEnded;

interface Tally {
  /** The ids that were counted, as often as they were. */
  readonly counted: readonly string[];
}

const TALLIES = ['a', 'b', 'c', 'd', 'e', 'f'];
const SHARDS = ['s0', 's1', 's2'];
const WAYS: readonly Way[] = ['here', 'along', 'later', 'stumbling', 'poisonous', 'spoilt'];
const OPERATIONS_MAX = 24;
/** One less than makes a dead letter. */
const STUMBLES = 2;

const tally = protocol<TallyMessage, 'taken'>('tally');
const tallies = table<Tally, 'size'>({
  name: 'tally',
  indexes: { size: ({ counted }) => [String(counted.length)] },
});

/** How often the handler has stumbled over an id: memory of the history, not of the actor. */
type Stumbles = Map<string, number>;

const tallyKind = (stumbles: Stumbles): ActorKind<Tally, TallyMessage> => ({
  kind: 'tally',
  table: tallies,
  activate: () => ({ counted: [] }),
  handle(state, message, ctx) {
    if (message.type === 'effectEnded') return state;
    const { id, way, at } = message;
    ctx.reply('taken');
    const [next, ...rest] = at;
    if (next !== undefined) {
      ctx.tell(tally.at(next), { type: 'count', id, way, at: rest });
      return state;
    }
    if (way === 'spoilt') return spoil(state, id, ctx);
    if (way === 'poisonous') throw new Error('poison');
    const stumbled = stumbles.get(id) ?? 0;
    if (way === 'stumbling' && stumbled < STUMBLES) {
      stumbles.set(id, stumbled + 1);
      throw new Error('stumbled');
    }
    return { counted: [...state.counted, id] };
  },
});

function spoil(state: Tally, id: string, ctx: Context): Tally {
  ctx.put(tallies, 'spoilt', { counted: [...state.counted, id] });
  ctx.tell(tally.at('spoilt'), { type: 'count', id, way: 'here', at: [] });
  ctx.effect({ effectId: 'spoilt', name: 'spoil', args: null, deadlineMs: 100 });
  ctx.setTimer('spoilt', 1, { type: 'count', id, way: 'here', at: [] });
  throw new Error('spoilt');
}

const shardOf = (_kind: string, id: string): string => SHARDS[id.charCodeAt(0) % SHARDS.length] ?? 's0';

function countedBy(world: World): Map<string, number> {
  const times = new Map<string, number>();
  for (const shard of SHARDS) {
    for (const { counted } of tallies.scan(world.rows(shard))) {
      for (const id of counted) times.set(id, (times.get(id) ?? 0) + 1);
    }
  }
  return times;
}

function* nothingIsCountedTwice(world: World): Iterable<string> {
  for (const [id, times] of countedBy(world)) if (times > 1) yield `${id} was counted ${times} times`;
}

/** What a handler did before it threw. */
function* nothingIsLeftOfThrows(world: World): Iterable<string> {
  for (const [id] of countedBy(world)) {
    if (id.startsWith('spoilt') || id.startsWith('poisonous')) yield `${id} was counted`;
  }
}

/** The index has exactly the rows that there are. */
function* indexesFollow(world: World): Iterable<string> {
  for (const shard of SHARDS) {
    const rows = world.rows(shard);
    const entries = [...rows.keys({ prefix: 'x/tally/size/' })].length;
    const count = [...tallies.scan(rows)].length;
    if (entries !== count) yield `${shard} has ${count} rows and ${entries} entries of their index`;
  }
}

/** Things are counted along chains of actors, by handlers that throw now and then: each at most once, and once if acknowledged. */
export const tallying: Scenario<Count> = {
  name: 'tally',
  shards: SHARDS,
  shardOf,
  draw(random: Random) {
    const upTo = (max: number): number => Math.floor(random.fraction() * max);
    return Array.from({ length: 4 + upTo(OPERATIONS_MAX - 4) }, (_, index) => {
      const way = WAYS[upTo(WAYS.length)] ?? 'here';
      const id = `${way}-${index}`;
      const start = TALLIES[upTo(TALLIES.length)] ?? 'a';
      const chain = Array.from({ length: 1 + upTo(4) }, () => TALLIES[upTo(TALLIES.length)] ?? 'a');
      if (way === 'here' || way === 'spoilt') return { id, way, at: [start] };
      return { id, way, at: way === 'later' ? [start, ...chain.map(() => start)] : [start, ...chain] };
    });
  },
  begin() {
    const acknowledged = new Map<string, Way>();
    const asked = new Set<string>();
    function* acknowledgedIsDone(world: World): Iterable<string> {
      const times = countedBy(world);
      const buried = new Map<string, number>();
      for (const shard of SHARDS) {
        for (const { message } of listDeadLetters(world.rows(shard), { limit: 1_000 })) {
          const text = JSON.stringify(message);
          for (const id of asked) if (text.includes(`"${id}"`)) buried.set(id, (buried.get(id) ?? 0) + 1);
        }
      }
      for (const [id, way] of acknowledged) {
        const isPoison = way === 'poisonous';
        const done = (isPoison ? buried : times).get(id) ?? 0;
        if (done !== 1) yield `${id} (${way}) was acknowledged, and ${isPoison ? 'buried' : 'counted'} ${done} times`;
      }
      for (const [id, graves] of buried) if (graves > 1) yield `${id} was buried ${graves} times`;
    }
    return {
      kinds: [tallyKind(new Map())],
      act: ({ effectId }) => ({ ok: false, error: { code: 'Unexpected', reason: effectId } }),
      invariants: [
        { name: 'nothing is counted twice', when: 'commit', check: nothingIsCountedTwice },
        { name: 'a handler that throws keeps nothing', when: 'commit', check: nothingIsLeftOfThrows },
        { name: 'indexes follow their rows', when: 'rest', check: indexesFollow },
        { name: 'what is acknowledged is done', when: 'rest', check: acknowledgedIsDone },
      ],
      async perform(world, operation) {
        const [start = 'a', ...at] = operation.at;
        asked.add(operation.id);
        const answer = await world.system.ask(
          tally.at(start),
          { type: 'count', ...operation, at },
          { deadlineMs: 500 },
        );
        if (!answer.ok) return;
        if (operation.way === 'spoilt')
          world.violated('a handler that throws keeps nothing', `${operation.id} was answered`);
        acknowledged.set(operation.id, operation.way);
      },
    };
  },
};
