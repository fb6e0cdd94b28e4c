import assert from 'node:assert/strict';
import test from 'node:test';
import { instanceKind } from '../../../actors/instance/index.ts';
import { busyHost, tellingBusy } from '../../../actors/instance/io-operations.ts';
import { bootData, type Instance } from '../../../actors/instance/row.ts';
import { anInstance, ID, SPEC, Told, USER } from './an-instance.ts';

test('an instance keeps its host busy while it is built, moved, copied or made anew', () => {
  assert.equal(busyHost(anInstance()), null);
  assert.equal(busyHost(null), null);
  assert.equal(busyHost(anInstance({ vmState: 'building' })), 'host-a');
  assert.equal(busyHost(anInstance({ vmState: 'building', host: null })), null);
  assert.equal(busyHost(anInstance({ vmState: 'building', deletedAtMs: 1 })), null);
  for (const taskState of ['rebuilding', 'resize_prep', 'image_snapshot', 'rescuing', 'unshelving'] as const)
    assert.equal(busyHost(anInstance({ taskState })), 'host-a', taskState);
  assert.equal(busyHost(anInstance({ taskState: 'powering-off' })), null);
});

/** Tells an instance of the kind that tells when it is busy; returns what its cell is told. */
function toldCell(told: Told, message: Parameters<Told['tell']>[0]): readonly unknown[] {
  const kind = tellingBusy(instanceKind);
  const from = told.ctx.tells.length;
  const after: Instance | null = kind.handle(told.state, message, told.ctx);
  told.state = after;
  const sent = told.ctx.tells.slice(from).map((one) => Object(one.message));
  return sent.filter(({ type }) => type === 'busy');
}

test('its cell is told when that begins and when it ends, and of nothing else', () => {
  const told = new Told(anInstance());
  told.ctx.put(bootData, ID, SPEC.bootData);
  const rescue = {
    type: 'begin',
    operation: 'rescue',
    image: SPEC.image,
    adminPassword: 'x',
    requester: USER,
  } as const;
  assert.ok(rescue.image);
  const began = toldCell(told, { ...rescue, image: rescue.image });
  assert.deepEqual(began, [{ type: 'busy', instanceId: ID, host: 'host-a' }]);
  assert.deepEqual(toldCell(told, { type: 'update', changes: { name: 'other' } }), []);
  const outcome = { ok: true, value: null } as const;
  const ended: unknown[] = [];
  while (told.state?.operation)
    ended.push(...toldCell(told, { type: 'effectEnded', effectId: told.stepId, name: 'driver.some', outcome }));
  assert.deepEqual(ended, [{ type: 'busy', instanceId: ID, host: null }]);
});
