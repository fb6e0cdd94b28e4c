import assert from 'node:assert/strict';
import test from 'node:test';
import { anInstance, HELD_VOLUME as HELD, Told, volumeTells } from './an-instance.ts';

const told = (detaching: Told): readonly string[] => volumeTells(detaching, { [HELD.volumeId]: 'held' });

const detaching = (): Told => {
  const instance = new Told(anInstance({ volumes: [HELD] }));
  instance.begin('detachVolume', 'req-2');
  return instance;
};

test('a volume is known to be on its way out before its guest lets go of it, and is released after', () => {
  const instance = detaching();
  assert.deepEqual(told(instance), ['volumesAre held detaching']);
  assert.equal(instance.ctx.effects.at(-1)?.name, 'driver.ensureVolumes');
  const done = instance.effectEnded('well');
  assert.deepEqual(done.volumes, []);
  assert.deepEqual(told(instance), ['volumesAre held detaching', 'releaseVolumes held']);
});

test('a volume that a guest does not let go of is known to be attached again', () => {
  const instance = detaching();
  for (let tries = 0; instance.state?.operation; tries++) {
    assert.ok(tries < 10);
    instance.effectEnded('badly');
    const running = instance.state?.operation;
    if (running) instance.tell({ type: 'retryStep', requestId: running.requestId, step: running.step });
  }
  assert.deepEqual(instance.state?.volumes, [HELD]);
  assert.deepEqual(told(instance), ['volumesAre held detaching', 'volumesAre held attached']);
});

test('a volume whose detaching is overtaken is known to be attached again', () => {
  const instance = detaching();
  const rebooting = instance.begin('hardReboot', 'req-3');
  assert.deepEqual(rebooting.volumes, [HELD]);
  assert.deepEqual(told(instance).slice(0, 2), ['volumesAre held detaching', 'volumesAre held attached']);
});
