import assert from 'node:assert/strict';
import test from 'node:test';
import type { Found } from '../../../actors/placement/client.ts';
import { aGroup, anInventory, hostId, id, PlacedCell } from './placed-cell.ts';

const A = id(500);
const B = id(501);
const [NUMA0, NUMA1, NIC0, NIC1, STORE] = [id(11), id(12), id(13), id(14), id(20)];
const SHARES = 'MISC_SHARES_VIA_AGGREGATE';

/** Allocations of each candidate, as `class:amount` by provider. */
const told = ({ candidates }: Found): readonly object[] =>
  candidates.map(({ allocations }) =>
    Object.fromEntries(
      Object.entries(allocations).map(([provider, resources]) => [
        provider,
        Object.entries(resources)
          .map(([name, amount]) => `${name}:${amount}`)
          .sort()
          .join(' '),
      ]),
    ),
  );

/** Two hosts; the first has two NUMA nodes, each with a network card below it. */
function withNuma(): PlacedCell {
  const cell = new PlacedCell(2);
  const parentId = hostId(1);
  cell.provider(NUMA0, { PCPU: anInventory(4) }, { parentId, traits: ['CUSTOM_FAST'] });
  cell.provider(NUMA1, { PCPU: anInventory(2) }, { parentId });
  cell.provider(NIC0, { SRIOV_NET_VF: anInventory(2) }, { parentId: NUMA0, traits: ['CUSTOM_NET_A'] });
  cell.provider(NIC1, { SRIOV_NET_VF: anInventory(8) }, { parentId: NUMA1, traits: ['CUSTOM_NET_B'] });
  return cell;
}

test('resources without a suffix come from one provider each, of one tree', () => {
  const cell = withNuma();
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1 })])), [{ [hostId(1)]: 'VCPU:1' }, { [hostId(2)]: 'VCPU:1' }]);
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1, PCPU: 2 })])), [
    { [hostId(1)]: 'VCPU:1', [NUMA0]: 'PCPU:2' },
    { [hostId(1)]: 'VCPU:1', [NUMA1]: 'PCPU:2' },
  ]);
  assert.deepEqual(told(cell.find([aGroup('', { PCPU: 5 })])), [], 'two providers do not add up');
});

test('what is shown are all providers of the trees that serve', () => {
  const { providers } = withNuma().find([aGroup('', { PCPU: 3 })]);
  assert.deepEqual(providers.map(({ provider }) => provider.id).sort(), [NUMA0, NUMA1, NIC0, NIC1, hostId(1)].sort());
});

test('up to 1.28 no two providers of a tree serve together', () => {
  const cell = withNuma();
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1, PCPU: 2 })], { isNested: false })), []);
  const single = cell.find([aGroup('', { PCPU: 3 })], { isNested: false });
  assert.deepEqual(told(single), [{ [NUMA0]: 'PCPU:3' }]);
  assert.deepEqual(
    single.providers.map(({ provider }) => provider.id),
    [NUMA0],
  );
});

test('a group with a suffix is served by one provider, and its traits are those of that one', () => {
  const cell = withNuma();
  const vf = (more = {}) => aGroup('_NET', { SRIOV_NET_VF: 1 }, more);
  assert.deepEqual(told(cell.find([vf({ required: [['CUSTOM_NET_A']] })])), [{ [NIC0]: 'SRIOV_NET_VF:1' }]);
  assert.deepEqual(told(cell.find([vf({ required: [['CUSTOM_NET_A', 'CUSTOM_NET_B']] })])).length, 2);
  assert.deepEqual(told(cell.find([vf({ forbidden: ['CUSTOM_NET_A'] })])), [{ [NIC1]: 'SRIOV_NET_VF:1' }]);
  assert.deepEqual(told(cell.find([aGroup('_X', { SRIOV_NET_VF: 1, PCPU: 1 })])), [], 'no provider has both');
});

