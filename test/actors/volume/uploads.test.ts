import assert from 'node:assert/strict';
import test from 'node:test';
import { handle } from '../../../actors/volume/handle.ts';
import { type VolumeChange, type VolumeMessage, volume } from '../../../actors/volume/protocol.ts';
import { volumes } from '../../../actors/volume/row.ts';
import { RecordingContext } from '../recording-context.ts';
import { aVolume, VOLUME_ID } from './volume-rows.ts';

const upload = { imageId: 'i-1', uploadId: 'up-1' } as const;
const LOST = { type: 'failUpload', ...upload };
const order: VolumeChange = { type: 'uploadVolume', id: VOLUME_ID, format: 'raw', ...upload };
const failedEffect: VolumeMessage = {
  type: 'effectEnded',
  effectId: `upload:${VOLUME_ID}`,
  name: 'volume.capture',
  outcome: { ok: false, error: { code: 'EffectFailed', reason: 'no room' } },
};

/** The volume, told these things, and what the image service heard. */
function after(...messages: readonly VolumeMessage[]) {
  const ctx = new RecordingContext(volume.at('main'));
  ctx.put(volumes, VOLUME_ID, aVolume());
  for (const message of messages) handle(null, message, ctx);
  return { row: volumes.read(ctx.rows, VOLUME_ID), told: ctx.toldTo('image/main'), cancelled: ctx.cancelledEffects };
}

test('the image of a volume that is removed by force while it is uploaded hears that there will be no bytes', () => {
  const { row, told, cancelled } = after(order, { type: 'deleteVolume', id: VOLUME_ID, cascade: false, force: true });
  assert.deepEqual([row?.status, row?.upload], ['deleting', null]);
  assert.ok(cancelled.includes(`upload:${VOLUME_ID}`));
  assert.deepEqual(told, [LOST]);
});

const reset: VolumeChange = { type: 'setVolumeStatus', id: VOLUME_ID, status: 'available', detached: false };

test('the end of an upload is told to the image, also when the volume was given another status', () => {
  assert.deepEqual(after(order, failedEffect).told, [LOST]);
  const { row, told } = after(order, { ...reset, status: 'error' }, failedEffect);
  assert.deepEqual([row?.status, row?.upload], ['error', null]);
  assert.deepEqual(told, [LOST]);
});

test('an upload that another one takes the place of has failed', () => {
  const second = { imageId: 'i-2', uploadId: 'up-2' } as const;
  const { row, told } = after(order, reset, { ...order, ...second });
  assert.deepEqual([row?.status, row?.upload], ['uploading', second]);
  assert.deepEqual(told, [LOST]);
});
