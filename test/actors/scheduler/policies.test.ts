import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import { explain } from '../../../actors/scheduler/explain.ts';
import type { HostTable } from '../../../actors/scheduler/host-table.ts';
import { PACKING_POLICIES, type PackingPolicy } from '../../../actors/scheduler/policies/index.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { Scheduler } from '../../../actors/scheduler/scheduler.ts';
import { RandomCell } from './random-cell.ts';
import { type PlainHost, rankPlainly } from './reference.ts';
import { aRequest, someHosts, someOptions } from './some-hosts.ts';

const CELLS = 40;
const DECISIONS = 20;
const HOUR_MS = 3_600_000;
const NOW_MS = 100 * HOUR_MS;
const NOW = { nowMs: NOW_MS, random: () => 0 };

for (const packingPolicy of PACKING_POLICIES) {
  test(`${packingPolicy} finds the host that it explains as the best one, of those that pass`, () => {
    let decided = 0;
    for (let seed = 1; seed <= CELLS; seed++) {
      const cell = new RandomCell(seed, seed % 10 === 0 ? 1_200 : 60);
      const scheduler = new Scheduler(cell.table, rulesOf({ ...cell.options, packingPolicy }));
      for (let count = 0; count < DECISIONS; count++) {
        const request = cell.request();
        const { chosen, policy, hosts } = explain(request, scheduler.rules, cell.table, NOW_MS);
        const row = scheduler.choose(request, NOW);
        assert.equal(row === undefined ? null : cell.table.name(row), chosen, `seed ${seed}, decision ${count}`);
        assert.equal(policy, packingPolicy);
        const passing = hosts.filter(({ passes }) => passes).map(({ host }) => host);
        const plain = rankPlainly(cell.hosts, request, cell.options.multipliers);
        assert.deepEqual([...passing].sort(), plain.map(({ host }) => host).sort());
        if (chosen === null) continue;
        decided++;
        cell.place(chosen, request);
        cell.change();
      }
    }
    assert.ok(decided > (CELLS * DECISIONS) / 2, `${decided} decided`);
  });
}

/** Decides in random cells with a policy, and gives each decision to `judge`: what was chosen, and all that pass. */
function decisions(
  packingPolicy: PackingPolicy,
  judge: (chosen: PlainHost, passing: readonly PlainHost[]) => void,
): void {
  for (let seed = 1; seed <= CELLS; seed++) {
    const cell = new RandomCell(seed, 50);
    const scheduler = new Scheduler(cell.table, rulesOf({ ...cell.options, packingPolicy }));
    for (let count = 0; count < DECISIONS; count++) {
      const request = cell.request();
      const names = rankPlainly(cell.hosts, request, cell.options.multipliers).map(({ host }) => host);
      const row = scheduler.choose(request, NOW);
      const chosen = cell.hosts.find(({ name }) => row !== undefined && name === cell.table.name(row));
      if (!chosen) continue;
      judge(
        chosen,
        cell.hosts.filter(({ name }) => names.includes(name)),
      );
      cell.place(chosen.name, request);
    }
  }
}

test('first fit takes the host that was registered first', () => {
  decisions('first-fit', (chosen, passing) => assert.equal(chosen, passing[0]));
});

const chosenOf = (hosts: HostTable, scheduler: Scheduler, request: ClaimRequest): string | undefined => {
  const row = scheduler.choose(request, NOW);
  return row === undefined ? undefined : hosts.name(row);
};

test('best fit fills the fullest host that has room, by the shape of what is left', () => {
  const hosts = someHosts({ empty: {}, half: {}, full: {}, lopsided: {} });
  hosts.use('half', { vcpus: 16, memoryMib: 2_048, diskGib: 50 }, 1);
  hosts.use('full', { vcpus: 31, memoryMib: 3_800, diskGib: 95 }, 1);
  hosts.use('lopsided', { vcpus: 0, memoryMib: 3_500, diskGib: 0 }, 1);
  const scheduler = new Scheduler(hosts, rulesOf(someOptions({ packingPolicy: 'best-fit' })));
  const request = (memoryMib: number): ClaimRequest => aRequest({ demand: { vcpus: 1, memoryMib, diskGib: 1 } });
  assert.equal(chosenOf(hosts, scheduler, request(100)), 'full');
  assert.equal(chosenOf(hosts, scheduler, request(500)), 'half');
  assert.equal(chosenOf(hosts, scheduler, request(3_000)), 'empty');
});

