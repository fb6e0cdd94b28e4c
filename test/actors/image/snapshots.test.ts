import assert from 'node:assert/strict';
import test from 'node:test';
import { handle } from '../../../actors/image/handle.ts';
import { type ImageMessage, imageRegistry, type SnapshotImage } from '../../../actors/image/protocol.ts';
import { images } from '../../../actors/image/row.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { RecordingContext } from '../recording-context.ts';

const INSTANCE = '11111111-1111-4111-8111-111111111111';
const answerTo = instance.at(INSTANCE);
const CONTENT = { contentId: 'ef', checksum: '01', sizeBytes: 9, virtualSizeBytes: 1_000 };
const BY = { projectId: 'p1', isAdmin: false, mayWrite: true };
const idOf = (number: number) => `66666666-6666-4666-8666-66666666666${number}`;

const snapshot = (changes: Partial<SnapshotImage> = {}): SnapshotImage => ({
  imageId: idOf(0),
  instanceId: INSTANCE,
  name: 'snap',
  owner: 'p1',
  minDiskGib: 1,
  minRamMib: 0,
  properties: { image_type: 'snapshot' },
  ...changes,
});

class Told {
  readonly ctx = new RecordingContext(imageRegistry.at('main'));
  readonly state = { count: 0, byOwner: new Map<string, number>() };

  tell(...messages: ImageMessage[]): void {
    for (const message of messages) {
      this.ctx.nowMs += 1_000;
      handle(this.state, message, this.ctx);
    }
  }

  row(imageId = idOf(0)) {
    return images.read(this.ctx.rows, imageId);
  }

  /** What instances were answered. */
  get outcomes(): unknown[] {
    return this.ctx.toldTo(`instance/${INSTANCE}`).map((message) => Object(message).outcome);
  }
}

const create = (changes: Partial<SnapshotImage> = {}): ImageMessage => ({
  type: 'createSnapshot',
  snapshot: snapshot(changes),
  requestId: 'r1',
  answerTo,
});
const finish = (imageId = idOf(0)): ImageMessage => ({
  type: 'finishSnapshot',
  imageId,
  instanceId: INSTANCE,
  content: CONTENT,
  diskFormat: 'qcow2',
  requestId: 'r2',
  answerTo,
});

test('the image of a snapshot is queued, saving, active; told twice, nothing changes', () => {
  const told = new Told();
  told.tell(create(), create());
  assert.equal(told.row()?.status, 'queued');
  assert.equal(told.state.count, 1);
  told.tell({ type: 'beginSnapshot', imageId: idOf(0), instanceId: INSTANCE });
  assert.equal(told.row()?.status, 'saving');
  told.tell(finish(), finish());
  assert.deepEqual([told.row()?.status, told.row()?.content], ['active', CONTENT]);
  assert.ok(told.outcomes.every((outcome) => Object(outcome).ok));
  assert.equal(told.outcomes.length, 4);
});

test('a snapshot goes on after a restart has taken its image back to queued', () => {
  const told = new Told();
  told.tell(create(), { type: 'beginSnapshot', imageId: idOf(0), instanceId: INSTANCE }, { type: 'recoverUploads' });
  assert.equal(told.row()?.status, 'queued');
  told.tell(finish());
  assert.equal(told.row()?.status, 'active');
});

test('an image without bytes is discarded, one with bytes and one of another instance are not', () => {
  const told = new Told();
  told.tell(create(), { type: 'discardSnapshot', imageId: idOf(0), instanceId: 'other' });
  assert.equal(told.row()?.status, 'queued');
  told.tell({ type: 'discardSnapshot', imageId: idOf(0), instanceId: INSTANCE });
  assert.equal(told.row(), undefined);
  assert.equal(told.state.count, 0);
  told.tell(finish());
  assert.equal(Object(told.outcomes.at(-1)).error.code, 'ImageNotFound');
  const another = idOf(1);
  told.tell(create({ imageId: another }), finish(another));
  told.tell({ type: 'discardSnapshot', imageId: another, instanceId: INSTANCE });
  assert.equal(told.row(another)?.status, 'active');
});

test('of backups the newest of their type and instance remain', () => {
  const told = new Told();
  const properties = { image_type: 'backup', backup_type: 'daily' };
  for (const number of [0, 1, 2]) told.tell(create({ imageId: idOf(number), properties }), finish(idOf(number)));
  told.tell(create({ imageId: idOf(3), properties: { ...properties, backup_type: 'weekly' } }), finish(idOf(3)));
  told.tell(create({ imageId: idOf(4), instanceId: 'other', properties }));
  told.tell({ type: 'rotateBackups', instanceId: INSTANCE, backupType: 'daily', keep: 1, by: BY });
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((number) => told.row(idOf(number)) !== undefined),
    [false, false, true, true, true],
  );
});
