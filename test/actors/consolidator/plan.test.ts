import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import type { Allocation } from '../../../actors/cell/row.ts';
import {
  type GuestsOf,
  type MovableGuest,
  type PlanLimits,
  planConsolidation,
} from '../../../actors/consolidator/plan.ts';
import type { HostTable } from '../../../actors/scheduler/host-table.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { Scheduler } from '../../../actors/scheduler/scheduler.ts';
import { failed, ok } from '../../../runtime/result.ts';
import { aRequest, type SomeHost, someHosts, someOptions } from '../scheduler/some-hosts.ts';

const LIMITS: PlanLimits = { hosts: 'all', maxMovesPerRound: 10, emptiestBelow: 0.9 };

/** Hosts of 4 GiB with instances, each of so many MiB and one vCPU. */
class Fleet {
  readonly table: HostTable;
  readonly guests = new Map<string, MovableGuest[]>();
  readonly reasons = new Map<string, string>();
  readonly leaving = new Set<string>();

  constructor(hosts: Readonly<Record<string, SomeHost>>) {
    this.table = someHosts(hosts);
  }

  put(host: string, instanceId: string, memoryMib: number, asked: Partial<ClaimRequest> = {}): this {
    const demand = { vcpus: 1, memoryMib, diskGib: 1 };
    const groupId = asked.group?.id;
    const allocation: Allocation = {
      instanceId,
      host,
      claimId: instanceId,
      ...demand,
      ...(groupId === undefined ? {} : { groupId }),
    };
    this.table.use(host, allocation, 1);
    this.table.groups.count(groupId, host, 1);
    const request = aRequest({ demand, excludedHosts: [host], ...asked });
    this.guests.set(host, [...(this.guests.get(host) ?? []), { allocation, request }]);
    return this;
  }

  plan(changes: Partial<PlanLimits> = {}, enabledFilters?: readonly string[]) {
    const guestsOf: GuestsOf = (host) => {
      const reason = this.reasons.get(host);
      if (reason !== undefined) return failed(reason);
      const guests = this.guests.get(host) ?? [];
      const isLeaving = ({ allocation }: MovableGuest): boolean => this.leaving.has(allocation.instanceId);
      const leaving = guests.filter(isLeaving).map(({ allocation }) => allocation);
      return ok({ movable: guests.filter((guest) => !isLeaving(guest)), leaving });
    };
    const options = someOptions(enabledFilters === undefined ? {} : { enabledFilters });
    return planConsolidation(new Scheduler(this.table, rulesOf(options)), guestsOf, { ...LIMITS, ...changes }, 0);
  }

  get use(): readonly (readonly number[])[] {
    const rows = Array.from({ length: this.table.end }, (_, row) => row);
    return rows.map((row) => [this.table.memoryMb.used[row] ?? 0, this.table.counter('instances', row)]);
  }
}

const shortly = ({ moves }: ReturnType<Fleet['plan']>): readonly string[] =>
  moves.map(({ instanceId, from, to }) => `${instanceId} ${from}>${to}`);

test('the host with the fewest instances is emptied onto the fullest that has room, and the table is as before', () => {
  const fleet = new Fleet({ a: {}, b: {}, c: {}, empty: {} });
  fleet.put('a', 'a1', 1_024).put('b', 'b1', 1_024).put('b', 'b2', 512);
  for (const name of ['c1', 'c2', 'c3']) fleet.put('c', name, 900);
  const before = fleet.use;
  const plan = fleet.plan({ maxMovesPerRound: 1 });
  assert.deepEqual(shortly(plan), ['a1 a>c']);
  assert.equal(plan.hostsInUse, 3, 'the empty one is not in use');
  assert.deepEqual(fleet.use, before);
});

test('a host is emptied wholly or not at all', () => {
  const fleet = new Fleet({ a: {}, b: {} });
  fleet.put('a', 'large', 2_000).put('a', 'small', 100).put('b', 'b1', 1_500).put('b', 'b2', 1_000).put('b', 'b3', 1);
  const before = fleet.use;
  const plan = fleet.plan();
  assert.deepEqual(shortly(plan), []);
  assert.match(
    plan.considered.find(({ host }) => host === 'a')?.left ?? '',
    /no other host in use can take instance large/,
  );
  assert.deepEqual(fleet.use, before, 'what was tried is taken back');
});

test('nothing is moved onto an empty host, nor onto one that takes no instances', () => {
  const fleet = new Fleet({ a: {}, empty: {}, disabled: { available: false } });
  fleet.put('a', 'a1', 512).put('disabled', 'd1', 512);
  assert.deepEqual(shortly(fleet.plan()), []);
  assert.deepEqual(shortly(fleet.plan({}, ['AllHostsFilter'])), [], 'whatever filters are enabled');
});

test('what one move takes the next one does not have', () => {
  const fleet = new Fleet({ a: {}, b: {}, c: {} });
  // c has 1,396 MiB left: room for one of them.
  fleet.put('a', 'a1', 1_000).put('b', 'b1', 1_000).put('c', 'c1', 2_000).put('c', 'c2', 700);
  const plan = fleet.plan({ emptiestBelow: 0.3 });
  assert.deepEqual(shortly(plan), ['a1 a>c']);
  assert.match(plan.considered[1]?.left ?? '', /no other host in use/);
});