test('what is stranding-aware leaves on each host what instances of the average shape can use', () => {
  const hosts = someHosts({ busy: {}, thin: {} });
  // On the average 128 MiB for a vCPU. `busy` runs out of vCPUs first, `thin` of memory: it has vCPUs that are left over.
  hosts.use('busy', { vcpus: 24, memoryMib: 1_024, diskGib: 40 }, 1);
  hosts.use('thin', { vcpus: 8, memoryMib: 3_072, diskGib: 40 }, 1);
  const scheduler = new Scheduler(hosts, rulesOf(someOptions({ packingPolicy: 'stranding-aware' })));
  const demand = { vcpus: 4, memoryMib: 128, diskGib: 1 };
  assert.equal(
    chosenOf(hosts, scheduler, aRequest({ demand })),
    'thin',
    'it takes the vCPUs that are left over anyway',
  );
});

test('what heeds age fills up hosts with old instances, and lets those with young ones become empty', () => {
  const hosts = someHosts({ empty: {}, young: {}, old: {} });
  const half = { vcpus: 16, memoryMib: 2_048, diskGib: 50 };
  hosts.use('young', { ...half, memoryMib: 2_560, claimedAtMs: NOW_MS - 1_000 }, 1);
  hosts.use('old', { ...half, claimedAtMs: NOW_MS - 10 * HOUR_MS }, 1);
  const aged = new Scheduler(hosts, rulesOf(someOptions({ packingPolicy: 'age-aware' })));
  const bestFit = new Scheduler(hosts, rulesOf(someOptions({ packingPolicy: 'best-fit' })));
  assert.equal(chosenOf(hosts, bestFit, aRequest()), 'young', 'it is a little fuller');
  assert.equal(chosenOf(hosts, aged, aRequest()), 'old');
  hosts.use('old', { ...half, claimedAtMs: NOW_MS - 10 * HOUR_MS }, -1);
  assert.equal(chosenOf(hosts, aged, aRequest()), 'young', 'a host without instances is not old');
});

test('spreading goes to the failure domain with the fewest servers of the group, there to the fullest host', () => {
  const rack = (name: string): { aggregates: Record<string, string>[] } => ({ aggregates: [{ failure_domain: name }] });
  const hosts = someHosts({ a1: rack('a'), a2: rack('a'), b1: rack('b'), b2: rack('b'), lone: { zone: 'c' } });
  hosts.use('b2', { vcpus: 4, memoryMib: 512, diskGib: 10 }, 1);
  const scheduler = new Scheduler(hosts, rulesOf(someOptions({ packingPolicy: 'spread-domains' })));
  const group = { id: 'g', policy: 'soft-anti-affinity', maxServersPerHost: null } as const;
  const taken: (string | undefined)[] = [];
  for (let count = 0; count < 6; count++) {
    const host = chosenOf(hosts, scheduler, aRequest({ group }));
    taken.push(host);
    if (host === undefined) continue;
    hosts.use(host, aRequest().demand, 1);
    hosts.groups.count('g', host, 1);
  }
  assert.deepEqual(taken, ['b2', 'a1', 'lone', 'b2', 'a1', 'lone']);
  // Without a group the instances for each host count: one in two hosts is less than two in one.
  hosts.use('lone', aRequest().demand, 1);
  assert.equal(chosenOf(hosts, scheduler, aRequest()), 'a1');
});

test('an aggregate says how its hosts are chosen among, where they are the best by weight', () => {
  const packed = { aggregates: [{ packing_policy: 'best-fit', ram_weight_multiplier: '5' }] };
  const hosts = someHosts({ p1: packed, p2: packed, w1: {}, w2: {}, odd: { aggregates: [{ packing_policy: 'no' }] } });
  hosts.use('p2', { vcpus: 4, memoryMib: 1_024, diskGib: 10 }, 1);
  hosts.use('w1', { vcpus: 4, memoryMib: 1_024, diskGib: 10 }, 1);
  const scheduler = new Scheduler(hosts, rulesOf());
  assert.equal(chosenOf(hosts, scheduler, aRequest()), 'p2', 'p1 weighs most, so best fit decides among p1 and p2');
  const { chosen, policy } = explain(aRequest(), scheduler.rules, hosts, NOW_MS);
  assert.deepEqual([chosen, policy], ['p2', 'best-fit']);
  const without = aRequest({ excludedHosts: ['p1', 'p2'] });
  assert.equal(chosenOf(hosts, scheduler, without), 'w2');
  assert.equal(explain(without, scheduler.rules, hosts, NOW_MS).policy, 'weights');
});
