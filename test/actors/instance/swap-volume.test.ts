import assert from 'node:assert/strict';
import test from 'node:test';
import { guestSpec, wantedMirror } from '../../../actors/instance/guest-spec.ts';
import type { Instance, InstanceVolume } from '../../../actors/instance/row.ts';
import type { BoundVolume } from '../../../actors/volume/protocol.ts';
import { anInstance, HELD_VOLUME as HELD, REQUESTS, Told, USER, volumeTells } from './an-instance.ts';

const { volumeId: OLD, newVolumeId: NEW } = REQUESTS.swapVolume;

const BOUND: BoundVolume = {
  volumeId: NEW,
  attachmentId: 'a-new',
  deviceId: 'd-new',
  sizeGib: 2,
  readOnly: false,
  imageMetadataJson: null,
  multiattach: false,
};

const swapping = (volumes: readonly InstanceVolume[] = [HELD]): Told => {
  const told = new Told(anInstance({ volumes }));
  told.begin('swapVolume', 'req-2');
  return told;
};

const bound = (told: Told): Instance =>
  told.tell({ type: 'volumesBound', requestId: told.stepId, outcome: { ok: true, value: [BOUND] } });

const volumesAt = ({ volumes = [] }: Instance): readonly string[] =>
  volumes.map(({ volumeId, state }) => `${volumeId === OLD ? 'old' : 'new'} ${state}`);

/** What the volume service has been told, by type and volumes. */
const toldOf = (told: Told): readonly string[] => volumeTells(told, { [OLD]: 'old', [NEW]: 'new' });

const lastEffect = ({ ctx }: Told): string => ctx.effects.at(-1)?.name ?? 'none';

test('a swap mirrors first, then takes the place of the old volume, then has the guest use it', () => {
  const told = swapping();
  const taken = bound(told);
  assert.equal(lastEffect(told), 'driver.ensureMirrored');
  assert.deepEqual(volumesAt(taken), ['old attached']);
  assert.deepEqual(wantedMirror(taken), {
    volumeId: OLD,
    target: { volumeId: NEW, readOnly: false, slot: 3, bootIndex: null },
  });
  const mirrored = told.effectEnded('well');
  assert.equal(lastEffect(told), 'driver.ensureVolumes');
  // Whatever starts the guest from now on starts it with the new one, in the place of the old one.
  assert.deepEqual(guestSpec(mirrored, undefined).volumes, [
    { volumeId: NEW, readOnly: false, slot: 3, bootIndex: null },
  ]);
  assert.equal(wantedMirror(mirrored), null);
  const done = told.effectEnded('well');
  assert.equal(done.operation, null);
  assert.deepEqual(done.volumes, [
    { ...HELD, volumeId: NEW, attachmentId: 'a-new', sizeGib: 2, shared: false, state: 'attached' },
  ]);
  assert.deepEqual(toldOf(told), [
    'bindVolumes',
    'volumesAre old detaching',
    'volumesAre new attached',
    'keepVolume new',
    'migrationEnded old',
    'releaseVolumes old',
  ]);
});

test('a swap whose guest cannot take the new volume leaves everything as it was', () => {
  for (const steps of [0, 1]) {
    const told = swapping();
    bound(told);
    for (let step = 0; step < steps; step++) told.effectEnded('well');
    for (let tries = 0; told.state?.operation; tries++) {
      assert.ok(tries < 10);
      told.effectEnded('badly');
      const running = told.state?.operation;
      if (running) told.tell({ type: 'retryStep', requestId: running.requestId, step: running.step });
    }
    assert.deepEqual(told.state?.volumes, [HELD]);
    assert.deepEqual(toldOf(told).slice(-3), ['releaseVolumes new', 'volumesAre old attached', 'migrationEnded old']);
    assert.equal(lastEffect(told), 'driver.ensureVolumes');
  }
});

test('what overtakes a swap finds the volume that has all that the guest wrote', () => {
  for (const [steps, kept] of [
    [0, 'old attached'],
    [1, 'new attached'],
  ] as const) {
    const told = swapping();
    bound(told);
    for (let step = 0; step < steps; step++) told.effectEnded('well');
    const rebooting = told.begin('hardReboot', 'req-3');
    assert.deepEqual(volumesAt(rebooting), [kept]);
    assert.ok(toldOf(told).includes(`releaseVolumes ${kept.startsWith('old') ? 'new' : 'old'}`));
  }
});

test('a swap that is asked for twice happens once, and the second is refused without taking anything back', () => {
  const told = swapping();
  told.tell({ type: 'begin', ...REQUESTS.swapVolume, requester: { ...USER, requestId: 'req-3' } });
  bound(told);
  told.effectEnded('well');
  told.effectEnded('well');
  const before = toldOf(told).length;
  told.begin('swapVolume', 'req-3');
  assert.equal(told.state?.operation, null);
  assert.deepEqual(volumesAt(anInstance({ ...told.state })), ['new attached']);
  assert.ok(!toldOf(told).slice(before).includes('releaseVolumes new'));
  assert.match(JSON.stringify(told.ctx.replies.at(-1)), /attached to a different instance/);
});

test('a volume that has grown is shown to the guest, and recorded, unless it is known', () => {
  const told = new Told(anInstance({ volumes: [HELD] }));
  const event = { name: 'volume-extended', volumeId: OLD, sizeGib: 4 } as const;
  const grown = told.tell({ type: 'externalEvent', event });
  assert.deepEqual([grown.operation?.action, grown.volumes?.[0]?.sizeGib], ['extendVolume', 4]);
  assert.equal(lastEffect(told), 'driver.ensureVolumeSizes');
  told.effectEnded('well');
  assert.equal(told.tell({ type: 'externalEvent', event }).operation, null);
  assert.equal(told.tell({ type: 'externalEvent', event: { ...event, volumeId: NEW } }).operation, null);
  assert.equal(told.ctx.effects.length, 1);
});

test('the news that a volume has grown waits for the end of what no task state shows', () => {
  const told = swapping();
  const event = { name: 'volume-extended', volumeId: OLD, sizeGib: 4 } as const;
  const waiting = told.tell({ type: 'externalEvent', event });
  assert.equal(waiting.operation?.action, 'swapVolume');
  assert.equal(waiting.waiting?.length, 1);
});
