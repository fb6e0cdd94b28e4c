import assert from 'node:assert/strict';
import test from 'node:test';
import { effectEnded } from '../../../actors/volume/ended.ts';
import { type VolumeAttachmentRow, type VolumeRow, volumeAttachments, volumes } from '../../../actors/volume/row.ts';
import { RecordingContext } from '../recording-context.ts';
import { aVolume, VOLUME_ID } from './volume-rows.ts';

const EXTENDING = aVolume({ status: 'extending' });

const ATTACHED: VolumeAttachmentRow = {
  id: 'a-1',
  volumeId: VOLUME_ID,
  projectId: 'p1',
  instanceId: 'i-1',
  status: 'attached',
  host: 'host-a',
  device: '/dev/vdb',
  attachMode: 'rw',
  attachedAtMs: 1,
  createdAtMs: 1,
  connectorJson: null,
  binding: { order: null, deviceId: 'd-1', deleteOnTermination: false },
};

/** The volume after it has grown, with what has it by then. */
function grown(attachments: readonly VolumeAttachmentRow[]): VolumeRow | undefined {
  const ctx = new RecordingContext({ kind: 'volume', id: 'main' });
  ctx.put(volumes, VOLUME_ID, EXTENDING);
  for (const attachment of attachments) ctx.put(volumeAttachments, attachment.id, attachment);
  const outcome = { ok: true, value: 2 } as const;
  effectEnded(ctx, { type: 'effectEnded', effectId: `extend:${VOLUME_ID}`, name: 'volume.ensureSize', outcome });
  return volumes.read(ctx.rows, VOLUME_ID);
}

test('a volume that has grown is what its attachments make it, also when it was given back meanwhile', () => {
  assert.deepEqual([grown([ATTACHED])?.status, grown([ATTACHED])?.sizeGib], ['in-use', 2]);
  assert.equal(grown([])?.status, 'available');
  assert.equal(grown([{ ...ATTACHED, status: 'reserved' }])?.status, 'reserved');
});
