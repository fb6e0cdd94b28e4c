import assert from 'node:assert/strict';
import test from 'node:test';
import { ensureImages, readyIn } from '../../../actors/precache/effect.ts';
import type { GuestImage } from '../../../drivers/hypervisor.ts';
import type { ImageCache } from '../../../drivers/image-cache.ts';
import { driverFailed, driverOk } from '../../../drivers/result.ts';

const images = ['bad', 'good'].map((imageId) => ({ imageId, contentId: imageId, format: 'raw', sizeBytes: 1 }));
const anyTime = new AbortController().signal;

function aCache() {
  const asked: GuestImage[] = [];
  const cache: ImageCache = {
    async ensure(image) {
      asked.push(image);
      return image.imageId === 'bad' ? driverFailed({ code: 'ImageUnusable', reason: 'torn' }) : driverOk(null);
    },
  };
  return { asked, cache };
}

test('an image that cannot be used does not keep the others from being made ready', async () => {
  const { asked, cache } = aCache();
  const outcome = await ensureImages(cache, { host: 'a', images }, anyTime);
  assert.deepEqual(readyIn(outcome), ['good']);
  assert.deepEqual(asked, images);
});

test('a host without a cache has none of them ready, nor one whose time is up', async () => {
  assert.deepEqual(readyIn(await ensureImages(null, { images }, anyTime)), []);
  const { asked, cache } = aCache();
  assert.deepEqual(readyIn(await ensureImages(cache, { images }, AbortSignal.abort())), []);
  assert.deepEqual(asked, []);
});

test('what is no image, and the end of an effect that failed, name none', async () => {
  const { cache } = aCache();
  for (const args of [null, {}, { images: 'all' }, { images: [{ imageId: 'good' }] }])
    assert.deepEqual(readyIn(await ensureImages(cache, args, anyTime)), []);
  assert.deepEqual(readyIn({ ok: false, error: { code: 'Unreachable', reason: 'gone' } }), []);
  assert.deepEqual(readyIn({ ok: true, value: { cached: [1, 'x'] } }), ['x']);
});
