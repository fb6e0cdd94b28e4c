import assert from 'node:assert/strict';
import test from 'node:test';
import { imageRegistry } from '../../actors/image/protocol.ts';
import { type Instance, instances, type RunningOperation } from '../../actors/instance/row.ts';
import { type VolumeRow, volumes } from '../../actors/volume/row.ts';
import { sweepImages, sweepRegularly } from '../../composition/image-sweep.ts';
import type { ImageStore } from '../../drivers/images.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { anInstance, ID, OTHER_IMAGE } from '../actors/instance/an-instance.ts';
import { RecordingContext } from '../actors/recording-context.ts';

const CONTENTS = ['ab', OTHER_IMAGE.contentId, 'unused'];
const SNAPSHOT: RunningOperation = {
  action: 'createImage',
  requestId: 'r',
  round: 0,
  step: 1,
  attempt: 1,
  startedMs: 1,
  details: {
    kind: 'snapshot',
    imageId: 'i',
    name: 'snap',
    propertiesJson: '{}',
    owner: 'p1',
    isAdmin: false,
    backup: null,
    asker: null,
    captured: null,
  },
};

/** What a sweep removes beside one instance of the image `ab`. */
async function removed(changes: Partial<Instance>, volume: VolumeRow | null = null): Promise<readonly string[]> {
  const ctx = new RecordingContext(imageRegistry.at('main'));
  if (volume) ctx.put(volumes, volume.id, volume);
  ctx.put(instances, ID, anInstance(changes));
  const store: Pick<ImageStore, 'listContent' | 'removeContent'> = {
    listContent: async () => CONTENTS,
    removeContent: () => true,
  };
  const none = async (): Promise<never> => assert.fail('not of a sweep');
  const whole: ImageStore = {
    ...store,
    imageBytesMax: 1,
    put: none,
    release: () => assert.fail('not of a sweep'),
    read: none,
    ensureLocal: none,
    close: none,
  };
  return sweepImages(whole, ctx.rows);
}

test('a sweep keeps what a guest was made of, and what it is rescued with', async () => {
  assert.deepEqual(await removed({}), [OTHER_IMAGE.contentId, 'unused']);
  assert.deepEqual(await removed({ vmState: 'rescued', rescueImage: OTHER_IMAGE }), ['unused']);
});

test('while a snapshot is under way nothing is removed, for its bytes may be there already', async () => {
  assert.deepEqual(await removed({ operation: SNAPSHOT, taskState: 'image_snapshot' }), []);
});

test('a sweep keeps what a disk stands on until it is rebuilt', async () => {
  const former = { image: OTHER_IMAGE, rootImage: null };
  const details = { kind: 'rebuild', preserveEphemeral: false, former } as const;
  assert.deepEqual(await removed({ operation: { ...SNAPSHOT, action: 'rebuild', details } }), ['unused']);
});

test('a sweep keeps what a volume is being made of, until it is made', async () => {
  const { imageId, contentId, format, sizeBytes } = { ...OTHER_IMAGE, contentId: 'unused' };
  const content = { kind: 'image', imageId, contentId, format, sizeBytes } as const;
  const volume: VolumeRow = {
    id: '77777777-7777-4777-8777-777777777777',
    projectId: 'p1',
    userId: 'u1',
    name: null,
    description: null,
    sizeGib: 1,
    status: 'creating',
    availabilityZone: 'nova',
    bootable: true,
    readOnly: false,
    metadataJson: '{}',
    imageMetadataJson: null,
    content,
    createdAtMs: 1,
    updatedAtMs: 1,
    launchedAtMs: null,
  };
  assert.deepEqual(await removed({}, volume), [OTHER_IMAGE.contentId]);
  assert.deepEqual(await removed({}, { ...volume, status: 'available' }), [OTHER_IMAGE.contentId, 'unused']);
  const wanted = {
    type: 'reimageVolume',
    requestId: 'r',
    instanceId: ID,
    volumeId: volume.id,
    content,
    imageMetadataJson: '{}',
    answerTo: { kind: 'instance', id: ID },
  } as const;
  const blank = { kind: 'blank' } as const;
  const filled = { ...volume, status: 'downloading', content: blank, reimage: wanted } as const;
  assert.deepEqual(await removed({}, filled), [OTHER_IMAGE.contentId]);
});

test('contents are looked at every 40 minutes, until the cloud stops', async () => {
  const clock = new VirtualClock();
  let sweeps = 0;
  const stop = sweepRegularly(clock, () => {
    sweeps += 1;
  });
  await clock.advanceSettled(clock.now() + 2_399_000);
  assert.equal(sweeps, 0);
  await clock.advanceSettled(clock.now() + 2_400_000 * 3);
  assert.equal(sweeps, 3);
  stop();
  await clock.advanceSettled(clock.now() + 10_000_000);
  assert.equal(sweeps, 3);
});