test('no host is emptied that another one was emptied onto, and no instance is moved twice', () => {
  const fleet = new Fleet({ a: {}, b: {}, c: {} });
  fleet.put('a', 'a1', 100).put('b', 'b1', 200).put('c', 'c1', 50);
  const { moves, considered } = fleet.plan();
  assert.deepEqual(
    moves.map(({ instanceId, to }) => `${instanceId}>${to}`),
    ['a1>b', 'c1>b'],
  );
  assert.equal(considered.find(({ host }) => host === 'b')?.left, 'takes instances of another host');
});

test('hosts of which enough is used are left alone, and a round has no more moves than it may', () => {
  const fleet = new Fleet({ a: {}, b: {} });
  fleet.put('a', 'a1', 2_500).put('b', 'b1', 600).put('b', 'b2', 600);
  assert.deepEqual(shortly(fleet.plan({ emptiestBelow: 0.5 })), ['b1 b>a', 'b2 b>a']);
  assert.deepEqual(shortly(fleet.plan({ emptiestBelow: 0.2 })), []);
  const few = fleet.plan({ maxMovesPerRound: 1, emptiestBelow: 0.5 });
  assert.deepEqual(shortly(few), []);
  assert.match(few.considered[0]?.left ?? '', /2 instances to move, more than the round has left \(1\)/);
});

test('filters, zones and tenants hold for moves as for new instances', () => {
  const fleet = new Fleet({
    a: {},
    other: { zone: 'west' },
    tenant: { aggregates: [{ filter_tenant_id: 'p2' }] },
  });
  fleet.put('a', 'a1', 512, { zone: 'nova' }).put('other', 'o1', 1_000).put('other', 'o2', 1_000);
  fleet.put('tenant', 't1', 1_000).put('tenant', 't2', 1_000);
  const filters = ['ComputeFilter', 'AggregateMultiTenancyIsolation'];
  assert.deepEqual(shortly(fleet.plan({ emptiestBelow: 0.2 }, filters)), []);
  assert.deepEqual(shortly(fleet.plan({ emptiestBelow: 0.2 }, ['ComputeFilter'])), ['a1 a>tenant']);
});

test('members of an anti-affinity group do not come together, and those of an affinity group stay', () => {
  const apart = { id: 'g1', policy: 'anti-affinity', maxServersPerHost: 1 } as const;
  const fleet = new Fleet({ a: {}, b: {}, c: {} });
  fleet.put('a', 'a1', 100, { group: apart }).put('b', 'b1', 900, { group: apart }).put('b', 'b2', 900);
  fleet.put('c', 'c1', 700).put('c', 'c2', 700);
  assert.deepEqual(shortly(fleet.plan({ emptiestBelow: 0.1 })), ['a1 a>c'], 'though b is fuller');
  const together = { id: 'g2', policy: 'affinity', maxServersPerHost: null } as const;
  const pair = new Fleet({ a: {}, b: {} });
  pair.put('a', 'a1', 100, { group: together }).put('a', 'a2', 100, { group: together }).put('b', 'b1', 2_000);
  assert.deepEqual(shortly(pair.plan({ emptiestBelow: 0.2 })), []);
});

test('an aggregate says whether its hosts take part', () => {
  const off = new Fleet({ a: { aggregates: [{ consolidation: 'off' }] }, b: {} });
  off.put('a', 'a1', 100).put('b', 'b1', 2_000);
  assert.deepEqual(shortly(off.plan({ emptiestBelow: 0.2 })), []);
  assert.equal(off.plan().hostsInUse, 1);
  const on = { aggregates: [{ consolidation: 'on' }] };
  const named = new Fleet({ a: on, b: on, c: {} });
  named.put('a', 'a1', 100).put('b', 'b1', 1_000).put('c', 'c1', 2_000);
  assert.deepEqual(shortly(named.plan({ hosts: 'named' })), ['a1 a>b']);
  assert.deepEqual(shortly(named.plan({ hosts: 'none' })), []);
});

test('a host that somebody else has something of, or whose instances cannot be moved, is left with the reason', () => {
  const fleet = new Fleet({ a: {}, b: {}, c: {} });
  fleet.put('a', 'a1', 100).put('b', 'b1', 100).put('c', 'c1', 2_000);
  fleet.table.useAmounts('a', { MEMORY_MB: 10 }, 1);
  fleet.reasons.set('b', 'instance b1 is locked');
  const { considered, moves } = fleet.plan({ emptiestBelow: 0.2 });
  assert.deepEqual(moves, []);
  assert.deepEqual(
    considered.map(({ host, left }) => [host, left]),
    [
      ['a', 'others than its instances have something of it'],
      ['b', 'instance b1 is locked'],
    ],
  );
});

test('a host that some instances leave already is emptied of the others, which count alone', () => {
  const fleet = new Fleet({ a: {}, b: {} });
  fleet.put('a', 'a1', 100).put('a', 'a2', 100).put('a', 'a3', 100).put('b', 'b1', 2_000);
  assert.deepEqual(shortly(fleet.plan({ emptiestBelow: 0.2, maxMovesPerRound: 1 })), []);
  for (const id of ['a1', 'a2']) fleet.leaving.add(id);
  assert.deepEqual(shortly(fleet.plan({ emptiestBelow: 0.2, maxMovesPerRound: 1 })), ['a3 a>b']);
});
