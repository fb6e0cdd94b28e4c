import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createQemuImageCache } from '../../../drivers/qemu/index.ts';
import { qcow2Image } from '../image-store/qcow2-image.ts';
import { imagesIn, qemuDirectory, qemuUnavailable } from './setup.ts';

const SOUND = qcow2Image();
let directory: Awaited<ReturnType<typeof qemuDirectory>>;
before(async () => {
  directory = await qemuDirectory();
  await directory.addImage('sound', SOUND);
  await directory.addImage('torn', Buffer.alloc(SOUND.length, 1));
});
after(() => directory.cleanUp());

const ensure = (contentId: string, signal = new AbortController().signal) =>
  createQemuImageCache({ images: imagesIn(directory.root), qemuImg: 'qemu-img', directory: directory.root }).ensure(
    { imageId: 'i1', contentId, format: 'qcow2', sizeBytes: SOUND.length },
    signal,
  );

test('an image is ready when it is on the host, whole and of its format', { skip: qemuUnavailable }, async () => {
  for (let repeated = 0; repeated < 2; repeated++) assert.equal((await ensure('sound')).ok, true);
  for (const contentId of ['torn', 'absent']) {
    const refused = await ensure(contentId);
    assert.equal(refused.ok ? 'ready' : refused.error.code, 'ImageUnusable', contentId);
  }
});

test('a check that was taken back does not make it ready', { skip: qemuUnavailable }, async () => {
  const refused = await ensure('sound', AbortSignal.abort());
  assert.equal(refused.ok ? 'ready' : refused.error.code, 'TimedOut');
});
