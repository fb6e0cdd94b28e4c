import assert from 'node:assert/strict';
import test from 'node:test';
import { guestSpec } from '../../../actors/instance/guest-spec.ts';
import { bootData } from '../../../actors/instance/row.ts';
import { anInstance, ID, OTHER_IMAGE, SPEC, Told } from './an-instance.ts';

function rescuing(): Told {
  const told = new Told(anInstance());
  told.ctx.put(bootData, ID, SPEC.bootData);
  told.begin('rescue', 'req-2');
  return told;
}

const effectsOf = (told: Told): string[] => told.ctx.effects.map(({ name }) => name);
const specOf = ({ state, ctx }: Told) => state && guestSpec(state, bootData.read(ctx.rows, ID));

test('a rescue shuts the guest down, then boots the other image with a password of its own', () => {
  const told = rescuing();
  assert.equal(told.state?.taskState, 'rescuing');
  told.effectEnded('well');
  assert.deepEqual(effectsOf(told), ['driver.ensureStopped', 'driver.ensureRebooted']);
  const spec = specOf(told);
  assert.equal(spec?.rescueImage?.imageId, OTHER_IMAGE.imageId);
  assert.equal(spec?.metadata.metaData['admin_pass'], 'rescue-me');
  assert.equal(told.effectEnded('well').vmState, 'rescued');
});

test('a guest that is off is not shut down before its rescue', () => {
  const told = new Told(anInstance({ vmState: 'stopped', powerState: 4 }));
  told.begin('rescue', 'req-2');
  assert.deepEqual(effectsOf(told), ['driver.ensureRebooted']);
});

test('after the rescue the guest boots its own disk again, with its own password', () => {
  const told = rescuing();
  told.effectEnded('well');
  told.effectEnded('well');
  assert.equal(told.begin('unrescue', 'req-3').taskState, 'unrescuing');
  assert.equal(specOf(told)?.rescueImage, null);
  assert.equal(specOf(told)?.metadata.metaData['admin_pass'], 'secret');
  assert.equal(told.effectEnded('well').vmState, 'active');
});

test('a rescue that fails leaves an instance in ERROR that boots its own disk', () => {
  const told = rescuing();
  told.effectEnded('well');
  assert.equal(told.effectEnded('badly').vmState, 'error');
  assert.equal(specOf(told)?.rescueImage, null);
});

test('a rescued guest that an outage has ended boots the rescue image again', () => {
  const told = rescuing();
  told.effectEnded('well');
  told.effectEnded('well');
  told.tell({ type: 'resumeGuest', requestId: 'req-9' });
  assert.equal(told.ctx.effects.at(-1)?.name, 'driver.ensureRunning');
  assert.equal(specOf(told)?.rescueImage?.imageId, OTHER_IMAGE.imageId);
  assert.equal(told.effectEnded('well').vmState, 'rescued');
});
