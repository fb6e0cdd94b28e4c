import { type ActorKind, protocol, table } from '../../../runtime/index.ts';
import { explore, type Scenario, shrink, simulationOf } from '../../../runtime/simulation/index.ts';

/** What a turnstile is told; answered with how many have gone in. A client that hears nothing tells it again, with the same id. */
type Enter = { readonly type: 'enter'; readonly id: string };
/** The row of a turnstile. */
type Entered = { readonly count: number; readonly ids: readonly string[] };

const turnstile = protocol<Enter, number>('turnstile');
const turnstiles = table<Entered>({ name: 'turnstile' });

/** A careless one counts a visitor again who is told of again. */
const turnstileKind = (isCareful: boolean): ActorKind<Entered, Enter> => ({
  kind: 'turnstile',
  table: turnstiles,
  activate: () => ({ count: 0, ids: [] }),
  handle(state, { id }, ctx) {
    const isKnown = isCareful && state.ids.includes(id);
    const next = isKnown ? state : { count: state.count + 1, ids: [...state.ids, id] };
    ctx.reply(next.count);
    return next;
  },
});

/** Some visitors come to two gates, on a shard each. An operation is a visitor. */
const visitors = (isCareful: boolean): Scenario<{ readonly id: string; readonly gate: string }> => ({
  name: 'turnstile',
  shards: ['north', 'south'],
  shardOf: (_kind, id) => id,
  draw: (random) =>
    Array.from({ length: 12 }, (_, n) => ({ id: `visitor ${n}`, gate: random.fraction() < 0.5 ? 'north' : 'south' })),
  begin() {
    const entered = { north: 0, south: 0 };
    return {
      kinds: [turnstileKind(isCareful)],
      act: () => ({ ok: true, value: null }),
      invariants: [
        {
          name: 'as many were counted as went in',
          when: 'rest',
          *check(world) {
            for (const [gate, wanted] of Object.entries(entered)) {
              const count = turnstiles.read(world.rows(gate), gate)?.count ?? 0;
              if (count !== wanted) yield `${gate} counted ${count} of ${wanted}`;
            }
          },
        },
      ],
      async perform(world, { id, gate }) {
        const enter = () => world.system.ask(turnstile.at(gate), { type: 'enter', id }, { deadlineMs: 500 });
        while (!(await enter()).ok) await world.sleep(20);
        if (gate === 'north') entered.north++;
        else entered.south++;
      },
    };
  },
});

/** Looks for a history that breaks the rule, and shortens it. */
export async function run(): Promise<readonly string[]> {
  const careful = await explore(simulationOf(visitors(true)), 1, 300);
  const careless = simulationOf(visitors(false));
  const { failure } = await explore(careless, 1, 300);
  if (!failure) return ['nothing was found'];
  const { outcome } = await shrink((script) => careless.live(script), { seed: failure.seed });
  return [
    `careful: ${careful.histories} histories, ${careful.failure ? 'and a rule was broken' : 'and no rule was broken'}`,
    `careless: broke the rule that ${outcome.violations[0]?.rule}`,
    `which takes ${outcome.operations.length} operation and ${outcome.faults.length} fault`,
  ];
}
