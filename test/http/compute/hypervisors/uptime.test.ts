import assert from 'node:assert/strict';
import test from 'node:test';
import type { Host } from '../../../../actors/host/row.ts';
import { uptimeOf } from '../../../../http/compute/hypervisors/uptime.ts';
import { aHost } from '../../../actors/host/a-host.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const host = (upMs: number, changes: Partial<Host> = {}): Host =>
  aHost({
    name: 'one',
    hypervisorId: 'h',
    inventory: null,
    seenAtMs: Date.UTC(2026, 0, 1, 8, 32, 11),
    uptime: { upMs, users: 12, loadAverages: [0.2, 0.12, 0.14] },
    ...changes,
  });

test('an uptime is told in the words of uptime(1)', () => {
  const at = Date.UTC(2026, 0, 1, 8, 32, 11);
  for (const [upMs, up] of [
    [5 * MINUTE_MS, '5 min'],
    [3 * HOUR_MS + 7 * MINUTE_MS, ' 3:07'],
    [DAY_MS, '1 day, 0 min'],
    [93 * DAY_MS + 18 * HOUR_MS + 25 * MINUTE_MS, '93 days, 18:25'],
  ] as const)
    assert.equal(uptimeOf(host(upMs), at), ` 08:32:11 up ${up},  12 users,  load average: 0.20, 0.12, 0.14`);
});

test('it goes on between two looks at the host, also when the clock goes back', () => {
  const { seenAtMs } = host(0);
  assert.match(uptimeOf(host(MINUTE_MS), seenAtMs + 2 * MINUTE_MS) ?? '', / up 3 min, /);
  assert.match(uptimeOf(host(MINUTE_MS), seenAtMs - 2 * MINUTE_MS) ?? '', / up 1 min, /);
});

test('a host that is down, or has not told, has none', () => {
  assert.equal(uptimeOf(host(MINUTE_MS, { state: 'down' }), 0), null);
  assert.equal(uptimeOf(host(MINUTE_MS, { uptime: null }), 0), null);
});