test('without a suffix the traits may be spread over the providers that serve', () => {
  const cell = withNuma();
  const both = { SRIOV_NET_VF: 1, PCPU: 1 };
  const found = cell.find([aGroup('', both, { required: [['CUSTOM_FAST'], ['CUSTOM_NET_B']] })]);
  assert.deepEqual(told(found), [{ [NUMA0]: 'PCPU:1', [NIC1]: 'SRIOV_NET_VF:1' }]);
  assert.deepEqual(
    told(cell.find([aGroup('', both, { required: [['CUSTOM_FAST']], forbidden: ['CUSTOM_FAST'] })])),
    [],
  );
});

test('groups may be served by the same provider, unless they are isolated; together they stay below what it has', () => {
  const cell = withNuma();
  const groups = [aGroup('1', { SRIOV_NET_VF: 2 }), aGroup('2', { SRIOV_NET_VF: 1 })];
  const found = cell.find(groups);
  assert.deepEqual(told(found), [
    { [NIC0]: 'SRIOV_NET_VF:2', [NIC1]: 'SRIOV_NET_VF:1' },
    { [NIC1]: 'SRIOV_NET_VF:2', [NIC0]: 'SRIOV_NET_VF:1' },
    { [NIC1]: 'SRIOV_NET_VF:3' },
  ]);
  assert.deepEqual(
    found.candidates.map(({ mappings }) => mappings),
    [
      { 1: [NIC0], 2: [NIC1] },
      { 1: [NIC1], 2: [NIC0] },
      { 1: [NIC1], 2: [NIC1] },
    ],
  );
  assert.deepEqual(told(cell.find(groups, { policy: 'isolate' })).length, 2);
});

test('groups of one subtree stand at or below one of them', () => {
  const cell = withNuma();
  const groups = [aGroup('_CPU', { PCPU: 2 }), aGroup('_NET', { SRIOV_NET_VF: 2 })];
  assert.equal(told(cell.find(groups)).length, 4);
  assert.deepEqual(told(cell.find(groups, { sameSubtrees: [['_CPU', '_NET']] })), [
    { [NUMA0]: 'PCPU:2', [NIC0]: 'SRIOV_NET_VF:2' },
    { [NUMA1]: 'PCPU:2', [NIC1]: 'SRIOV_NET_VF:2' },
  ]);
});

test('a group without resources names a provider by its traits, for its subtree', () => {
  const cell = withNuma();
  const groups = [aGroup('_TOP', {}, { required: [['CUSTOM_FAST']] }), aGroup('_NET', { SRIOV_NET_VF: 1 })];
  const { candidates } = cell.find(groups, { sameSubtrees: [['_TOP', '_NET']] });
  assert.deepEqual(candidates, [
    { allocations: { [NIC0]: { SRIOV_NET_VF: 1 } }, mappings: { _TOP: [NUMA0], _NET: [NIC0] } },
  ]);
});

test('in_tree takes any provider of the tree, and nobody else serves', () => {
  const cell = withNuma();
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1 }, { inTree: NIC1 })])), [{ [hostId(1)]: 'VCPU:1' }]);
  assert.deepEqual(told(cell.find([aGroup('_A', { VCPU: 1 }, { inTree: hostId(2) })])), [{ [hostId(2)]: 'VCPU:1' }]);
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1 }, { inTree: id(77) })])), []);
});

test('the top of the tree can be asked for by its traits', () => {
  const cell = withNuma();
  cell.must({ type: 'ensureTrait', name: 'CUSTOM_TOP' });
  cell.must({
    type: 'setTraits',
    providerId: hostId(2),
    generation: cell.generation(hostId(2)),
    traits: ['CUSTOM_TOP'],
  });
  const asked = [aGroup('', { VCPU: 1 })];
  assert.deepEqual(told(cell.find(asked, { rootRequired: ['CUSTOM_TOP'] })), [{ [hostId(2)]: 'VCPU:1' }]);
  assert.deepEqual(told(cell.find(asked, { rootForbidden: ['CUSTOM_TOP'] })), [{ [hostId(1)]: 'VCPU:1' }]);
});

const join = (cell: PlacedCell, providerId: string, ...aggregates: string[]): void =>
  cell.must({ type: 'setAggregates', providerId, generation: undefined, aggregates });

