import assert from 'node:assert/strict';
import test from 'node:test';
import type { Instance } from '../../../actors/instance/row.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, PORT, SPEC, Told, USER } from './an-instance.ts';

/** A build whose guest runs and whose ports are awaited, or not. */
function built(isFatal: boolean | null, before: (told: Told) => void = () => {}): Told {
  const told = new Told();
  const build = {
    timeoutMs: null,
    failuresMax: 0,
    vifPlugging: isFatal === null ? null : { timeoutMs: 300_000, isFatal },
  };
  told.tell({ type: 'create', spec: { ...SPEC, build }, requester: { ...USER, requestId: 'req-1' } });
  told.claimed('host-a');
  told.portsBound();
  before(told);
  told.effectEnded('well');
  return told;
}

const plug = (told: Told, failed = false): Instance =>
  told.tell({ type: 'externalEvent', event: { name: 'network-vif-plugged', portId: PORT.portId, failed } });
const stateOf = ({ state }: Told) => state?.vmState;

test('a build is at its end when its ports are plugged in', () => {
  const told = built(true);
  assert.equal(stateOf(told), 'building');
  assertHas(told.ctx.timers, [{ delayMs: 300_000, message: { type: 'overdue', what: 'plugging' } }]);
  assert.equal(plug(told).vmState, 'active');
});

test('a port that is plugged in before the guest runs counts, unless it is unplugged again', () => {
  assert.equal(stateOf(built(true, (told) => plug(told))), 'active');
  const unplugged = built(true, (told) => {
    plug(told);
    told.tell({ type: 'externalEvent', event: { name: 'network-vif-unplugged', portId: PORT.portId } });
  });
  assert.equal(stateOf(unplugged), 'building');
});

test('a build whose ports are not plugged in, or not in time, fails and keeps nothing', () => {
  const late = built(true).tell({ type: 'overdue', what: 'plugging' });
  const refused = plug(built(true), true);
  for (const { vmState, ports, host, fault } of [late, refused]) {
    assert.deepEqual([vmState, ports, host], ['error', [], null]);
    assert.match(fault?.message ?? '', /Failed to allocate the network\(s\), not rescheduling/);
  }
});

test('where that is not fatal the build goes on', () => {
  assert.equal(built(false).tell({ type: 'overdue', what: 'plugging' }).vmState, 'active');
});

test('with our own network service nothing is waited for, and events change nothing', () => {
  const told = built(null);
  assert.equal(stateOf(told), 'active');
  assert.deepEqual(told.ctx.timers, []);
  assert.equal(plug(told).pluggedPorts, undefined);
});

test('a port that is gone is taken from the instance, one that has changed is known as it is', () => {
  const told = new Told(anInstance({ ports: [PORT] }));
  const changed = { ...PORT, macAddress: 'fa:16:3e:00:00:99' };
  const after = told.tell({ type: 'externalEvent', event: { name: 'network-changed', ports: [changed] } });
  assert.deepEqual(after.ports, [changed]);
  const gone = told.tell({ type: 'externalEvent', event: { name: 'network-vif-deleted', portId: PORT.portId } });
  assert.deepEqual(gone.ports, []);
});

test('when the power may be another one the host is looked at', () => {
  const told = new Told(anInstance({ host: 'host-a' }));
  told.tell({ type: 'externalEvent', event: { name: 'power-update' } });
  assert.deepEqual(told.ctx.toldTo('host/host-a'), [{ type: 'lookAgain' }]);
});
