import assert from 'node:assert/strict';
import test from 'node:test';
import { PRECACHE_EVENT_TYPES, tellingPrecaches } from '../../../actors/notifier/of-precaches.ts';
import type { PrecacheState } from '../../../actors/precache/handle.ts';
import { precacheKind } from '../../../actors/precache/index.ts';
import { precache } from '../../../actors/precache/protocol.ts';
import { RecordingContext } from '../recording-context.ts';
import { assertContract, contractAbsent, dataOf, type Told, toldTo } from './told.ts';

const image = (imageId: string) => ({ imageId, contentId: imageId, format: 'raw', sizeBytes: 1 }) as const;
const plan = {
  aggregate: { number: 4, uuid: 'a1', name: 'agg', hosts: ['h1', 'h2'], metadata: { ssd: 'true' } },
  images: [image('i1'), image('i2')],
  unusable: ['queued'],
  hostsAtOnce: 2,
};

function story(): readonly Told[] {
  const ctx = new RecordingContext(precache.at('job'));
  const kind = precacheKind(tellingPrecaches(['webhook']));
  let state: PrecacheState = null;
  for (const message of [
    { type: 'begin', plan },
    { type: 'hostEnded', host: 'h2', cached: ['i1', 'i2'] },
    { type: 'hostEnded', host: 'h1', cached: ['i2'] },
  ] as const)
    state = kind.handle(state, message, ctx);
  return toldTo(ctx);
}

test('a request to cache images is told as it begins, with each host, and as it ends', () => {
  const told = story();
  assert.deepEqual(
    told.map(({ event_type }) => event_type.replace('aggregate.cache_images.', '')),
    ['start', 'progress', 'progress', 'end'],
  );
  const aggregate = { id: 4, uuid: 'a1', name: 'agg' };
  const [start, first, second, end] = told.map(dataOf);
  for (const whole of [start, end])
    assert.deepEqual(whole, { ...aggregate, hosts: ['h1', 'h2'], metadata: { ssd: 'true' } });
  const all = { ...aggregate, total: 2 };
  assert.deepEqual(first, { ...all, host: 'h2', index: 1, images_cached: ['i1', 'i2'], images_failed: ['queued'] });
  assert.deepEqual(second, { ...all, host: 'h1', index: 2, images_cached: ['i2'], images_failed: ['i1', 'queued'] });
});

test('what is told of cached images is as Nova tells it', { skip: contractAbsent }, () => {
  assertContract(story(), PRECACHE_EVENT_TYPES);
});
