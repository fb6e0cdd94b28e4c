import assert from 'node:assert/strict';
import test from 'node:test';
import { claimGroups, releaseGroups } from '../../../actors/cell/served.ts';
import { summaryOf } from '../../../actors/cell/summary.ts';
import { planConsolidation } from '../../../actors/consolidator/plan.ts';
import { failed, ok } from '../../../runtime/result.ts';
import { aGroup, anInventory, hostId, id, PlacedCell } from './placed-cell.ts';

const A = id(500);
const [GPU0, GPU1, STORE] = [id(11), id(12), id(20)];
const SHARES = 'MISC_SHARES_VIA_AGGREGATE';
const VM = id(1);
const SMALL = { vcpus: 1, memoryMib: 512, diskGib: 10 };
const NOTHING = { requiredTraits: [], forbiddenTraits: [] };

/** Two hosts of 4 processors and 100 GiB; the second has two graphics cards. */
function withCards(): PlacedCell {
  const cell = new PlacedCell(2);
  const parentId = hostId(2);
  cell.provider(GPU0, { VGPU: anInventory(1) }, { parentId, traits: ['CUSTOM_OLD'] });
  cell.provider(GPU1, { VGPU: anInventory(2) }, { parentId, traits: ['CUSTOM_NEW'] });
  return cell;
}

const usage = (cell: PlacedCell, providerId: string): object => {
  const provider = cell.catalog().provider(providerId);
  return Object.fromEntries([...(provider ? cell.catalog().usageOf(provider) : [])].filter(([, used]) => used > 0));
};

const allocations = (cell: PlacedCell, consumerId: string = VM): object =>
  cell.catalog().consumer(consumerId)?.allocations ?? {};

test('a class that only providers below a host have is given by these, and counts as taken there', () => {
  const cell = withCards();
  const place = cell.place(VM, { demand: SMALL, resources: { VGPU: 1 } });
  assert.deepEqual(place, { host: 'h2', zone: 'nova', mappings: { '': [hostId(2), GPU0] } });
  assert.deepEqual(allocations(cell), {
    [hostId(2)]: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 10 },
    [GPU0]: { VGPU: 1 },
  });
  assert.deepEqual(usage(cell, GPU0), { VGPU: 1 });
  assert.deepEqual(
    cell
      .catalog()
      .consumersOf(cell.catalog().provider(GPU0) ?? assert.fail('no card'))
      .map((consumer) => consumer.id),
    [VM],
  );
  assert.equal(cell.refused({ type: 'deleteProvider', id: GPU0 }), 'ProviderInUse');
  cell.tell({ type: 'release', instanceId: VM });
  assert.deepEqual([usage(cell, GPU0), allocations(cell)], [{}, {}]);
  cell.must({ type: 'deleteProvider', id: GPU0 });
});

test('an amount comes from one provider, whatever all of them have together', () => {
  const cell = withCards();
  assert.equal(cell.place(VM, { demand: SMALL, resources: { VGPU: 3 } }), null);
  assert.equal(cell.details(VM), 'Of 2 hosts: 2 without 3 VGPU.');
  assert.deepEqual(cell.place(VM, { demand: SMALL, resources: { VGPU: 2 } })?.mappings, { '': [hostId(2), GPU1] });
});

test('traits of what belongs to no group are those of any provider that serves, forbidden ones of none', () => {
  const cell = withCards();
  const asked = { demand: SMALL, resources: { VGPU: 1 } };
  assert.deepEqual(cell.place(VM, { ...asked, requiredTraits: ['CUSTOM_NEW'] })?.mappings, { '': [hostId(2), GPU1] });
  assert.deepEqual(cell.place(VM, { ...asked, forbiddenTraits: ['CUSTOM_OLD'] })?.mappings, { '': [hostId(2), GPU1] });
  assert.equal(cell.place(VM, { demand: SMALL, requiredTraits: ['CUSTOM_NEW'] }), null, 'the card serves nothing');
  assert.equal(cell.place(VM, { ...asked, requiredTraits: ['CUSTOM_NEW', 'CUSTOM_OLD'] }), null);
  assert.equal(
    cell.details(VM),
    'Of 2 hosts: 1 without 1 VGPU, 1 without providers that have the traits and resources.',
  );
});

const group = (suffix: string, amount: number, required: readonly string[] = []) => ({
  ...NOTHING,
  suffix,
  resources: { VGPU: amount },
  requiredTraits: required,
});

test('each group is served by one provider with its traits, and isolated ones by another each', () => {
  const cell = withCards();
  const granular = { policy: 'isolate', groups: [group('1', 1), group('2', 1, ['CUSTOM_OLD'])] } as const;
  assert.deepEqual(cell.place(VM, { demand: SMALL, granular })?.mappings, {
    '': [hostId(2)],
    1: [GPU1],
    2: [GPU0],
  });
  assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{ VGPU: 1 }, { VGPU: 1 }]);
  const three = { policy: 'isolate', groups: [group('1', 1), group('2', 1), group('3', 1)] } as const;
  assert.equal(cell.place(id(2), { demand: SMALL, granular: three }), null);
  assert.equal(cell.details(id(2)), 'Of 2 hosts: 2 without providers for groups 1: 1 VGPU, 2: 1 VGPU, 3: 1 VGPU.');
});

