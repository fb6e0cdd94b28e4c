import assert from 'node:assert/strict';
import test from 'node:test';
import { guestSpec } from '../../../actors/instance/guest-spec.ts';
import { bootData } from '../../../actors/instance/row.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, ID, OTHER_IMAGE, SPEC, Told } from './an-instance.ts';

function rebuilding(changes: Parameters<typeof anInstance>[0] = {}): Told {
  const told = new Told(anInstance(changes));
  told.ctx.put(bootData, ID, SPEC.bootData);
  told.begin('rebuild', 'req-2');
  return told;
}

/** The same, when the scheduler has agreed to the new image. */
function rebuildingThere(changes: Parameters<typeof anInstance>[0] = {}): Told {
  const told = rebuilding(changes);
  told.claimed('host-a');
  return told;
}

test('a rebuild with another image asks the scheduler whether the host suits it, and claims nothing', () => {
  const told = rebuilding();
  const [asked] = told.ctx.tells;
  assertHas(asked?.message, {
    type: 'suits',
    instanceId: ID,
    request: {
      host: 'host-a',
      isRebuild: true,
      imageId: OTHER_IMAGE.imageId,
      demand: { vcpus: 0, memoryMib: 0, diskGib: 0 },
    },
  });
  assert.equal(told.ctx.effects.length, 0);
});

test('a rebuild with the same image does not ask', () => {
  const told = rebuilding({ image: OTHER_IMAGE });
  assert.deepEqual(told.ctx.tells, []);
  assert.equal(told.ctx.effects[0]?.name, 'driver.ensureRebuilt');
});

test('a host that does not suit the new image leaves ERROR with the old image', () => {
  const told = rebuilding();
  const after = told.noHost();
  assert.equal(after.vmState, 'error');
  assert.equal(after.fault?.message, 'No valid host was found.');
  assert.equal(after.image?.imageId, SPEC.image?.imageId);
  assert.equal(told.ctx.effects.length, 0);
});

test('a rebuild orders a guest of the new image, and says whether further disks are kept', () => {
  const told = rebuildingThere();
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
  const told = rebuildingThere({ vmState: 'stopped', powerState: 4 });
  assert.equal(told.effectEnded('well').taskState, 'powering-off');
  assert.equal(told.ctx.effects.at(-1)?.name, 'driver.ensureStopped');
  assert.equal(told.effectEnded('well').vmState, 'stopped');
});

test('a rebuild that fails leaves ERROR, and a rebuild leads out of it', () => {
  const told = rebuildingThere();
  assert.equal(told.effectEnded('badly').vmState, 'error');
  told.begin('rebuild', 'req-3');
  const after = told.effectEnded('well');
  assert.deepEqual([after.vmState, after.fault], ['active', null]);
});
