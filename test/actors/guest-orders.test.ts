import assert from 'node:assert/strict';
import test from 'node:test';
import { oneOrderAtATime } from '../../actors/guest-orders.ts';
import type { EffectRecord } from '../../runtime/effect.ts';
import { ok } from '../../runtime/result.ts';

/** A runner whose orders end when they are told to. */
function drivers() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = oneOrderAtATime((request) => {
    begun.push(request.effectId);
    return new Promise((resolve) => ends.set(request.effectId, () => resolve(ok(null))));
  });
  const order = (effectId: string, args: object, signal = new AbortController().signal, name = 'driver.x') => {
    const request: EffectRecord = { kind: 'instance', id: 'i', effectId, name, args, deadlineMs: 1 };
    return run(request, signal);
  };
  return { begun, order, end: (effectId: string) => ends.get(effectId)?.() };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const onA = { host: 'a', instanceId: 'i' };

test('a second order of a guest waits until the first one has ended', async () => {
  const { begun, order, end } = drivers();
  const first = order('1', onA);
  const second = order('2', onA);
  await settled();
  assert.deepEqual(begun, ['1']);
  end('1');
  await first;
  await settled();
  assert.deepEqual(begun, ['1', '2']);
  end('2');
  assert.equal((await second).ok, true);
});

test('orders of other guests, of other hosts and of no guest do not wait', async () => {
  const { begun, order } = drivers();
  for (const [id, args] of [
    ['1', onA],
    ['2', { host: 'b', instanceId: 'i' }],
    ['3', { host: 'a', instanceId: 'j' }],
    ['4', { host: 'a' }],
    ['5', { host: 'a' }],
  ] as const) {
    void order(id, args);
  }
  await settled();
  assert.deepEqual(begun, ['1', '2', '3', '4', '5']);
});

test('a copy to a host waits for a removal there, and a removal for a copy from there', async () => {
  const { begun, order, end } = drivers();
  void order('remove', { host: 'b', instanceId: 'i' });
  void order('copy', { host: 'b', instanceId: 'i', sourceHost: 'a' });
  await settled();
  assert.deepEqual(begun, ['remove']);
  end('remove');
  await settled();
  assert.deepEqual(begun, ['remove', 'copy']);
  void order('remove at a', onA);
  await settled();
  assert.deepEqual(begun, ['remove', 'copy']);
});

test('an order that has been taken back holds nobody up, whatever the driver still does', async () => {
  const { begun, order } = drivers();
  const abort = new AbortController();
  void order('1', onA, abort.signal);
  void order('2', onA);
  await settled();
  abort.abort();
  await settled();
  assert.deepEqual(begun, ['1', '2']);
});

test('an order that is taken back while it waits never begins', async () => {
  const { begun, order, end } = drivers();
  const abort = new AbortController();
  void order('1', onA);
  const second = order('2', onA, abort.signal);
  await settled();
  abort.abort();
  assert.equal((await second).ok, false);
  end('1');
  await settled();
  assert.deepEqual(begun, ['1']);
});

test('a migration under way is forced at once', async () => {
  const { begun, order } = drivers();
  void order('migrate', { ...onA, targetHost: 'b' });
  void order('force', onA, new AbortController().signal, 'driver.forceMigration');
  await settled();
  assert.deepEqual(begun, ['migrate', 'force']);
});
