import assert from 'node:assert/strict';
import test from 'node:test';
import { guestSpec } from '../../../actors/instance/guest-spec.ts';
import { bootData } from '../../../actors/instance/row.ts';
import { anInstance, ID, OTHER_IMAGE, SPEC, Told } from './an-instance.ts';

function rebuilding(changes: Parameters<typeof anInstance>[0] = {}): Told {
  const told = new Told(anInstance(changes));
  told.ctx.put(bootData, ID, SPEC.bootData);
  told.begin('rebuild', 'req-2');
  return told;
}

test('a rebuild orders a guest of the new image, and says whether further disks are kept', () => {
  const told = rebuilding();
  assert.equal(told.state?.taskState, 'rebuild_spawning');
  const [effect] = told.ctx.effects;
  assert.equal(effect?.name, 'driver.ensureRebuilt');
  assert.deepEqual(effect?.args, { host: 'host-a', instanceId: ID, preserveEphemeral: true });
  const spec = told.state && guestSpec(told.state, bootData.read(told.ctx.rows, ID));
  assert.equal(spec?.image?.contentId, OTHER_IMAGE.contentId);
  assert.equal(spec?.metadata.metaData['admin_pass'], 'rebuilt');
  const after = told.effectEnded('well');
  assert.deepEqual([after.vmState, after.name, after.operation], ['active', 'other', null]);
});

test('a stopped instance is powered off at the end of its rebuild', () => {
  const told = rebuilding({ vmState: 'stopped', powerState: 4 });
  assert.equal(told.effectEnded('well').taskState, 'powering-off');
  assert.equal(told.ctx.effects.at(-1)?.name, 'driver.ensureStopped');
  assert.equal(told.effectEnded('well').vmState, 'stopped');
});

test('a rebuild that fails leaves ERROR, and a rebuild leads out of it', () => {
  const told = rebuilding();
  assert.equal(told.effectEnded('badly').vmState, 'error');
  told.begin('rebuild', 'req-3');
  const after = told.effectEnded('well');
  assert.deepEqual([after.vmState, after.fault], ['active', null]);
});
