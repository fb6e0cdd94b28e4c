import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import type { HostTable } from '../../../actors/scheduler/host-table.ts';
import { type Rules, rulesOf } from '../../../actors/scheduler/rules.ts';
import { Scheduler } from '../../../actors/scheduler/scheduler.ts';
import { aRequest, someHosts, someOptions } from './some-hosts.ts';

const many = (count: number): Record<string, object> =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`h${number}`, {}]));

function chosen(
  hosts: HostTable,
  scheduler: Scheduler,
  request: ClaimRequest,
  random = (): number => 0,
): string | null {
  const row = scheduler.choose(request, { nowMs: 0, random });
  return row === undefined ? null : hosts.name(row);
}

test('a host that is asked for is taken although others are better, and nothing else when it is unknown', () => {
  const hosts = someHosts({ free: {}, used: {} });
  hosts.use('used', { vcpus: 1, memoryMib: 1_024, diskGib: 1 }, 1);
  const scheduler = new Scheduler(hosts, rulesOf());
  assert.equal(chosen(hosts, scheduler, aRequest()), 'free');
  assert.equal(chosen(hosts, scheduler, aRequest({ host: 'used' })), 'used');
  assert.equal(chosen(hosts, scheduler, aRequest({ host: 'nowhere' })), null);
});

test('a host that an administrator forces is not put to the enabled filters, but must have room', () => {
  const hosts = someHosts({ a: { instances: 60 } });
  const scheduler = new Scheduler(hosts, rulesOf(someOptions({ enabledFilters: ['NumInstancesFilter'] })));
  assert.equal(chosen(hosts, scheduler, aRequest({ host: 'a' })), null);
  const forced = aRequest({ host: 'a', isHostForced: true });
  assert.equal(chosen(hosts, scheduler, forced), 'a');
  assert.equal(chosen(hosts, scheduler, { ...forced, demand: { vcpus: 1, memoryMib: 5_000, diskGib: 1 } }), null);
});

test('what is rebuilt stays where it is, however full the host is, unless a filter of images is against it', () => {
  const hosts = someHosts({ a: {} });
  hosts.use('a', { vcpus: 32, memoryMib: 4_096, diskGib: 100 }, 1);
  const scheduler = new Scheduler(hosts, rulesOf());
  const rebuilt = aRequest({ host: 'a', isRebuild: true });
  assert.equal(chosen(hosts, scheduler, rebuilt), 'a');
  assert.equal(chosen(hosts, scheduler, { ...rebuilt, imageProperties: { hw_architecture: 'aarch64' } }), null);
});

test('one of the best hosts, as many as are configured, is taken at random', () => {
  const hosts = someHosts(many(6));
  for (let number = 0; number < 6; number++)
    hosts.use(`h${number}`, { vcpus: 0, memoryMib: 100 * number, diskGib: 0 }, 1);
  const scheduler = new Scheduler(hosts, rulesOf(someOptions({ hostSubsetSize: 3 })));
  const taken = [0, 0.34, 0.67, 0.99].map((random) => chosen(hosts, scheduler, aRequest(), () => random));
  assert.deepEqual(taken, ['h0', 'h1', 'h2', 'h2']);
});

test('one of the equally best hosts is taken at random when that is configured, else the one registered first', () => {
  const hosts = someHosts(many(8));
  for (const name of ['h0', 'h3', 'h5']) hosts.use(name, { vcpus: 0, memoryMib: 100, diskGib: 0 }, 1);
  const first = new Scheduler(hosts, rulesOf());
  assert.equal(
    chosen(hosts, first, aRequest(), () => 0.9),
    'h1',
  );
  const shuffled = new Scheduler(hosts, rulesOf(someOptions({ shuffleBestSameWeighedHosts: true })));
  const taken = [0, 0.21, 0.41, 0.61, 0.81].map((random) => chosen(hosts, shuffled, aRequest(), () => random));
  assert.deepEqual(taken, ['h1', 'h2', 'h4', 'h6', 'h7']);
});

test('a name that no filter or weigher has is told with those there are', () => {
  assert.throws(() => rulesOf(someOptions({ enabledFilters: ['NoSuchFilter'] })), /NoSuchFilter.*ComputeFilter/);
  assert.throws(() => rulesOf(someOptions({ weighers: ['NoSuchWeigher'] })), /NoSuchWeigher.*RAMWeigher/);
});

test('a costly filter is asked about few of many hosts, and about each of them once', () => {
  const hosts = someHosts(many(2_000));
  for (let number = 0; number < 2_000; number++) {
    hosts.use(`h${number}`, { vcpus: number % 7, memoryMib: (number * 37) % 3_000, diskGib: number % 50 }, 1);
  }
  const asked: number[] = [];
  const rules: Rules = rulesOf();
  const costly = {
    name: 'Costly',
    asks: 'costly',
    compile: () => (row: number) => {
      asked.push(row);
      return row % 3 !== 0;
    },
    reason: () => '',
  } as const;
  const scheduler = new Scheduler(hosts, { ...rules, filters: [...rules.filters, costly] });
  const expected = scheduler.rank(aRequest())[0];
  assert.ok(expected && expected.row % 3 !== 0);
  assert.equal(new Set(asked).size, asked.length);
  assert.ok(asked.length < 200, `${asked.length} of 2,000`);
});

test('a weigher that has to be asked for every host decides like one that has a column', () => {
  const hosts = someHosts(many(300));
  for (let number = 0; number < 300; number++) {
    hosts.use(`h${number}`, { vcpus: number % 7, memoryMib: (number * 37) % 3_000, diskGib: number % 50 }, 1);
  }
  const rules = rulesOf();
  const weighers = rules.weighers.map(({ column: _, ...rest }) => rest);
  const withColumns = new Scheduler(hosts, rules).rank(aRequest(), 300);
  assert.equal(withColumns.length, 300);
  assert.deepEqual(new Scheduler(hosts, { ...rules, weighers }).rank(aRequest(), 300), withColumns);
});
