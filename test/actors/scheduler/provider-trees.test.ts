import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import { matchesOf } from '../../../actors/placement/candidates/match.ts';
import { explain, noHost } from '../../../actors/scheduler/explain.ts';
import type { HostTable } from '../../../actors/scheduler/host-table.ts';
import type { OtherProvider } from '../../../actors/scheduler/provider-trees.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { Scheduler } from '../../../actors/scheduler/scheduler.ts';
import { aRequest, someHosts } from './some-hosts.ts';

const RULES = rulesOf();
const NOTHING = { requiredTraits: [], forbiddenTraits: [] };

const aProvider = (id: string, host: string, totals: Readonly<Record<string, number>>): OtherProvider => ({
  id,
  name: id,
  parentId: host,
  rootId: host,
  inventories: Object.fromEntries(
    Object.entries(totals).map(([name, total]) => [name, { total, reserved: 0, allocationRatio: 1 }]),
  ),
  traits: [],
  aggregates: [],
});

/** Hosts, of which some have cards with so many virtual graphics processors each. */
function hostsWithCards(cards: Readonly<Record<string, readonly number[]>>): HostTable {
  const hosts = someHosts(Object.fromEntries(Object.keys(cards).map((name) => [name, {}])));
  for (const [name, totals] of Object.entries(cards))
    hosts.trees.setTree(name, {
      providerId: name,
      aggregates: [],
      below: totals.map((VGPU, index) => aProvider(`${name}-gpu${index}`, name, { VGPU })),
    });
  return hosts;
}

/** Why hosts do not pass, by name. */
const refusals = (hosts: HostTable, asked: Partial<ClaimRequest>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    explain(aRequest(asked), RULES, hosts, 0).hosts.map((told) => [told.host, told.passes ? '' : told.reason]),
  );

test('a refusal names the class, and what the providers of the host have of it', () => {
  const hosts = hostsWithCards({ none: [], small: [1, 2], large: [4] });
  hosts.trees.use('small-gpu1', { VGPU: 1 }, 1);
  assert.deepEqual(refusals(hosts, { resources: { VGPU: 2 } }), {
    large: '',
    none: 'has no provider that gives 2 VGPU: none has VGPU',
    small:
      'has no provider that gives 2 VGPU: small-gpu0 has 1 VGPU left (0 of 1 are used), small-gpu1 has 1 VGPU left (1 of 2 are used)',
  });
  assert.equal(noHost(aRequest({ resources: { VGPU: 5 } }), RULES, hosts).details, 'Of 3 hosts: 3 without 5 VGPU.');
});

test('a refusal names the group, and what is there for it', () => {
  const hosts = hostsWithCards({ none: [], one: [2] });
  const group = (suffix: string, requiredTraits: readonly string[] = []) => ({
    ...NOTHING,
    suffix,
    resources: { VGPU: 1 },
    requiredTraits,
  });
  assert.deepEqual(refusals(hosts, { granular: { policy: 'none', groups: [group('1', ['CUSTOM_X'])] } }), {
    none: 'has no provider for group 1 with 1 VGPU, CUSTOM_X (none has VGPU)',
    one: 'has no provider for group 1 with 1 VGPU, CUSTOM_X (one-gpu0 has 2 VGPU left (0 of 2 are used))',
  });
  const apart = { granular: { policy: 'isolate', groups: [group('1'), group('2')] } } as const;
  assert.equal(
    refusals(hosts, apart)['one'],
    'has no providers that are apart (group_policy isolate) for group 1: 1 VGPU, group 2: 1 VGPU (one-gpu0 has 2 VGPU left (0 of 2 are used))',
  );
  assert.equal(
    noHost(aRequest(apart), RULES, hosts).details,
    'Of 2 hosts: 2 without providers for groups 1: 1 VGPU, 2: 1 VGPU.',
  );
});

test('requests that ask for nothing of other providers are not put to trees', () => {
  const hosts = hostsWithCards({ a: [1] });
  assert.equal(hosts.trees.queryOf(aRequest()), undefined);
  assert.equal(hosts.trees.queryOf(aRequest({ resources: { CUSTOM_A: 1 }, requiredTraits: ['CUSTOM_X'] })), undefined);
  assert.ok(hosts.trees.queryOf(aRequest({ resources: { VGPU: 1 } })));
  hosts.trees.setTree('a', undefined);
  assert.equal(hosts.trees.queryOf(aRequest({ resources: { VGPU: 1 } })), undefined);
  assert.ok(hosts.trees.areNone);
});

test('where few hosts have what is asked for, only these are looked at', () => {
  const cards = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`h${index}`, index % 100 === 7 ? [2] : []]),
  );
  const hosts = hostsWithCards(cards);
  const looked: number[] = [];
  const { trees } = hosts;
  const serves = trees.serves.bind(trees);
  trees.serves = (table, row, query) => {
    looked.push(row);
    return serves(table, row, query);
  };
  const scheduler = new Scheduler(hosts, RULES);
  const best = scheduler.rank(aRequest({ resources: { VGPU: 1 } }), 5);
  assert.deepEqual(best.map(({ row }) => hosts.name(row)).sort(), ['h107', 'h207', 'h7']);
  assert.equal(new Set(looked).size, 3);
});

/** What the first match of a request takes in steps; null: there is none. */
function stepsOf(hosts: HostTable, asked: Partial<ClaimRequest>): { readonly found: boolean; readonly steps: number } {
  const query = hosts.trees.queryOf(aRequest(asked)) ?? assert.fail('it asks for nothing of trees');
  const budget = { steps: 1_000_000 };
  const found = matchesOf(hosts.trees.grove(hosts, 0), query, budget).next().done !== true;
  return { found, steps: 1_000_000 - budget.steps };
}

const likeGroups = (count: number, amount = 1) =>
  Array.from({ length: count }, (_, index) => ({ ...NOTHING, suffix: `_${index}`, resources: { VGPU: amount } }));

test('as many like cards as groups are found quickly, and one too few is refused at once', () => {
  const hosts = hostsWithCards({ a: Array.from({ length: 16 }, () => 1) });
  const apart = (count: number) => stepsOf(hosts, { granular: { policy: 'isolate', groups: likeGroups(count) } });
  const sixteen = apart(16);
  assert.ok(sixteen.found && sixteen.steps < 500, `${sixteen.steps} steps`);
  assert.deepEqual(apart(17), { found: false, steps: 0 });
});

test('groups that cannot be served are not tried with each way to serve the rest', () => {
  const hosts = hostsWithCards({ a: [] });
  const below = Array.from({ length: 8 }, (_, index) => aProvider(`gpu${index}`, 'a', { VGPU: 4, CUSTOM_A: 4 }));
  hosts.trees.setTree('a', { providerId: 'a', aggregates: [], below });
  const rest = { resources: { VGPU: 1, CUSTOM_A: 1 } };
  // Of like cards beside each other none is below another.
  const granular = { policy: 'isolate', groups: likeGroups(2), sameSubtrees: [['_0', '_1']] } as const;
  const { found, steps } = stepsOf(hosts, { ...rest, granular });
  assert.ok(!found && steps < 200, `${steps} steps`);
  assert.ok(stepsOf(hosts, { ...rest, granular: { ...granular, policy: 'none' } }).found);
});
