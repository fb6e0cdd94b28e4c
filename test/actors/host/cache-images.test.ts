import assert from 'node:assert/strict';
import test from 'node:test';
import { type HostState, handle } from '../../../actors/host/handle.ts';
import { host } from '../../../actors/host/protocol.ts';
import { RecordingContext } from '../recording-context.ts';
import { aHost } from './a-host.ts';

const IMAGES = [{ imageId: 'i1', contentId: 'c1', format: 'raw', sizeBytes: 1 }] as const;
const up = aHost({ name: 'host-a', hypervisorId: 'h', inventory: null });

function asked(state: HostState, images: typeof IMAGES | readonly [] = IMAGES) {
  const ctx = new RecordingContext(host.at('host-a'));
  const next = handle(state, { type: 'cacheImages', job: 'job', images }, ctx);
  assert.equal(next, state);
  return ctx;
}

test('a host that is up has its driver make images ready, and tells the job which ones are', () => {
  const ctx = asked(up);
  const [effect] = ctx.effects;
  assert.deepEqual([effect?.name, effect?.args], ['driver.ensureImages', { host: 'host-a', images: IMAGES }]);
  assert.deepEqual(ctx.toldTo('precache/job'), []);
  const ended = { type: 'effectEnded', effectId: effect?.effectId ?? '', name: effect?.name ?? '' } as const;
  handle(up, { ...ended, outcome: { ok: true, value: { cached: ['i1'] } } }, ctx);
  handle(up, { ...ended, outcome: { ok: false, error: { code: 'TimedOut', reason: 'late' } } }, ctx);
  assert.deepEqual(ctx.toldTo('precache/job'), [
    { type: 'hostEnded', host: 'host-a', cached: ['i1'] },
    { type: 'hostEnded', host: 'host-a', cached: [] },
  ]);
});

test('a host that is down or unknown, and one that is asked for nothing, says so at once', () => {
  const none = [{ type: 'hostEnded', host: 'host-a', cached: [] }];
  for (const ctx of [
    asked({ ...up, state: 'down' }),
    asked({ ...up, state: 'connecting' }),
    asked(null),
    asked(up, []),
  ]) {
    assert.deepEqual(ctx.effects, []);
    assert.deepEqual(ctx.toldTo('precache/job'), none);
  }
});
