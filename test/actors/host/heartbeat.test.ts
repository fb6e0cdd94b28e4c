import assert from 'node:assert/strict';
import test from 'node:test';
import { handle } from '../../../actors/host/handle.ts';
import { host } from '../../../actors/host/protocol.ts';
import { type Host, heartbeatMs, serviceUpdatedAtMs } from '../../../actors/host/row.ts';
import { RecordingContext } from '../recording-context.ts';
import { aHost } from './a-host.ts';

const SEEN_MS = 900_000;
const aService = (said: Partial<Host> = {}): Host =>
  aHost({ name: 'host-a', hypervisorId: 'h', inventory: null, seenAtMs: SEEN_MS, lookEveryMs: 600_000, ...said });

test('the service of a host that is up says so every ten seconds, however seldom the host is looked at', () => {
  for (const [afterMs, beatMs] of [
    [0, 0],
    [9_999, 0],
    [10_000, 10_000],
    [599_999, 590_000],
  ] as const)
    assert.equal(heartbeatMs(aService(), SEEN_MS + afterMs), SEEN_MS + beatMs, `after ${afterMs} ms`);
});

test('a service says nothing any more when its host is down, or when the next look is overdue', () => {
  const laterMs = SEEN_MS + 3_600_000;
  assert.equal(heartbeatMs(aService({ state: 'down' }), laterMs), SEEN_MS);
  assert.equal(heartbeatMs(aService({ state: 'connecting' }), laterMs), SEEN_MS);
  assert.equal(heartbeatMs(aService(), laterMs), SEEN_MS + 630_000);
});

test('a clock that was set back shows no heartbeat before the one that was seen', () => {
  assert.equal(heartbeatMs(aService(), SEEN_MS - 60_000), SEEN_MS);
});

test('whoever disables a service or says that it is down updates it, up or not', () => {
  const ctx = new RecordingContext(host.at('host-a'));
  const down = aService({ state: 'down' });
  for (const message of [
    { type: 'setDisabled', disabled: true, reason: null },
    { type: 'setForcedDown', forcedDown: true },
  ] as const) {
    const next = handle(down, message, ctx);
    assert.equal(next && serviceUpdatedAtMs(next, ctx.nowMs), ctx.nowMs, message.type);
  }
  assert.equal(serviceUpdatedAtMs(down, ctx.nowMs), SEEN_MS);
});
