import assert from 'node:assert/strict';
import test from 'node:test';
import type { Instance } from '../../../actors/instance/row.ts';
import { anInstance, HELD_VOLUME, ID, REQUESTS, SNAPSHOT_ID, Told, USER } from './an-instance.ts';

const CAPTURED = {
  contentId: 'ef',
  checksum: '01',
  sizeBytes: 9,
  virtualSizeBytes: 1_000,
  diskFormat: 'qcow2',
} as const;
const images = (told: Told) => told.ctx.toldTo('image/main');
const kinds = (told: Told): unknown[] => images(told).map((message) => Object(message).type);
const answered = (told: Told, isGood = true) => {
  const error = { code: 'ImageLimitExceeded', what: 'images', allowed: 1 } as const;
  const outcome = isGood ? ({ ok: true, value: null } as const) : ({ ok: false, error } as const);
  return told.tell({ type: 'snapshotAnswered', requestId: told.stepId, outcome });
};
const captured = (told: Told) =>
  told.tell({
    type: 'effectEnded',
    effectId: told.stepId,
    name: 'driver.captureRoot',
    outcome: { ok: true, value: CAPTURED },
  });

test('a snapshot makes its image, answers, stores the bytes and finishes the image', () => {
  const told = new Told(anInstance({ vmState: 'paused' }));
  assert.equal(told.begin('createImage', 'req-2').taskState, 'image_snapshot_pending');
  const [made] = images(told);
  assert.deepEqual(Object(made).snapshot, {
    imageId: SNAPSHOT_ID,
    instanceId: ID,
    name: 'snap',
    owner: 'p1',
    minDiskGib: 1,
    minRamMib: 0,
    properties: {
      a: 'b',
      base_image_ref: '22222222-2222-4222-8222-222222222222',
      user_id: 'u1',
      owner_id: 'p1',
      image_location: 'snapshot',
      image_state: 'available',
      image_type: 'snapshot',
    },
  });
  assert.equal(told.ctx.replies.length, 0);
  assert.equal(answered(told).taskState, 'image_snapshot');
  assert.deepEqual(told.ctx.replies, [{ ok: true, value: { instanceId: ID } }]);
  assert.deepEqual(
    told.ctx.effects.map(({ name, lane }) => [name, lane]),
    [['driver.captureRoot', 'capture:host-a']],
  );
  assert.equal(captured(told).taskState, 'image_uploading');
  const { content, diskFormat } = Object(images(told).at(-1));
  assert.deepEqual({ ...content, diskFormat }, CAPTURED);
  const after = answered(told);
  assert.deepEqual([after.vmState, after.taskState, after.operation, after.fault], ['paused', null, null, null]);
  assert.deepEqual(kinds(told), ['createSnapshot', 'beginSnapshot', 'finishSnapshot']);
  assert.equal(told.ctx.replies.length, 1);
});

test('the volumes of a guest that runs are copied after its agent has had everything written, where there is one', () => {
  const quiescing = (changes: Partial<Instance>): unknown => {
    const root = { ...HELD_VOLUME, bootIndex: 0, agent: 'required' } as const;
    const told = new Told(anInstance({ image: null, volumes: [root], ...changes }));
    const volumeSnapshots = [{ snapshotId: 's', volumeId: HELD_VOLUME.volumeId }];
    told.tell({ type: 'begin', ...REQUESTS.createImage, volumeSnapshots, requester: { ...USER, requestId: 'req-2' } });
    answered(told);
    const asked = told.ctx.tells.find(({ to }) => to === 'volume/main')?.message;
    assert.equal(Object(asked).type, 'snapshotVolumes');
    return Object(asked).quiescing;
  };
  assert.equal(quiescing({}), 'required');
  assert.equal(quiescing({ volumes: [{ ...HELD_VOLUME, bootIndex: 0 }] }), 'no');
  for (const vmState of ['paused', 'stopped', 'suspended'] as const) assert.equal(quiescing({ vmState }), 'no');
});

test('who asks for a snapshot hears that the image cannot be made', () => {
  const told = new Told(anInstance());
  told.begin('createImage', 'req-2');
  const after = answered(told, false);
  assert.equal(Object(told.ctx.replies[0]).error.code, 'InvalidInput');
  assert.deepEqual([after.vmState, after.operation], ['active', null]);
});

test('a snapshot whose bytes cannot be made is tried again, then its image is discarded and the instance is as before', () => {
  const told = new Told(anInstance());
  told.begin('createImage', 'req-2');
  answered(told);
  told.effectEnded('badly');
  told.tell({ type: 'retryStep', requestId: 'req-2', step: 1 });
  const after = told.effectEnded('badly');
  assert.deepEqual([after.vmState, after.taskState, after.fault?.message], ['active', null, 'no disk']);
  assert.equal(kinds(told).at(-1), 'discardSnapshot');
});

test('an image that was deleted meanwhile fails the snapshot', () => {
  const told = new Told(anInstance());
  told.begin('createImage', 'req-2');
  answered(told);
  captured(told);
  assert.match(answered(told, false).fault?.message ?? '', /^The image could not be made/);
});

test('a deletion overtakes a snapshot, whose image is discarded and whose asker is told', () => {
  const told = new Told(anInstance());
  told.begin('createImage', 'req-2');
  const late = told.stepId;
  told.begin('delete', 'req-3');
  assert.equal(kinds(told).at(-1), 'discardSnapshot');
  assert.deepEqual(
    told.ctx.replies.map((reply) => Object(reply).error?.code ?? 'taken'),
    ['taken', 'InstanceInvalidState'],
  );
  told.tell({ type: 'snapshotAnswered', requestId: late, outcome: { ok: true, value: null } });
  assert.equal(told.effectEnded('well').vmState, 'deleted');
});

test('after a backup the older ones of its type go', () => {
  const told = new Told(anInstance({ vmState: 'stopped' }));
  assert.equal(told.begin('createBackup', 'req-2').taskState, 'image_backup');
  assert.equal(Object(images(told)[0]).snapshot.properties.backup_type, 'daily');
  assert.equal(answered(told).taskState, 'image_backup');
  captured(told);
  assert.equal(answered(told).vmState, 'stopped');
  assert.deepEqual(images(told).at(-1), {
    type: 'rotateBackups',
    instanceId: ID,
    backupType: 'daily',
    keep: 2,
    by: { projectId: 'p1', isAdmin: false, mayWrite: true },
  });
});
