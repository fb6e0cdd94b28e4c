import assert from 'node:assert/strict';
import test from 'node:test';
import { handle } from '../../../actors/volume/handle.ts';
import { type VolumeChange, volume } from '../../../actors/volume/protocol.ts';
import { type VolumeRow, volumeSnapshots, volumes } from '../../../actors/volume/row.ts';
import type { VolumeContent } from '../../../drivers/volumes.ts';
import { RecordingContext } from '../recording-context.ts';
import { aSnapshot, aVolume, VOLUME_ID } from './volume-rows.ts';

const SNAPSHOT_ID = '88888888-8888-4888-8888-888888888888';
const extend: VolumeChange = { type: 'extendVolume', id: VOLUME_ID, sizeGib: 2, attachedToo: false };
const remove = (cascade: boolean, force = false): VolumeChange => ({
  type: 'deleteVolume',
  id: VOLUME_ID,
  cascade,
  force,
});

/** What becomes of a change of a volume, whose snapshot is in this state, while another volume is made of something. */
function outcome(
  change: VolumeChange,
  copy: Pick<VolumeRow, 'content' | 'status'> | null,
  snapshot: 'creating' | 'available' | null = null,
) {
  const ctx = new RecordingContext(volume.at('main'));
  ctx.put(volumes, VOLUME_ID, aVolume());
  if (snapshot) ctx.put(volumeSnapshots, SNAPSHOT_ID, aSnapshot({ id: SNAPSHOT_ID, status: snapshot }));
  if (copy) ctx.put(volumes, 'copy', aVolume({ id: 'copy', ...copy }));
  handle(null, change, ctx);
  const reply = Object(ctx.replies[0]);
  return {
    code: reply.ok ? 'ok' : reply.error.code,
    status: volumes.read(ctx.rows, VOLUME_ID)?.status,
    snapshot: volumeSnapshots.read(ctx.rows, SNAPSHOT_ID)?.status ?? null,
    effects: ctx.effects.length,
  };
}

const ofVolume: VolumeContent = { kind: 'volume', volumeId: VOLUME_ID };
const ofSnapshot: VolumeContent = { kind: 'snapshot', snapshotId: SNAPSHOT_ID };
const refused = (snapshot: string | null = null) =>
  ({ code: 'InvalidVolume', status: 'available', snapshot, effects: 0 }) as const;

test('a volume from which another one is being made neither grows nor goes', () => {
  const copy = { content: ofVolume, status: 'creating' } as const;
  assert.deepEqual(outcome(extend, copy), refused());
  assert.deepEqual(outcome(remove(false), copy), refused());
  assert.deepEqual(outcome(remove(true), copy), refused());
  const made = { ...copy, status: 'available' } as const;
  assert.equal(outcome(extend, made).status, 'extending');
  assert.equal(outcome(remove(false), made).status, 'deleting');
});

test('a volume of which a snapshot is being made neither grows nor goes', () => {
  assert.deepEqual(outcome(extend, null, 'creating'), refused('creating'));
  assert.deepEqual(outcome(remove(true), null, 'creating'), refused('creating'));
  assert.equal(outcome(extend, null, 'available').status, 'extending');
});

test('a volume does not go with its snapshots while a volume is being made of one of them', () => {
  const copy = { content: ofSnapshot, status: 'creating' } as const;
  assert.deepEqual(outcome(remove(true), copy, 'available'), refused('available'));
  const gone = outcome(remove(true), { ...copy, status: 'available' }, 'available');
  assert.deepEqual([gone.status, gone.snapshot], ['deleting', 'deleting']);
});

test('an administrator removes it by force all the same', () => {
  assert.equal(outcome(remove(false, true), { content: ofVolume, status: 'creating' }).status, 'deleting');
});
