import assert from 'node:assert/strict';
import test from 'node:test';
import { bootData } from '../../../actors/instance/row.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, ID, OTHER_IMAGE, REQUESTS, SPEC, Told, USER } from './an-instance.ts';

const BUILD = { timeoutMs: 60_000, failuresMax: 3 };

/** A build that makes its guest on host-a. */
function building(build = BUILD): Told {
  const told = new Told();
  told.tell({ type: 'create', spec: { ...SPEC, build }, requester: { ...USER, requestId: 'req-1' } });
  told.claimed('host-a');
  told.portsBound();
  return told;
}

const toHost = (told: Told) => told.ctx.toldTo('host/host-a');

test('a build that takes longer than it may fails, and what it has got is given back', () => {
  const told = building();
  assertHas(told.ctx.timers, [{ delayMs: 60_000, message: { type: 'overdue', what: 'build' } }]);
  const { stepId } = told;
  const overdue = told.tell({ type: 'overdue', what: 'build' });
  assert.deepEqual([overdue.vmState, overdue.operation, overdue.host], ['error', null, null]);
  assert.ok(told.ctx.cancelledEffects.includes(stepId));
  assertHas(told.ctx.toldTo(`cell/${overdue.cell}`).at(-1), { type: 'release' });
});

test('a build that has ended before its time is left alone', () => {
  const told = building();
  told.effectEnded('well');
  assert.equal(told.tell({ type: 'overdue', what: 'build' }).vmState, 'active');
});

test('without a limit no build is watched', () => {
  const unlimited = new Told();
  unlimited.tell({ type: 'create', spec: SPEC, requester: { ...USER, requestId: 'req-1' } });
  assert.deepEqual(unlimited.ctx.timers, []);
});

test('a host is told how builds there end, where that counts', () => {
  const failing = building();
  failing.effectEnded('badly');
  assert.deepEqual(toHost(failing), [{ type: 'buildEnded', failed: true, failuresMax: 3 }]);
  const fine = building();
  fine.effectEnded('well');
  assert.deepEqual(toHost(fine), [{ type: 'buildEnded', failed: false, failuresMax: 3 }]);
  const uncounted = building({ ...BUILD, failuresMax: 0 });
  uncounted.effectEnded('badly');
  assert.deepEqual(toHost(uncounted), []);
});

test('a build that fails for its image says nothing of the host', () => {
  const told = building();
  const outcome = { ok: false, error: { code: 'ImageUnusable', reason: 'no' } } as const;
  told.tell({ type: 'effectEnded', effectId: told.stepId, name: 'driver.ensureRunning', outcome });
  assert.deepEqual(toHost(told), []);
});

test('a reboot from inside that takes longer than it may is done by force', () => {
  const told = new Told(anInstance());
  const requester = { ...USER, requestId: 'req-2' };
  told.tell({ type: 'begin', operation: 'softReboot', hardAfterMs: 5_000, requester });
  assertHas(told.ctx.timers, [{ delayMs: 5_000, message: { type: 'overdue', what: 'reboot' } }]);
  const overdue = told.tell({ type: 'overdue', what: 'reboot' });
  assert.equal(overdue.operation?.action, 'hardReboot');
  assert.equal(told.effectEnded('well').vmState, 'active');
  assert.equal(told.tell({ type: 'overdue', what: 'reboot' }).operation, null);
});

test('a rescue ends by itself after its time, and later when something is under way then', () => {
  const told = new Told(anInstance());
  told.ctx.put(bootData, ID, SPEC.bootData);
  const asked = { ...REQUESTS.rescue, image: OTHER_IMAGE, unrescueAfterMs: 9_000 } as const;
  told.tell({ type: 'begin', ...asked, requester: { ...USER, requestId: 'req-2' } });
  assertHas(told.ctx.timers, [{ delayMs: 9_000, message: { type: 'overdue', what: 'rescue' } }]);
  told.effectEnded('well');
  told.effectEnded('well');
  told.tell({ type: 'resumeGuest', requestId: 'req-3' });
  assert.equal(told.tell({ type: 'overdue', what: 'rescue' }).operation?.action, 'resumeGuest');
  assert.equal(told.ctx.timers.length, 2);
  told.effectEnded('well');
  assert.equal(told.tell({ type: 'overdue', what: 'rescue' }).operation?.action, 'unrescue');
  assert.equal(told.effectEnded('well').vmState, 'active');
});
