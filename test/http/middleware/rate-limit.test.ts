import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimiter } from '../../../http/middleware/rate-limit.ts';
import { stubApp } from '../stub-api.ts';
import { stubRoutes } from '../stub-routes.ts';

const clockAt = () => {
  const clock = { nowMs: 0, monotonic: () => clock.nowMs };
  return clock;
};

test('a project may send a minute’s worth at once, then as much as comes back', () => {
  const clock = clockAt();
  const limiter = new RateLimiter({ readsPerMinute: 60, writesPerMinute: 2 }, clock);
  for (let sent = 0; sent < 60; sent++) assert.equal(limiter.refusal('p', 'GET'), null);
  assert.equal(limiter.refusal('p', 'GET'), 1);
  assert.equal(limiter.refusal('p', 'POST'), null);
  assert.equal(limiter.refusal('p', 'DELETE'), null);
  assert.equal(limiter.refusal('p', 'PUT'), 30);
  assert.equal(limiter.refusal('other', 'GET'), null);
  clock.nowMs += 1000;
  assert.equal(limiter.refusal('p', 'GET'), null);
  assert.equal(limiter.refusal('p', 'GET'), 1);
  clock.nowMs += 29_000;
  assert.equal(limiter.refusal('p', 'POST'), null);
});

test('without a limit nothing is refused, and with zero everything', () => {
  const limiter = new RateLimiter({ readsPerMinute: -1, writesPerMinute: 0 }, clockAt());
  for (let sent = 0; sent < 1000; sent++) assert.equal(limiter.refusal('p', 'GET'), null);
  assert.equal(limiter.refusal('p', 'POST'), 60);
});

test('a request beyond the limit is 429 with Retry-After, 413 in legacy v2', async () => {
  const rateLimiter = new RateLimiter({ readsPerMinute: 1, writesPerMinute: 1 }, clockAt());
  const app = stubApp(stubRoutes, { rateLimiter });
  const get = (path: string) => app.request(`http://h${path}`, { headers: { 'X-Auth-Token': 'member' } });
  assert.equal((await get('/v2.1/flavors')).status, 200);
  const refused = await get('/v2.1/flavors');
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '60');
  assert.deepEqual(JSON.parse(await refused.text()), {
    overLimit: { code: 429, message: 'This request was rate-limited.', retryAfter: '60' },
  });
  assert.equal((await get('/v2/flavors')).status, 413);
});
