import { type ActorKind, protocol, type Random, table } from '../../../runtime/index.ts';
import type { Scenario } from '../../../runtime/simulation/scenario.ts';
import type { World } from '../../../runtime/simulation/world.ts';

/** A client wants an end to send some lines to others; repeated with the same id until it is acknowledged. */
type Send = { readonly id: string; readonly from: string; readonly to: readonly string[] };

type EndMessage =
  | ({ readonly type: 'send' } & Send)
  /** The n-th line from another end. */
  | { readonly type: 'line'; readonly from: string; readonly number: number }
  /** The other end has had so many of our lines. */
  | { readonly type: 'had'; readonly by: string; readonly number: number };

interface End {
  readonly done: readonly string[];
  readonly sent: Readonly<Record<string, number>>;
  readonly taken: Readonly<Record<string, number>>;
  readonly confirmed: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
}

const ENDS = ['a', 'b', 'c', 'd'];
const SHARDS = ['s0', 's1'];
const OPERATIONS_MAX = 12;
const LINES_MAX = 8;
/** Every so many lines the handler throws twice before it takes one: those behind it must wait. */
const STUMBLES_EVERY = 5;
const STUMBLES = 2;

const end = protocol<EndMessage, { readonly sent: number }>('end');
const ends = table<End>({ name: 'end' });

/** How often the handler has stumbled over a line: memory of the history, not of the actor. */
type Stumbles = Map<string, number>;

const endKind = (stumbles: Stumbles): ActorKind<End, EndMessage> => ({
  kind: 'end',
  table: ends,
  activate: () => ({ done: [], sent: {}, taken: {}, confirmed: {}, wrong: [] }),
  handle(state, message, ctx) {
    const self = ctx.self.id;
    switch (message.type) {
      case 'send': {
        if (state.done.includes(message.id)) {
          ctx.reply({ sent: state.done.length });
          return state;
        }
        const sent: Record<string, number> = { ...state.sent };
        for (const to of message.to) {
          const number = (sent[to] ?? 0) + 1;
          sent[to] = number;
          ctx.tell(end.at(to), { type: 'line', from: self, number });
        }
        ctx.reply({ sent: state.done.length + 1 });
        return { ...state, sent, done: [...state.done, message.id] };
      }
      case 'line': {
        const line = `${message.from}>${self} ${message.number}`;
        const stumbled = stumbles.get(line) ?? 0;
        if (message.number % STUMBLES_EVERY === 0 && stumbled < STUMBLES) {
          stumbles.set(line, stumbled + 1);
          throw new Error('stumbled');
        }
        ctx.tell(end.at(message.from), { type: 'had', by: self, number: message.number });
        return { ...state, ...next(state, 'taken', message.from, message.number) };
      }
      case 'had':
        return { ...state, ...next(state, 'confirmed', message.by, message.number) };
    }
  },
});

function next(state: End, field: 'taken' | 'confirmed', from: string, number: number): Partial<End> {
  const expected = (state[field][from] ?? 0) + 1;
  if (number !== expected) return { wrong: [...state.wrong, `${field} ${number} of ${from}, not ${expected}`] };
  return { [field]: { ...state[field], [from]: number } };
}

const shardOf = (_kind: string, id: string): string => SHARDS[id.charCodeAt(0) % SHARDS.length] ?? 's0';
const read = (world: World, id: string): End | undefined => ends.read(world.rowsOf('end', id), id);

function* linesAreInOrder(world: World): Iterable<string> {
  for (const id of ENDS) for (const wrong of read(world, id)?.wrong ?? []) yield `${id}: ${wrong}`;
}

function* allIsConfirmed(world: World): Iterable<string> {
  for (const id of ENDS) {
    const { sent = {}, confirmed = {} } = read(world, id) ?? {};
    for (const [to, number] of Object.entries(sent)) {
      if (confirmed[to] !== number) yield `${id} sent ${number} lines to ${to}, and ${confirmed[to]} were confirmed`;
    }
  }
}

/** Lines go to and fro between actors, in and between shards: each comes once, and in the order in which they were sent. */
export const channels: Scenario<Send> = {
  name: 'channels',
  shards: SHARDS,
  shardOf,
  draw(random: Random) {
    const upTo = (max: number): number => Math.floor(random.fraction() * max);
    return Array.from({ length: 2 + upTo(OPERATIONS_MAX - 2) }, (_, index) => ({
      id: `m${index}`,
      from: ENDS[upTo(ENDS.length)] ?? 'a',
      to: Array.from({ length: 1 + upTo(LINES_MAX) }, () => ENDS[upTo(ENDS.length)] ?? 'b'),
    }));
  },
  begin() {
    return {
      kinds: [endKind(new Map())],
      act: () => ({ ok: true, value: null }),
      invariants: [
        { name: 'lines come once and in order', when: 'commit', check: linesAreInOrder },
        { name: 'every line arrives', when: 'rest', check: allIsConfirmed },
      ],
      async perform(world, operation) {
        for (;;) {
          const answer = await world.system.ask(
            end.at(operation.from),
            { type: 'send', ...operation },
            { deadlineMs: 500 },
          );
          if (answer.ok) {
            const stored = read(world, operation.from)?.done.length ?? 0;
            if (stored < answer.value.sent) {
              world.violated('what is acknowledged is stored', `${answer.value.sent} sent, ${stored} stored`);
            }
            return;
          }
          await world.sleep(20);
        }
      },
    };
  },
};
