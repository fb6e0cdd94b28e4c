import assert from 'node:assert/strict';
import test from 'node:test';
import type { EffectRecord } from '../../runtime/effect.ts';
import { Effects } from '../../runtime/effects.ts';
import type { EffectOutcome } from '../../runtime/message.ts';
import { ok } from '../../runtime/result.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';

interface Started {
  readonly record: EffectRecord;
  readonly signal: AbortSignal;
  end(outcome: EffectOutcome): void;
  fail(error: Error): void;
}

const record = (effectId: string, lane = 'host-1'): EffectRecord => ({
  kind: 'k',
  id: 'i',
  effectId,
  name: 'driver.ensureRunning',
  args: null,
  deadlineMs: 1_000,
  lane,
});

function effectsUnderTest(laneInFlightMax = 2) {
  const clock = new VirtualClock(0);
  const started: Started[] = [];
  const ended: string[] = [];
  const effects = new Effects({
    clock,
    laneInFlightMax,
    run: (request, signal) =>
      new Promise((resolve, reject) => {
        if (request.effectId === 'throws') throw new Error('a bug');
        started.push({ record: request, signal, end: resolve, fail: reject });
      }),
    ended: (key, _record, outcome) => ended.push(`${key} ${outcome.ok ? 'ok' : outcome.error.code}`),
  });
  const names = (): string[] => started.map((one) => one.record.effectId);
  const settle = async (): Promise<void> => void (await clock.advanceSettled(clock.now()));
  return { clock, effects, started, ended, names, settle };
}

test('no more effects of a lane run at once than the limit says, and the others follow in order', async () => {
  const { effects, started, names, settle } = effectsUnderTest(2);
  for (const id of ['a', 'b', 'c', 'd']) effects.start(id, record(id));
  effects.start('other', record('other', 'host-2'));
  assert.deepEqual(names(), ['a', 'b', 'other']);
  started[1]?.end(ok(null));
  await settle();
  assert.deepEqual(names(), ['a', 'b', 'other', 'c']);
  started[0]?.end(ok(null));
  await settle();
  assert.deepEqual(names(), ['a', 'b', 'other', 'c', 'd']);
});

test('an effect that does not end in time is aborted and told once, and its place is free', async () => {
  const { clock, effects, started, ended, names, settle } = effectsUnderTest(1);
  effects.start('a', record('a'));
  effects.start('b', record('b'));
  await clock.advanceSettled(1_000);
  assert.deepEqual(ended, ['a TimedOut']);
  assert.ok(started[0]?.signal.aborted);
  assert.deepEqual(names(), ['a', 'b']);
  started[0]?.end(ok('too late'));
  await settle();
  assert.deepEqual(ended, ['a TimedOut']);
});

test('the deadline counts from the start of the effect, not from its place in the queue', async () => {
  const { clock, effects, started, ended } = effectsUnderTest(1);
  effects.start('a', record('a'));
  effects.start('b', record('b'));
  await clock.advanceSettled(900);
  started[0]?.end(ok(null));
  await clock.advanceSettled(1_800);
  assert.deepEqual(ended, ['a ok']);
  await clock.advanceSettled(1_900);
  assert.deepEqual(ended, ['a ok', 'b TimedOut']);
});

test('an effect that is taken back is aborted and its end is not told', async () => {
  const { effects, started, ended, names, settle } = effectsUnderTest(1);
  effects.start('a', record('a'));
  effects.start('b', record('b'));
  effects.start('c', record('c'));
  effects.cancel('b');
  effects.cancel('a');
  assert.ok(started[0]?.signal.aborted);
  assert.deepEqual(names(), ['a', 'c'], 'b was taken back before it started');
  started[0]?.end(ok(null));
  await settle();
  assert.deepEqual(ended, []);
});

test('of an effect that is replaced only the end of the new one is told', async () => {
  const { effects, started, ended, settle } = effectsUnderTest();
  effects.start('a', record('first'));
  effects.start('a', record('second'));
  assert.ok(started[0]?.signal.aborted);
  started[0]?.end(ok(null));
  await settle();
  assert.deepEqual(ended, []);
  started[1]?.end(ok(null));
  await settle();
  assert.deepEqual(ended, ['a ok']);
});

test('a runner that rejects or throws ends its effect with RunnerFailed', async () => {
  const { effects, started, ended, settle } = effectsUnderTest();
  effects.start('a', record('a'));
  effects.start('b', record('throws'));
  started[0]?.fail(new Error('broken'));
  await settle();
  assert.deepEqual([...ended].sort(), ['a RunnerFailed', 'b RunnerFailed']);
});

test('after a stop everything is aborted and nothing is told or started', async () => {
  const { clock, effects, started, ended, names } = effectsUnderTest(1);
  effects.start('a', record('a'));
  effects.start('b', record('b'));
  effects.stop();
  assert.ok(started[0]?.signal.aborted);
  started[0]?.end(ok(null));
  await clock.advanceSettled(10_000);
  assert.deepEqual([ended, names()], [[], ['a']]);
});
