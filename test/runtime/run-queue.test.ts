import assert from 'node:assert/strict';
import test from 'node:test';
import { type Activation, Activations } from '../../runtime/activations.ts';
import { actorKinds } from '../../runtime/actor.ts';
import { Letter, newLetter } from '../../runtime/mailbox.ts';
import { Meter } from '../../runtime/meter.ts';
import { type Handler, RunQueue } from '../../runtime/run-queue.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

const BUDGET = 100;

/** A run queue whose handler writes down whose messages it is given. */
function queue() {
  const clock = new VirtualClock();
  const kinds = actorKinds([{ kind: 'any', activate: () => null, handle: () => null }]);
  const meter = new Meter(kinds, clock, 1_000, () => {});
  const activations = new Activations(kinds, new MemoryStore(clock), meter.kinds);
  const runQueue = new RunQueue(() => {});
  const actor = (id: string): Activation => {
    const activation = activations.find('any', id);
    assert.ok(activation);
    return activation;
  };
  let seen: string[] = [];
  let react: (id: string, n: number) => void = () => {};
  const handle = ({ id }: Activation, message: unknown): 'handled' => {
    seen.push(id);
    react(id, typeof message === 'object' && message !== null && 'n' in message ? Number(message.n) : -1);
    return 'handled';
  };
  const handler: Handler = {
    handle: (activation, letter) => handle(activation, letter.message),
    handleMessage: handle,
  };
  return {
    runQueue,
    actor,
    put(id: string, count: number): void {
      for (let n = 0; n < count; n++) runQueue.putMessage(actor(id), { n });
    },
    onMessage(how: typeof react): void {
      react = how;
    },
    /** Runs once: how many messages of which actor, one after the other. */
    run(): readonly string[] {
      seen = [];
      const count = runQueue.run(1, BUDGET, handler);
      assert.equal(count, seen.length);
      const turns: [string, number][] = [];
      for (const id of seen) {
        const last = turns.at(-1);
        if (last?.[0] === id) last[1]++;
        else turns.push([id, 1]);
      }
      return turns.map(([id, times]) => `${times} ${id}`);
    },
  };
}

test('a turn that is nearly done at the end of the budget is ended, since what is left over has to be stored', () => {
  const { put, run, runQueue } = queue();
  put('a', 90);
  put('b', 35);
  put('c', 1);
  assert.deepEqual(run(), ['90 a', '35 b']);
  assert.deepEqual(run(), ['1 c']);
  assert.ok(runQueue.isEmpty);
});

test('a turn that is too long for the budget goes on with the next run, before that of another', () => {
  const { put, run } = queue();
  put('a', 10);
  put('b', 250);
  put('c', 5);
  assert.deepEqual(run(), ['10 a', '90 b']);
  put('a', 1);
  assert.deepEqual(run(), ['100 b']);
  assert.deepEqual(run(), ['60 b', '5 c', '1 a']);
});

test('an actor that tells itself more and more has a turn with what it had, and the others have theirs', () => {
  const { put, run, onMessage, runQueue, actor } = queue();
  onMessage((id) => {
    if (id !== 'a') return;
    for (let n = 0; n < 2; n++) runQueue.putMessage(actor('a'), { n });
  });
  put('a', 200);
  put('b', 1);
  assert.deepEqual(run(), ['100 a']);
  assert.deepEqual(run(), ['100 a']);
  assert.deepEqual(run().at(0), '1 b');
});

test('senders that send far more than one run can handle do not make the mailbox of their receiver longer and longer', () => {
  const { put, run, onMessage, runQueue, actor } = queue();
  onMessage((id) => {
    if (id === 'receiver') return;
    for (let n = 0; n < 30; n++) runQueue.putMessage(actor('receiver'), { n });
    runQueue.putMessage(actor(id), { n: 0 });
  });
  for (let n = 0; n < 8; n++) put(`sender ${n}`, 1);
  for (let n = 0; n < 1_000; n++) run();
  assert.ok(actor('receiver').mailbox.length <= 480, `${actor('receiver').mailbox.length} messages wait`);
});

test('letters of the system pass ahead of a turn that goes on', () => {
  const { put, run, runQueue, actor } = queue();
  put('a', 230);
  assert.deepEqual(run(), ['100 a']);
  runQueue.put(actor('b'), newLetter('tell', { n: 0 }, null, null, null, true));
  assert.deepEqual(run(), ['1 b', '99 a']);
  assert.deepEqual(run(), ['31 a']);
});

test('an actor that comes to rest before its turn goes on leaves nothing of it to the next', () => {
  const { put, runQueue, actor } = queue();
  put('a', 300);
  put('b', 90);
  put('c', 90);
  runQueue.run(1, BUDGET, { handle: () => 'handled', handleMessage: () => 'handled' });
  runQueue.put(actor('a'), newLetter('tell', { n: 0 }, null, null, null, true));
  const seen: string[] = [];
  runQueue.run(2, BUDGET, {
    handle: (_, letter) => ({ letter, retryAfterMs: 100 }),
    handleMessage({ id }) {
      seen.push(id);
      return 'handled';
    },
  });
  // Not the 200 of `a`: a turn of that length would not be ended beyond the budget.
  assert.deepEqual([seen.filter((id) => id === 'b').length, seen.filter((id) => id === 'c').length], [90, 9]);
});

test('a letter that is to be tried again is the first of its actor when that is woken', () => {
  const { runQueue, actor } = queue();
  for (let n = 0; n < 3; n++) runQueue.putMessage(actor('a'), { n });
  let failing = true;
  const seen: unknown[] = [];
  const handler: Handler = {
    handle(_, letter) {
      seen.push(letter.message);
      return 'handled';
    },
    handleMessage(_, message) {
      seen.push(message);
      if (!failing) return 'handled';
      return { letter: new Letter('tell', message, null, null, null, false), retryAfterMs: 100 };
    },
  };
  runQueue.run(1, BUDGET, handler);
  assert.deepEqual(seen, [{ n: 0 }]);
  assert.equal(runQueue.run(2, BUDGET, handler), 0);
  failing = false;
  runQueue.wake(actor('a'));
  runQueue.run(3, BUDGET, handler);
  assert.deepEqual(seen, [{ n: 0 }, { n: 0 }, { n: 1 }, { n: 2 }]);
});