test('groups of one subtree are served at or below one provider', () => {
  const cell = withCards();
  const CARD = id(13);
  cell.provider(CARD, { SRIOV_NET_VF: anInventory(4) }, { parentId: GPU1 });
  const net = { ...NOTHING, suffix: 'port', resources: { SRIOV_NET_VF: 1 } };
  const groups = [group('1', 1), net];
  const near = { policy: 'none', groups, sameSubtrees: [['1', 'port']] } as const;
  assert.deepEqual(cell.place(VM, { demand: SMALL, granular: near })?.mappings, {
    '': [hostId(2)],
    1: [GPU1],
    port: [CARD],
  });
  assert.deepEqual(
    cell.place(id(2), { demand: SMALL, granular: { policy: 'none', groups } })?.mappings?.['1'],
    [GPU0],
    'without it any card will do',
  );
});

/** Both hosts are in an aggregate with somebody who shares disks. */
function withStore(): PlacedCell {
  const cell = new PlacedCell(2);
  cell.provider(STORE, { DISK_GB: anInventory(500) }, { traits: [SHARES], aggregates: [A] });
  for (const providerId of [hostId(1), hostId(2)])
    cell.must({ type: 'setAggregates', providerId, generation: undefined, aggregates: [A] });
  return cell;
}

test('what is shared serves where the host has too little of its own', () => {
  const cell = withStore();
  const large = { ...SMALL, diskGib: 80 };
  const places = [1, 2, 3].map((number) => cell.place(id(number), { demand: large }));
  assert.deepEqual(
    places.map((place) => place?.mappings?.['']?.includes(STORE)),
    [false, false, true],
  );
  assert.deepEqual(usage(cell, STORE), { DISK_GB: 80 });
  assert.equal(cell.claim(id(4), { ...SMALL, diskGib: 430 }), null);
  assert.equal(cell.claim(id(4), { ...SMALL, diskGib: 420 }), 'h2');
  cell.must({ type: 'setAggregates', providerId: hostId(2), generation: undefined, aggregates: [] });
  cell.tell({ type: 'release', instanceId: id(4) });
  assert.equal(cell.claim(id(4), { ...SMALL, diskGib: 420 }), 'h1', 'the other one is not in the aggregate any more');
});

test('external consumers and instances never get more of a card than there is, in any order', () => {
  const cell = withCards();
  cell.must(cell.allocation(id(100), { [GPU1]: { VGPU: 2 } }));
  assert.deepEqual(cell.place(VM, { demand: SMALL, resources: { VGPU: 1 } })?.mappings?.[''], [hostId(2), GPU0]);
  assert.equal(cell.place(id(2), { demand: SMALL, resources: { VGPU: 1 } }), null);
  assert.equal(cell.refused(cell.allocation(id(101), { [GPU0]: { VGPU: 1 } })), 'CapacityExceeded');
  cell.must({ type: 'deleteAllocations', consumerId: id(100) });
  assert.deepEqual(cell.place(id(2), { demand: SMALL, resources: { VGPU: 2 } })?.mappings?.[''], [hostId(2), GPU1]);
});

test('a move claims beside what the instance has; settled or given back, one of them is left', () => {
  const cell = withCards();
  const asked = { demand: SMALL, resources: { VGPU: 1 } };
  cell.place(VM, asked);
  const before = cell.columns();
  assert.deepEqual(cell.place(VM, asked, 'move')?.mappings?.[''], [hostId(2), GPU1]);
  assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{ VGPU: 1 }, { VGPU: 1 }]);
  cell.tell({ type: 'release', instanceId: VM, part: 'move' });
  assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{ VGPU: 1 }, {}]);
  assert.deepEqual(cell.columns(), before);
  cell.place(VM, asked, 'move');
  cell.tell({ type: 'settle', instanceId: VM });
  assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{}, { VGPU: 1 }]);
  assert.deepEqual(cell.groves(), cell.grovesFromRows());
});

test('a writer of allocations can take from an instance what others than its host give, and give it back', () => {
  const cell = withCards();
  cell.place(VM, { demand: SMALL, resources: { VGPU: 1 } });
  const own = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 10 };
  cell.must(cell.allocation(VM, { [hostId(2)]: own, [GPU0]: { VGPU: 1 } }));
  assert.deepEqual(usage(cell, GPU0), { VGPU: 1 });
  assert.deepEqual(cell.groves(), cell.grovesFromRows());
  cell.must(cell.allocation(VM, { [hostId(2)]: own }));
  assert.deepEqual(usage(cell, GPU0), {});
  assert.deepEqual(cell.groves(), cell.grovesFromRows());
  cell.must(cell.allocation(VM, { [hostId(2)]: own, [GPU1]: { VGPU: 2 } }));
  assert.deepEqual(allocations(cell), { [hostId(2)]: own, [GPU1]: { VGPU: 2 } });
  assert.deepEqual(cell.groves(), cell.grovesFromRows());
  cell.tell({ type: 'release', instanceId: VM });
  assert.deepEqual([usage(cell, GPU1), usage(cell, hostId(2))], [{}, {}]);
});

