import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type ActorKind,
  type EffectEnded,
  listDeadLetters,
  ok,
  protocol,
  type Random,
  seededRandom,
  table,
} from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { HeldStore, shardRig } from './shard-rig.ts';

/** Something to be done once, and what comes of it: the end of an effect, a timer, a message to another one. */
interface Task {
  readonly id: string;
  readonly key: string;
  readonly effect: boolean;
  readonly timerMs: number | null;
  readonly passedTo: string | null;
}
type WorkerMessage =
  | { readonly type: 'task'; readonly task: Task }
  | { readonly type: 'note'; readonly key: string }
  | EffectEnded;
type MasterMessage = { readonly type: 'give'; readonly tasks: readonly Task[] };

const worker = protocol<WorkerMessage>('worker');
const master = protocol<MasterMessage>('master');
const workers = table<{ readonly done: readonly string[] }, 'byCount'>({
  name: 'worker',
  indexes: { byCount: ({ done }) => [String(done.length)] },
});
const masters = table<{ readonly given: readonly Task[] }>({ name: 'master' });

/** Handlers that ask for everything they want, and then throw by chance. */
function kinds(random: Random, chance: { ofFailure: number }) {
  const perhapsThrow = (): void => {
    if (random.fraction() < chance.ofFailure) throw new Error('by chance');
  };
  const workerKind: ActorKind<{ readonly done: readonly string[] }, WorkerMessage> = {
    kind: 'worker',
    table: workers,
    activate: () => ({ done: [] }),
    handle({ done }, message, ctx) {
      if (message.type === 'task') {
        const { key, effect, timerMs, passedTo } = message.task;
        if (effect) ctx.effect({ effectId: `effect of ${key}`, name: 'any', args: null, deadlineMs: 500 });
        if (timerMs !== null) ctx.setTimer(key, timerMs, { type: 'note', key: `timer of ${key}` });
        if (passedTo !== null) ctx.tell(worker.at(passedTo), { type: 'note', key: `message of ${key}` });
      }
      perhapsThrow();
      if (message.type === 'effectEnded') return { done: [...done, message.effectId] };
      return { done: [...done, message.type === 'task' ? message.task.key : message.key] };
    },
  };
  const masterKind: ActorKind<{ readonly given: readonly Task[] }, MasterMessage> = {
    kind: 'master',
    table: masters,
    activate: () => ({ given: [] }),
    handle({ given }, { tasks }, ctx) {
      for (const task of tasks) ctx.tell(worker.at(task.id), { type: 'task', task });
      perhapsThrow();
      return { given: [...given, ...tasks] };
    },
  };
  return [workerKind, masterKind];
}

const wantedOf = ({ key, effect, timerMs, passedTo }: Task): string[] => [
  key,
  ...(effect ? [`effect of ${key}`] : []),
  ...(timerMs === null ? [] : [`timer of ${key}`]),
  ...(passedTo === null ? [] : [`message of ${key}`]),
];

test('whatever throws, crashes between two commits and is retried by people, all that was told comes to its end once', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededRandom(seed);
    const below = (limit: number): number => Math.floor(random.fraction() * limit);
    const clock = new VirtualClock();
    const rows = new MemoryStore(clock);
    const store = new HeldStore(rows);
    const chance = { ofFailure: 0.3 };
    const start = () =>
      shardRig({
        clock,
        store,
        kinds: kinds(random, chance),
        limits: {
          batchMessagesMax: 3,
          deliveryAttemptsMax: 2,
          retryDelayMs: 20,
          activeActorsMax: 3,
          laneInFlightMax: 2,
          mailboxLengthMax: 6,
          idleAfterMs: 100,
        },
        runEffect: () => new Promise((resolve) => clock.after(below(700), () => resolve(ok(null)))),
      });
    let rig = start();
    const retryAll = (limit: number): void => {
      for (const { key } of listDeadLetters(rows, { limit })) rig.shard.retryDeadLetter(key).catch(() => {});
    };
    let tasks = 0;
    const aTask = (): Task => ({
      id: `w${below(6)}`,
      key: `task ${++tasks}`,
      effect: below(2) === 0,
      timerMs: below(2) === 0 ? below(300) : null,
      passedTo: below(2) === 0 ? `w${below(6)}` : null,
    });
    for (let step = 0; step < 60; step++) {
      const dice = below(10);
      if (dice < 4) {
        const message: MasterMessage = { type: 'give', tasks: Array.from({ length: 1 + below(5) }, aTask) };
        void rig.system.ask(master.at(`m${below(2)}`), message, { deadlineMs: 60_000 });
      } else if (dice === 4) {
        rig.shard.crash();
        store.waiting.length = 0;
        rig = start();
      } else if (dice < 7) retryAll(5);
      await rig.pass(below(60));
      while (store.waiting.length > 0 && below(3) > 0) store.release();
    }
    chance.ofFailure = 0;
    for (let round = 0; round < 60; round++) {
      while (store.waiting.length > 0) store.release();
      retryAll(1_000);
      await rig.pass(1_000);
    }
    const done = [...workers.scan(rows)].flatMap((row) => row.done).sort();
    const wanted = [...masters.scan(rows)].flatMap(({ given }) => given.flatMap(wantedOf)).sort();
    assert.ok(wanted.length > 20, `seed ${seed} gave little to do`);
    assert.deepEqual(done, wanted, `seed ${seed}`);
    const left = ['e/', 't/', 'q/', 'd/'].flatMap((prefix) => [...rows.keys({ prefix })]);
    assert.deepEqual([left, rig.shard.stats().deadLetters], [[], 0], `seed ${seed}`);
    assert.equal([...rows.keys({ prefix: 'x/worker/' })].length, [...workers.scan(rows)].length, `seed ${seed}`);
  }
});
