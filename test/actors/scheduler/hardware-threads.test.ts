import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import { explain, noHost } from '../../../actors/scheduler/explain.ts';
import type { SchedulerOptions } from '../../../actors/scheduler/options.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { Scheduler } from '../../../actors/scheduler/scheduler.ts';
import { aRequest, type SomeHost, someHosts, someOptions } from './some-hosts.ts';

const NOW = { nowMs: 0, random: () => 0 };
const THREADS = { traits: ['HW_CPU_HYPERTHREADING'] };
const ISOLATED: Partial<ClaimRequest> = { extraSpecs: { 'hw:cpu_thread_policy': 'isolate' } };
const ISOLATED_BY_IMAGE: Partial<ClaimRequest> = { imageProperties: { hw_cpu_thread_policy: 'isolate' } };

/** The host that is taken, and that it is the one that is explained. */
function chosen(
  named: Readonly<Record<string, SomeHost>>,
  asked: Partial<ClaimRequest>,
  options: Partial<SchedulerOptions> = {},
): string | null {
  const hosts = someHosts(named);
  const rules = rulesOf(someOptions(options));
  const row = new Scheduler(hosts, rules).choose(aRequest(asked), NOW);
  const name = row === undefined ? null : hosts.name(row);
  assert.equal(explain(aRequest(asked), rules, hosts, 0).chosen, name);
  return name;
}

for (const [by, asked] of Object.entries({ flavor: ISOLATED, image: ISOLATED_BY_IMAGE })) {
  test(`a guest whose ${by} isolates its threads goes to a host without threads, however good others are`, () => {
    const big = { ...THREADS, resources: { MEMORY_MB: 1_000_000 } };
    assert.equal(chosen({ big, plain: {} }, {}), 'big');
    for (const packingPolicy of ['weights', 'first-fit', 'best-fit'] as const)
      assert.equal(chosen({ big, plain: {} }, asked, { packingPolicy }), 'plain', packingPolicy);
  });

  test(`where no host without threads has room for it, a guest whose ${by} isolates its threads goes to another`, () => {
    const named = { big: THREADS, plain: { resources: { MEMORY_MB: 256 } } };
    assert.equal(chosen(named, asked), 'big');
    assert.equal(chosen(named, asked, { disableFallbackPcpuQuery: true }), null);
  });
}

test('without a second choice the refusal says which hosts have threads', () => {
  const hosts = someHosts({ big: THREADS });
  const rules = rulesOf(someOptions({ disableFallbackPcpuQuery: true }));
  assert.match(noHost(aRequest(ISOLATED), rules, hosts).details, /1 refused by hyperthreading/);
  assert.equal(chosen({ big: THREADS }, {}, { disableFallbackPcpuQuery: true }), 'big');
});

test('hosts of the second choice are explained as such only while there is a first', () => {
  const rules = rulesOf(someOptions());
  const both = explain(aRequest(ISOLATED), rules, someHosts({ big: THREADS, plain: {} }), 0).hosts;
  assert.deepEqual(
    both.map(({ host, passes }) => [host, passes]),
    [
      ['plain', true],
      ['big', false],
    ],
  );
  const [only] = explain(aRequest(ISOLATED), rules, someHosts({ big: THREADS }), 0).hosts;
  assert.equal(only?.passes, true);
});

test('hosts of the second choice are taken in their own aggregate policy, too', () => {
  const packed = { aggregates: [{ packing_policy: 'best-fit' }] };
  assert.equal(chosen({ big: THREADS, plain: packed, other: {} }, ISOLATED), 'plain');
  assert.equal(chosen({ big: { ...THREADS, ...packed }, other: THREADS }, ISOLATED), 'big');
});

test('who requires threads by the image gets a host with some', () => {
  const asked = { imageProperties: { hw_cpu_thread_policy: 'require' } };
  assert.equal(chosen({ plain: {}, big: THREADS }, asked), 'big');
  assert.equal(chosen({ plain: {} }, asked), null);
});

test('best fit for consolidation prefers hosts without threads for such a guest as well', () => {
  const hosts = someHosts({ big: THREADS, plain: {} });
  const scheduler = new Scheduler(hosts, rulesOf(someOptions()));
  const any = { name: 'any', compile: () => undefined, reason: () => '' };
  const fullest = (asked: Partial<ClaimRequest>) => scheduler.fullest(aRequest(asked), any, 0);
  assert.deepEqual([fullest({}), fullest(ISOLATED)], [0, 1]);
});
