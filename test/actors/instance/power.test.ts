import assert from 'node:assert/strict';
import test from 'node:test';
import type { InstanceMessage } from '../../../actors/instance/protocol.ts';
import { limits } from '../../../actors/limits.ts';
import type { GuestPower } from '../../../drivers/hypervisor.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, Told } from './an-instance.ts';

const powerChanged = (power: GuestPower): InstanceMessage => ({
  type: 'powerChanged',
  power,
  reason: 'seen',
});

test('a guest that ends by itself makes its instance stopped', () => {
  for (const power of ['stopped', 'crashed'] as const) {
    const told = new Told(anInstance());
    assertHas(told.tell(powerChanged(power)), { vmState: 'stopped', powerState: 4 });
    assert.equal(told.state?.updatedAtMs, told.ctx.nowMs);
  }
});

test('a guest that was paused, suspended or let go on without an operation is what it is, so that its user can go on', () => {
  const told = new Told(anInstance());
  assertHas(told.tell(powerChanged('paused')), { vmState: 'paused', powerState: 3 });
  assertHas(told.tell(powerChanged('suspended')), { vmState: 'suspended', powerState: 7 });
  assertHas(told.tell(powerChanged('running')), { vmState: 'active', powerState: 1 });
  assertHas(told.tell(powerChanged('paused')), { vmState: 'paused', powerState: 3 });
  assertHas(told.tell(powerChanged('crashed')), { vmState: 'stopped', powerState: 4 });
});

test('an instance in ERROR stays so whatever its guest does', () => {
  const told = new Told(anInstance({ vmState: 'error' }));
  assertHas(told.tell(powerChanged('stopped')), { vmState: 'error', powerState: 4 });
});

test('what an operation under way explains, or is known, changes nothing', () => {
  const busy = new Told(anInstance());
  const rebooting = busy.begin('hardReboot', 'req-2');
  assert.equal(busy.tell(powerChanged('stopped')), rebooting);
  const told = new Told(anInstance());
  assert.equal(told.tell(powerChanged('running')), told.state);
  const gone = new Told(anInstance({ deletedAtMs: 5, vmState: 'deleted' }));
  const before = gone.state;
  assert.equal(gone.tell(powerChanged('running')), before);
});

test('a guest that runs although its instance is stopped is stopped again', () => {
  const told = new Told(anInstance({ vmState: 'stopped', powerState: 4 }));
  const stopping = told.tell(powerChanged('running'));
  assertHas(stopping, { vmState: 'stopped', taskState: 'powering-off', powerState: 1 });
  assert.equal(told.ctx.effects[0]?.name, 'driver.ensureStopped');
  assertHas(told.effectEnded('well'), { vmState: 'stopped', taskState: null, powerState: 4 });
});

test('a guest that an outage ended is started again, some times, and else its instance is in ERROR', () => {
  const told = new Told(anInstance());
  assert.equal(told.tell({ type: 'resumeGuest', requestId: 'req-9' }).taskState, 'powering-on');
  assert.equal(told.ctx.effects[0]?.name, 'driver.ensureRunning');
  assertHas(told.effectEnded('well'), { vmState: 'active', taskState: null, powerState: 1 });

  const unlucky = new Told(anInstance());
  unlucky.tell({ type: 'resumeGuest', requestId: 'req-9' });
  for (let count = 1; count < limits.resumeAttemptsMax; count++) {
    assert.equal(unlucky.effectEnded('badly').vmState, 'active');
    unlucky.tell({ type: 'retryStep', requestId: 'req-9', step: 0 });
  }
  assert.equal(unlucky.effectEnded('badly').vmState, 'error');
});

test('an outage starts nothing that is stopped, busy or gone', () => {
  for (const changes of [{ vmState: 'stopped' }, { vmState: 'error' }, { deletedAtMs: 5 }] as const) {
    const told = new Told(anInstance(changes));
    const before = told.state;
    assert.equal(told.tell({ type: 'resumeGuest', requestId: 'req-9' }), before);
    assert.deepEqual(told.ctx.effects, []);
  }
  const busy = new Told(anInstance());
  const stopping = busy.begin('stop', 'req-2');
  assert.equal(busy.tell({ type: 'resumeGuest', requestId: 'req-9' }), stopping);
});