test('an instance that is rebuilt keeps its card', () => {
  const cell = withCards();
  const none = { vcpus: 0, memoryMib: 0, diskGib: 0 };
  assert.ok(cell.suits('h2', none, { isRebuild: true, requiredTraits: ['CUSTOM_NEW'] }));
  assert.ok(!cell.suits('h1', none, { isRebuild: true, requiredTraits: ['CUSTOM_NEW'] }));
});

test('a group is claimed beside what an instance has, once, and given back by itself', () => {
  const cell = withCards();
  cell.place(VM, { demand: SMALL, resources: { VGPU: 1 } });
  const claim = (...groups: readonly ReturnType<typeof group>[]) =>
    claimGroups(cell.state, VM, { policy: 'none', groups }, cell.ctx);
  const mappings = { '': [hostId(2), GPU0], port: [GPU1] };
  assert.deepEqual(claim(group('port', 1)), mappings);
  assert.deepEqual(claim(group('port', 1)), mappings, 'asked again');
  assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{ VGPU: 1 }, { VGPU: 1 }]);
  assert.equal(claim(group('more', 2)), undefined, 'there is no room for it');
  assert.deepEqual(cell.groves(), cell.grovesFromRows());
  releaseGroups(cell.state, VM, ['port', 'none'], cell.ctx);
  assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{ VGPU: 1 }, {}]);
  assert.deepEqual(claim(), { '': [hostId(2), GPU0] });
  assert.deepEqual(cell.groves(), cell.grovesFromRows());
});

for (const suffix of ['__proto__', 'constructor', 'toString']) {
  test(`a group may have the suffix ${suffix}: it is claimed, told and given back like any other`, () => {
    const cell = withCards();
    cell.place(VM, { demand: SMALL, granular: { policy: 'none', groups: [group(suffix, 1)] } });
    assert.equal(Object.hasOwn(Object.prototype, GPU0) || Object.hasOwn(Object, GPU0), false, 'nothing else changes');
    assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{ VGPU: 1 }, {}]);
    const mappings = claimGroups(cell.state, VM, { policy: 'none', groups: [] }, cell.ctx) ?? {};
    assert.deepEqual(new Map(Object.entries(mappings)).get(suffix), [GPU0]);
    releaseGroups(cell.state, VM, [suffix], cell.ctx);
    assert.deepEqual([usage(cell, GPU0), usage(cell, GPU1)], [{}, {}]);
    const again = claimGroups(cell.state, VM, { policy: 'none', groups: [group(suffix, 1)] }, cell.ctx) ?? {};
    assert.deepEqual(new Map(Object.entries(again)).get(suffix), [GPU0]);
    assert.deepEqual(cell.groves(), cell.grovesFromRows());
  });
}

test('a host can be emptied whose instances have something of other providers, where others have it too', () => {
  const cell = new PlacedCell(2);
  for (const [number, card] of [GPU0, GPU1].entries())
    cell.provider(card, { VGPU: anInventory(1) }, { parentId: hostId(number + 1) });
  const before = cell.groves();
  const table = cell.state.hosts;
  const demand = { vcpus: 1, memoryMib: 512, diskGib: 1 };
  const request = { demand, zone: null, host: null, excludedHosts: ['h1'], resources: { VGPU: 1 } };
  const taken = { ...demand, others: { [GPU0]: { VGPU: 1 } } };
  const allocation = { instanceId: VM, host: 'h1', claimId: 'c', ...taken };
  table.use('h1', allocation, 1);
  table.use('h2', { vcpus: 2, memoryMib: 1_024, diskGib: 1 }, 1);
  const during = cell.groves();
  const plan = () =>
    planConsolidation(
      cell.state.scheduler,
      (host) => (host === 'h1' ? ok({ movable: [{ allocation, request }], leaving: [] }) : failed('stays')),
      { hosts: 'all', maxMovesPerRound: 10, emptiestBelow: 0.9 },
      0,
    ).moves;
  assert.deepEqual(plan(), [{ instanceId: VM, from: 'h1', to: 'h2' }]);
  assert.deepEqual(cell.groves(), during, 'what was tried is taken back');
  table.trees.use(GPU1, { VGPU: 1 }, 1);
  assert.deepEqual(plan(), [], 'the other card is taken');
  table.trees.use(GPU1, { VGPU: 1 }, -1);
  table.use('h1', allocation, -1);
  assert.deepEqual(cell.groves(), before);
});

test('what is shared counts in the summary of a cell', () => {
  const cell = withStore();
  cell.claim(VM, SMALL);
  const { free, largest } = summaryOf(cell.state);
  assert.deepEqual([free.diskGib, largest.diskGib], [690, 500]);
});

test('the host is chosen that candidates name first', () => {
  const cell = withCards();
  const { candidates } = cell.find([aGroup('', { VCPU: 1, VGPU: 1 })]);
  assert.deepEqual(candidates[0]?.mappings, { '': [hostId(2), GPU0] });
});