test('aggregates of the top are those of its tree for what has no suffix, and of nobody else for what has one', () => {
  const cell = withNuma();
  join(cell, hostId(1), A);
  const memberOf = [[A, B]];
  assert.equal(told(cell.find([aGroup('', { PCPU: 2 }, { memberOf })])).length, 2);
  assert.deepEqual(told(cell.find([aGroup('_X', { PCPU: 2 }, { memberOf })])), []);
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1 }, { memberOf: [[A], [B]] })])), [], 'both are asked for');
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1 }, { notMemberOf: [A] })])), [{ [hostId(2)]: 'VCPU:1' }]);
  assert.deepEqual(told(cell.find([aGroup('', { PCPU: 2 }, { notMemberOf: [A] })])), []);
});

/** A third provider shares its disks with the second host. */
function withSharedDisks(): PlacedCell {
  const cell = new PlacedCell(2);
  cell.provider(STORE, { DISK_GB: anInventory(5_000) }, { traits: [SHARES], aggregates: [A] });
  join(cell, hostId(2), A);
  return cell;
}

test('a provider that shares serves for the trees that it has an aggregate with', () => {
  const cell = withSharedDisks();
  assert.deepEqual(told(cell.find([aGroup('', { VCPU: 1, DISK_GB: 2_000 })])), [
    { [hostId(2)]: 'VCPU:1', [STORE]: 'DISK_GB:2000' },
  ]);
  const granular = [aGroup('', { VCPU: 1 }), aGroup('_DISK', { DISK_GB: 2_000 })];
  assert.deepEqual(told(cell.find(granular)), [{ [hostId(2)]: 'VCPU:1', [STORE]: 'DISK_GB:2000' }]);
  const { providers } = cell.find(granular);
  assert.deepEqual(providers.map(({ provider }) => provider.id).sort(), [STORE, hostId(2)].sort());
});

test('asked for by itself, what is shared is one candidate however many share it', () => {
  const cell = withSharedDisks();
  join(cell, hostId(1), A);
  assert.deepEqual(told(cell.find([aGroup('', { DISK_GB: 2_000 })])), [{ [STORE]: 'DISK_GB:2000' }]);
});

test('units and steps of an inventory bound one allocation', () => {
  const cell = new PlacedCell(0);
  cell.provider(id(1), { VCPU: anInventory(100, { minUnit: 4, maxUnit: 20, stepSize: 4 }) });
  const fits = [2, 4, 6, 8, 20, 24].filter((amount) => told(cell.find([aGroup('', { VCPU: amount })])).length > 0);
  assert.deepEqual(fits, [4, 8, 20]);
});

test('there are no more candidates than were asked for, and only their trees are shown', () => {
  const cell = new PlacedCell(5);
  const found = cell.find([aGroup('', { VCPU: 1 })], { limit: 2 });
  assert.deepEqual(told(found), [{ [hostId(1)]: 'VCPU:1' }, { [hostId(2)]: 'VCPU:1' }]);
  assert.equal(found.providers.length, 2);
});

test('a request with more combinations than can be tried ends with those that were found', () => {
  const cell = new PlacedCell(1);
  for (let number = 1; number <= 12; number++)
    cell.provider(id(number), { VGPU: anInventory(1) }, { parentId: hostId(1) });
  const groups = Array.from({ length: 8 }, (_, index) => aGroup(`_${index}`, { VGPU: 1 }));
  const { candidates } = cell.find(groups, { policy: 'isolate' });
  assert.ok(candidates.length <= 1_000);
  for (const { allocations } of candidates) assert.equal(Object.keys(allocations).length, 8);
});

test('a group is told by its suffix whatever that is', () => {
  const cell = new PlacedCell(1);
  const { candidates } = cell.find([aGroup('__proto__', { VCPU: 1 }), aGroup('constructor', { VCPU: 1 })]);
  assert.deepEqual(
    candidates.map(({ mappings }) => Object.entries(mappings)),
    [
      [
        ['__proto__', [hostId(1)]],
        ['constructor', [hostId(1)]],
      ],
    ],
  );
});
