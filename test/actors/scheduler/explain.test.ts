import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import { explain, noHost } from '../../../actors/scheduler/explain.ts';
import { HostTable } from '../../../actors/scheduler/host-table.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { aRequest, someHosts, someOptions } from './some-hosts.ts';

const RULES = rulesOf();
const SMALL: ClaimRequest = aRequest({ demand: { vcpus: 1, memoryMib: 1_024, diskGib: 10 } });

test("a refusal says in Nova's words that there is no host, and to administrators why each was refused", () => {
  assert.deepEqual(noHost(SMALL, RULES, new HostTable()), {
    code: 'NoValidHost',
    reason: 'No valid host was found. There are not enough hosts available.',
    details: 'Of 0 hosts: none is known yet.',
  });
  const hosts = someHosts({
    small: {},
    far: { zone: 'other' },
    off: { available: false },
    slow: {},
    full: {},
    tried: {},
  });
  hosts.use('small', { vcpus: 0, memoryMib: 3_584, diskGib: 0 }, 1);
  hosts.use('slow', { vcpus: 32, memoryMib: 0, diskGib: 0 }, 1);
  hosts.use('full', { vcpus: 0, memoryMib: 0, diskGib: 95 }, 1);
  const { details } = noHost({ ...SMALL, zone: 'nova', excludedHosts: ['tried'] }, RULES, hosts);
  assert.equal(
    details,
    'Of 6 hosts: 1 not asked for or already tried, 1 in another zone than nova, 1 without 1024 MiB of free memory, ' +
      '1 without 1 free vCPUs, 1 without 10 GiB of free disk, 1 disabled or down.',
  );
});

test('the details of a refusal stay short, whatever is asked for', () => {
  const resources = Object.fromEntries(
    Array.from({ length: 200 }, (_, number) => [`CUSTOM_${String(number).padStart(200, '0')}`, 1]),
  );
  const named = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`h${number}`, {}]));
  const hosts = someHosts(named);
  for (const [index, name] of Object.keys(named).entries()) {
    const had = Object.keys(resources).slice(0, index);
    const row = hosts.row(name) ?? 0;
    const host = hosts.host(row);
    if (!host) continue;
    const more = Object.fromEntries(had.map((key) => [key, { total: 1, reserved: 0, allocationRatio: 1 }]));
    hosts.set({ ...host, inventories: { ...host.inventories, ...more } });
  }
  const { details } = noHost({ ...SMALL, zone: 'z'.repeat(1_000), resources }, RULES, hosts);
  assert.ok(details.length < 2_000, `${details.length}`);
  assert.ok(noHost({ ...SMALL, resources }, RULES, hosts).details.length < 2_000);
});

test('an explanation has the numbers for a host that was refused, and the weight of the others in parts', () => {
  const hosts = someHosts({ a: {}, b: {}, c: {}, d: { available: false } });
  hosts.use('a', { vcpus: 2, memoryMib: 1_024, diskGib: 0 }, 1);
  hosts.use('b', { vcpus: 0, memoryMib: 2_048, diskGib: 50 }, 1);
  hosts.use('c', { vcpus: 0, memoryMib: 3_500, diskGib: 0 }, 1);
  const { chosen, policy, hosts: explained } = explain(SMALL, RULES, hosts, 0);
  assert.equal(chosen, 'a');
  assert.equal(policy, 'weights');
  assert.deepEqual(
    explained.map((host) => (host.passes ? [host.host, host.weight] : [host.host, host.filter, host.reason])),
    [
      ['a', 2],
      ['b', 1],
      ['c', 'MEMORY_MB', 'has 596 MEMORY_MB left (3500 of 4096 are used), and 1024 are asked for'],
      ['d', 'ComputeFilter', 'is disabled or down'],
    ],
  );
  const [first] = explained;
  assert.ok(first?.passes);
  assert.deepEqual(
    first.parts.filter(({ weight }) => weight !== 0),
    [
      { weigher: 'RAMWeigher', raw: 3_072, normalised: 1, multiplier: 1, weight: 1 },
      { weigher: 'DiskWeigher', raw: 100, normalised: 1, multiplier: 1, weight: 1 },
    ],
  );
  assert.deepEqual(
    first.parts.find(({ weigher }) => weigher === 'CPUWeigher'),
    { weigher: 'CPUWeigher', raw: 30, normalised: 0, multiplier: 1, weight: 0 },
  );
});

test('more than one instance can get of a host is refused as that', () => {
  const hosts = someHosts({ a: {} });
  const { hosts: explained } = explain(aRequest({ demand: { vcpus: 9, memoryMib: 1, diskGib: 1 } }), RULES, hosts, 0);
  assert.deepEqual(explained, [
    { host: 'a', passes: false, filter: 'VCPU', reason: 'gives one instance at most 8 VCPU, and 9 are asked for' },
  ]);
});

test('an explanation with a packing policy has the costs by which it was decided', () => {
  const hosts = someHosts({ a: {}, b: {} });
  hosts.use('b', { vcpus: 1, memoryMib: 1_024, diskGib: 10 }, 1);
  const {
    chosen,
    policy,
    hosts: explained,
  } = explain(SMALL, rulesOf(someOptions({ packingPolicy: 'best-fit' })), hosts, 0);
  assert.deepEqual([chosen, policy], ['b', 'best-fit']);
  const costs = explained.map((host) => (host.passes ? host.cost : null));
  assert.ok(costs.every((cost) => cost !== null) && (costs[0] ?? 0) > (costs[1] ?? 0), `${costs}`);
});
