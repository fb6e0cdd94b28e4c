import assert from 'node:assert/strict';
import test from 'node:test';
import { anInstance, Told } from './an-instance.ts';

const HOUR_MS = 3_600_000;

function softlyDeleted(): Told {
  const told = new Told(anInstance());
  told.begin('softDelete', 'req-2');
  told.effectEnded('well');
  return told;
}

test('a soft deletion powers the guest off and sets a timer for the rest', () => {
  const told = softlyDeleted();
  assert.deepEqual(
    told.ctx.effects.map(({ name }) => name),
    ['driver.ensureStopped'],
  );
  assert.deepEqual([told.state?.vmState, told.state?.deletedAtMs], ['soft-delete', null]);
  assert.deepEqual(told.ctx.timers, [{ name: 'reclaim', delayMs: HOUR_MS, message: { type: 'reclaim' } }]);
});

test('when the time is over the instance is deleted for good', () => {
  const told = softlyDeleted();
  told.ctx.nowMs += HOUR_MS;
  assert.equal(told.tell({ type: 'reclaim' }).operation?.action, 'delete');
  assert.equal(told.effectEnded('well').vmState, 'deleted');
});

test('a timer that comes too early, or during a restore, is set again', () => {
  const told = softlyDeleted();
  assert.equal(told.tell({ type: 'reclaim' }).operation, null);
  assert.equal(told.ctx.timers.length, 2);
  told.begin('restore', 'req-3');
  told.ctx.nowMs += HOUR_MS;
  assert.equal(told.tell({ type: 'reclaim' }).operation?.action, 'restore');
  assert.equal(told.ctx.timers.length, 3);
  assert.equal(told.effectEnded('badly').vmState, 'soft-delete');
  assert.equal(told.tell({ type: 'reclaim' }).operation?.action, 'delete');
});

test('a restored instance is not reclaimed', () => {
  const told = softlyDeleted();
  told.begin('restore', 'req-3');
  assert.equal(told.effectEnded('well').vmState, 'active');
  told.ctx.nowMs += HOUR_MS;
  assert.equal(told.tell({ type: 'reclaim' }).operation, null);
});

test('a second deletion has nothing to do, and one for good overtakes a soft one', () => {
  const told = new Told(anInstance());
  told.begin('softDelete', 'req-2');
  assert.equal(told.begin('softDelete', 'req-3').operation?.requestId, 'req-2');
  assert.equal(told.begin('delete', 'req-4').operation?.action, 'delete');
  assert.equal(told.begin('softDelete', 'req-5').operation?.requestId, 'req-4');
});

test('a shelved instance whose soft deletion fails is shelved as before, and gives up its host if that is due', () => {
  const shelved = { imageId: 'shelved-1', image: null, offloadAfterMs: 0 };
  const told = new Told(anInstance({ vmState: 'shelved', shelved }));
  told.begin('softDelete', 'req-2');
  while (told.state?.operation) {
    if (told.effectEnded('badly').operation) told.tell({ type: 'retryStep', requestId: 'req-2', step: 0 });
  }
  assert.deepEqual([told.state?.vmState, told.state?.shelved], ['shelved', shelved]);
  assert.match(JSON.stringify(told.ctx.tells), /"offloadOverdue"/);
});
