import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GuestOutline, GuestSpec } from '../../../drivers/hypervisor.ts';
import {
  createSimFaults,
  createSimHypervisor,
  createSimWorld,
  noLatency,
  type SimHypervisorOptions,
} from '../../../drivers/sim/index.ts';
import { smallHost } from '../small-host.ts';
import { smallSpec } from '../specs.ts';

const inventory = smallHost({ memoryMib: 1_024, diskGib: 1_000 });
const ORDER = { instanceId: 'i1', orderId: 'o1' };

const outline = (changes: Partial<GuestSpec> = {}): GuestOutline => ({ ...smallSpec(changes), hostname: 'i' });

/** A host on which nothing takes time, changed as wanted. */
async function hostOf(options: Partial<SimHypervisorOptions> = {}) {
  const clock = { now: () => 0, after: () => assert.fail('a timer was used') };
  const host = createSimHypervisor({ inventory, clock, random: () => 0, ...options });
  await host.start();
  return host;
}

test('a guest runs and goes at once, as by the orders that are waited for', async () => {
  const host = await hostOf();
  const running = host.runAtOnce?.(ORDER, outline());
  assert.equal(running?.ok && running.value.power, 'running');
  const seen = await host.inspect('i1');
  assert.equal(seen.ok && seen.value.power, 'running');
  const large = host.runAtOnce?.({ ...ORDER, instanceId: 'i2' }, outline({ memoryMib: 4_096 }));
  assert.equal(large && !large.ok && large.error.code, 'OutOfResources');
  assert.deepEqual(host.removeAtOnce?.(ORDER), { ok: true, value: null });
  assert.deepEqual(await host.inspectAll(), { ok: true, value: [] });
  assert.deepEqual(host.removeAtOnce?.(ORDER), { ok: true, value: null }, 'repeated, it is as well');
});

const CASES: Readonly<Record<string, Partial<SimHypervisorOptions>>> = {
  'when it takes time': { latency: { ...noLatency, spawn: 5, delete: 5 } },
  'when something may go wrong': { faults: createSimFaults(() => 0) },
  'when the guests outlive the driver': { world: createSimWorld() },
};
for (const [name, options] of Object.entries(CASES)) {
  test(`nothing is done at once ${name}`, async () => {
    const host = await hostOf(options);
    assert.deepEqual([host.runAtOnce?.(ORDER, outline()), host.removeAtOnce?.(ORDER)], [null, null]);
    assert.deepEqual(await host.inspectAll(), { ok: true, value: [] });
  });
}

test('nothing is done at once on a host that is cut off', async () => {
  const host = await hostOf();
  host.setReachable(false);
  assert.equal(host.runAtOnce?.(ORDER, outline()), null);
});
