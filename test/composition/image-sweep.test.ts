import assert from 'node:assert/strict';
import test from 'node:test';
import { imageRegistry } from '../../actors/image/protocol.ts';
import { type Instance, instances, type RunningOperation } from '../../actors/instance/row.ts';
import { sweepImages } from '../../composition/image-sweep.ts';
import type { ImageStore } from '../../drivers/images.ts';
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
async function removed(changes: Partial<Instance>): Promise<readonly string[]> {
  const ctx = new RecordingContext(imageRegistry.at('main'));
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
