import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ActorKind, protocol, table } from '../../../runtime/index.ts';
import {
  CALM,
  explore,
  failureReport,
  type HistoryScript,
  liveThrough,
  type Scenario,
  shrink,
  simulationOf,
} from '../../../runtime/simulation/index.ts';
import { run } from './turnstile.example.ts';

const SIMULATION = join(import.meta.dirname, '../../../runtime/simulation');

type Message = { readonly type: 'put'; readonly n: number };
type Kept = { readonly last: number };

const box = protocol<Message, number>('box');
const boxes = table<Kept>({ name: 'box' });

/** A box keeps the last of some numbers. One with a bug forgets to store every fifth. */
const boxKind = (hasBug: boolean): ActorKind<Kept, Message> => ({
  kind: 'box',
  table: boxes,
  activate: () => ({ last: 0 }),
  handle(state, { n }, ctx) {
    ctx.reply(n);
    return hasBug && n % 5 === 0 ? state : { last: n };
  },
});

const puts = (hasBug: boolean, rates = CALM): Scenario<number> => ({
  name: 'box',
  shards: ['one'],
  shardOf: () => 'one',
  rates,
  draw: () => Array.from({ length: 16 }, (_, index) => index + 1),
  begin: () => ({
    kinds: [boxKind(hasBug)],
    act: () => ({ ok: true, value: null }),
    invariants: [],
    async perform(world, n) {
      const answer = await world.system.ask(box.at(`b${n}`), { type: 'put', n }, { deadlineMs: 500 });
      const last = boxes.read(world.rows('one'), `b${n}`)?.last ?? 0;
      if (answer.ok && last !== n) world.violated('what is answered is stored', `${n} is ${last}`);
    },
  }),
});

test('the example in the README does what the README says, and is the one that is tested', async () => {
  const readme = readFileSync(join(SIMULATION, 'README.md'), 'utf8');
  const example = readFileSync(join(import.meta.dirname, 'turnstile.example.ts'), 'utf8');
  assert.equal(/```ts\n(.*?)```/s.exec(readme)?.[1], example.replaceAll("'../../../runtime/", "'../"));
  const seen = await run();
  assert.deepEqual(seen, [
    'careful: 300 histories, and no rule was broken',
    'careless: broke the rule that as many were counted as went in',
    'which takes 1 operation and 1 fault',
  ]);
  assert.ok(readme.includes(seen.join('\n')), 'the README tells another outcome');
});

test('without faults nothing goes wrong, and nothing is found where there is no bug', async () => {
  const { failure, faults, crashes } = await explore(simulationOf(puts(false)), 1, 50);
  assert.equal(failure, null);
  assert.equal(faults + crashes, 0);
});

test('a bug that needs no fault is shrunk to the one operation that shows it', async () => {
  const simulation = simulationOf(puts(true));
  const { failure } = await explore(simulation, 1, 50);
  assert.ok(failure);
  const { script, outcome } = await shrink((shorter) => simulation.live(shorter), { seed: failure.seed });
  assert.equal(outcome.violations[0]?.rule, 'what is answered is stored');
  assert.deepEqual(outcome.faults, []);
  assert.equal(outcome.operations.length, 1);
  assert.ok(['5', '10', '15'].includes(simulation.operation(failure.seed, outcome.operations[0] ?? -1)));
  assert.deepEqual((await simulation.live(script)).violations, outcome.violations);
});

test('a failure is told with the rule, what is left of the history, and the command that replays it', async () => {
  const simulation = simulationOf(puts(true));
  const command = ({ seed, operations }: HistoryScript): string => `replay ${seed} ${operations?.length ?? 'all'}`;
  const report = await failureReport(simulation, { seed: 3 }, command);
  for (const part of [/^box: seed 3 breaks a rule/, /replay 3 all/, /replay 3 1/, /what is answered is stored/]) {
    assert.match(report, part);
  }
  assert.match(report, /Shrunk from 16 operations and 0 faults to 1 operations and 0 faults/);
  assert.match(report, /operation \d+ begins: (5|10|15)\n/);
});

test('a script of faults makes exactly these happen', async () => {
  const stormy = puts(false, { ...CALM, commit: { crashBefore: 0.2, crashAfter: 0.2, slow: 0, full: 0 } });
  const { faults } = await liveThrough(stormy, { seed: 5 });
  assert.ok(faults.length > 1);
  const [first = ''] = faults;
  assert.deepEqual((await liveThrough(stormy, { seed: 5, faults: [first] })).faults, [first]);
  assert.deepEqual((await liveThrough(stormy, { seed: 5, faults: [] })).crashes, 0);
  await assert.rejects(liveThrough(stormy, { seed: 5, faults: ['nonsense'] }), /is not a fault/);
});

test('an operation that never ends is told', async () => {
  const scenario = puts(false);
  const stuck: Scenario<number> = {
    ...scenario,
    begin: () => ({ ...scenario.begin(), perform: () => new Promise(() => {}) }),
  };
  const { violations } = await liveThrough(stuck, { seed: 1, operations: [4] });
  assert.deepEqual(
    violations.map(({ rule, text }) => `${rule}: ${text}`),
    ['every operation comes to its end: operation 4 never ended'],
  );
});
