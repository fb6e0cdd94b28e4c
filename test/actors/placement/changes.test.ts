import assert from 'node:assert/strict';
import test from 'node:test';
import { consumers, providerAllocations, providers } from '../../../actors/placement/row.ts';
import { anInventory, hostId, INVENTORY, id, PlacedCell } from './placed-cell.ts';

const consumer = (number: number): string => id(100 + number);
const DEMAND = { vcpus: 2, memoryMib: 1_024, diskGib: 10 };

test('a host is a provider without a row, and gets one with its first change', () => {
  const cell = new PlacedCell(1);
  const provider = cell.catalog().provider(hostId(1));
  assert.deepEqual([provider?.name, provider?.generation, provider?.rootId], ['h1', 0, hostId(1)]);
  assert.deepEqual(provider?.inventories['VCPU'], anInventory(4, { maxUnit: 4, allocationRatio: 4 }));
  assert.deepEqual([...providers.scan(cell.ctx.rows)], []);
  cell.must({ type: 'setTraits', providerId: hostId(1), generation: 0, traits: ['HW_CPU_X86_VMX'] });
  const row = providers.read(cell.ctx.rows, hostId(1));
  assert.deepEqual([row?.generation, row?.inventories], [1, null], 'the inventories stay what the host reports');
});

test('totals that users changed follow the host when it reports others; what stands beside them stays', () => {
  const cell = new PlacedCell(1);
  const inventories = { VCPU: anInventory(4, { maxUnit: 4, reserved: 1 }), MEMORY_MB: anInventory(1_000) };
  cell.must({ type: 'setInventories', providerId: hostId(1), generation: 0, inventories });
  cell.tell({ type: 'hostReported', host: 'h1', zone: 'nova', inventory: { ...INVENTORY, vcpus: 8 } });
  assert.deepEqual(cell.catalog().provider(hostId(1))?.inventories, {
    VCPU: anInventory(8, { maxUnit: 8, reserved: 1 }),
    MEMORY_MB: anInventory(1_000),
  });
  assert.deepEqual(cell.columns(), cell.columnsFromRows());
  cell.must({ type: 'deleteProvider', id: hostId(1) });
  assert.equal(cell.catalog().provider(hostId(1))?.inventories['VCPU']?.allocationRatio, 4);
  assert.deepEqual(cell.columns(), cell.columnsFromRows());
});

test('an instance is a consumer with what was claimed for it, and in a move the migration has what is at the source', () => {
  const cell = new PlacedCell(2);
  const instanceId = id(1);
  assert.equal(cell.claim(instanceId, DEMAND, 'h1'), 'h1');
  const resources = { VCPU: 2, MEMORY_MB: 1_024, DISK_GB: 10 };
  assert.deepEqual(cell.catalog().consumer(instanceId)?.allocations, { [hostId(1)]: resources });
  cell.must(cell.allocation(instanceId, { [hostId(1)]: { VCPU: 1, MEMORY_MB: 512 } }));
  const changed = cell.catalog().consumer(instanceId);
  assert.deepEqual(changed?.allocations, { [hostId(1)]: { VCPU: 1, MEMORY_MB: 512 } });
  assert.equal(changed?.generation, 2);
  assert.deepEqual(cell.columns(), cell.columnsFromRows());
  cell.tell({ type: 'release', instanceId });
  assert.equal(cell.catalog().consumer(instanceId), undefined);
  assert.deepEqual([...consumers.scan(cell.ctx.rows)], []);
});

test('what an instance was given beside its host goes with it', () => {
  const cell = new PlacedCell(1);
  cell.provider(id(50), { VGPU: anInventory(1) }, { parentId: hostId(1) });
  cell.claim(id(1), DEMAND);
  const own = { VCPU: 2, MEMORY_MB: 1_024, DISK_GB: 10 };
  cell.must(cell.allocation(id(1), { [hostId(1)]: own, [id(50)]: { VGPU: 1 } }));
  assert.equal(cell.refused(cell.allocation(consumer(1), { [id(50)]: { VGPU: 1 } })), 'CapacityExceeded');
  cell.tell({ type: 'release', instanceId: id(1) });
  assert.deepEqual([...providerAllocations.scan(cell.ctx.rows)], []);
  cell.must(cell.allocation(consumer(1), { [id(50)]: { VGPU: 1 } }));
});

test('everything of an instance can be taken from it, once', () => {
  const cell = new PlacedCell(1);
  cell.claim(id(1), DEMAND);
  cell.must({ type: 'deleteAllocations', consumerId: id(1) });
  assert.equal(cell.refused({ type: 'deleteAllocations', consumerId: id(1) }), 'ConsumerNotFound');
  assert.deepEqual(cell.columns(), cell.columnsFromRows());
  cell.tell({ type: 'release', instanceId: id(1) });
  assert.deepEqual(cell.columns(), cell.columnsFromRows());
});

test('several consumers get all that they ask for or nothing, each taking the place of what it had', () => {
  const cell = new PlacedCell(0);
  cell.provider(id(1), { VCPU: anInventory(10) });
  const entry = (number: number, amount: number) => ({
    consumerId: consumer(number),
    projectId: 'p',
    userId: 'u',
    consumerType: undefined,
    generation: undefined,
    allocations: amount === 0 ? {} : { [id(1)]: { VCPU: amount } },
  });
  cell.must({ type: 'setAllocations', consumers: [entry(1, 6), entry(2, 4)] });
  assert.equal(
    cell.refused({ type: 'setAllocations', consumers: [entry(1, 1), entry(3, 4), entry(4, 2)] }),
    'CapacityExceeded',
  );
  assert.equal(
    cell
      .catalog()
      .usageOf({ id: id(1), host: null })
      .get('VCPU'),
    10,
  );
  cell.must({ type: 'setAllocations', consumers: [entry(1, 0), entry(3, 6)] });
  assert.equal(cell.catalog().consumer(consumer(1)), undefined);
  assert.equal(
    cell
      .catalog()
      .usageOf({ id: id(1), host: null })
      .get('VCPU'),
    10,
  );
});

test('a writer who has seen another generation of the consumer is refused', () => {
  const cell = new PlacedCell(0);
  cell.provider(id(1), { VCPU: anInventory(10) });
  const write = (generation: number | null) => ({
    type: 'setAllocations' as const,
    consumers: [
      {
        consumerId: consumer(1),
        projectId: 'p',
        userId: 'u',
        consumerType: undefined,
        generation,
        allocations: { [id(1)]: { VCPU: 1 } },
      },
    ],
  });
  assert.equal(cell.refused(write(1)), 'ConsumerChanged');
  cell.must(write(null));
  assert.equal(cell.refused(write(null)), 'ConsumerChanged');
  cell.must(write(1));
  assert.equal(cell.refused(write(1)), 'ConsumerChanged');
});

test('whoever takes no more than before may write where there is too much already', () => {
  const cell = new PlacedCell(0);
  cell.provider(id(1), { VCPU: anInventory(10) });
  cell.must(cell.allocation(consumer(1), { [id(1)]: { VCPU: 8 } }));
  const generation = cell.generation(id(1));
  cell.must({ type: 'setInventories', providerId: id(1), generation, inventories: { VCPU: anInventory(4) } });
  cell.must(cell.allocation(consumer(1), { [id(1)]: { VCPU: 6 } }));
  assert.equal(cell.refused(cell.allocation(consumer(1), { [id(1)]: { VCPU: 7 } })), 'CapacityExceeded');
  assert.equal(cell.refused(cell.allocation(consumer(2), { [id(1)]: { VCPU: 1 } })), 'CapacityExceeded');
});

test('a provider moves with all below it, and never below itself', () => {
  const cell = new PlacedCell(2);
  cell.provider(id(1), {}, { parentId: hostId(1) });
  cell.provider(id(2), {}, { parentId: id(1) });
  cell.provider(id(3), {}, { parentId: id(2) });
  const move = (target: string, parentId: string | null, mayMove = true) => ({
    type: 'updateProvider' as const,
    id: target,
    name: `provider ${target}`,
    parentId,
    mayMove,
  });
  assert.equal(cell.refused(move(id(1), hostId(2), false)), 'ProviderRefused');
  assert.equal(cell.refused(move(id(1), null, false)), 'ProviderRefused');
  assert.equal(cell.refused(move(id(1), id(3))), 'ProviderRefused');
  assert.equal(cell.refused(move(id(1), id(77))), 'ProviderRefused');
  cell.must(move(id(1), hostId(2)));
  const rootOf = (providerId: string) => cell.catalog().provider(providerId)?.rootId;
  assert.deepEqual(
    [1, 2, 3].map((number) => rootOf(id(number))),
    [hostId(2), hostId(2), hostId(2)],
  );
  cell.must(move(id(2), null));
  assert.deepEqual(
    [1, 2, 3].map((number) => rootOf(id(number))),
    [hostId(2), id(2), id(2)],
  );
  assert.equal(cell.refused({ type: 'deleteProvider', id: id(2) }), 'ProviderHasChildren');
});

test('names of providers are unique, those of hosts among them', () => {
  const cell = new PlacedCell(1);
  const create = (providerId: string, name: string) =>
    ({ type: 'createProvider', id: providerId, name, parentId: null }) as const;
  assert.equal(cell.refused(create(id(1), 'h1')), 'ProviderExists');
  assert.equal(cell.refused(create(hostId(1), 'other')), 'ProviderExists');
  cell.must(create(id(1), 'mine'));
  cell.must({ type: 'updateProvider', id: hostId(1), name: 'renamed', parentId: undefined, mayMove: false });
  assert.equal(cell.catalog().provider(hostId(1))?.name, 'renamed');
  assert.equal(cell.refused(create(id(2), 'renamed')), 'ProviderExists');
  cell.must(create(id(2), 'h1'));
});

test('inventories and what is taken of them move between providers in one step', () => {
  const cell = new PlacedCell(0);
  cell.provider(id(1), { VCPU: anInventory(8), VGPU: anInventory(4) });
  cell.provider(id(2), {}, { parentId: id(1) });
  cell.must(cell.allocation(consumer(1), { [id(1)]: { VCPU: 2, VGPU: 3 } }));
  const inventories = [
    { providerId: id(1), generation: cell.generation(id(1)), inventories: { VCPU: anInventory(8) } },
    { providerId: id(2), generation: cell.generation(id(2)), inventories: { VGPU: anInventory(4) } },
  ];
  assert.equal(cell.refused({ type: 'reshape', inventories, consumers: [] }), 'InventoryInUse');
  const moved = {
    consumerId: consumer(1),
    projectId: 'p',
    userId: 'u',
    consumerType: undefined,
    generation: 1,
    allocations: { [id(1)]: { VCPU: 2 }, [id(2)]: { VGPU: 3 } },
  };
  const tooMuch = { ...moved, allocations: { [id(2)]: { VGPU: 5 } } };
  assert.equal(cell.refused({ type: 'reshape', inventories, consumers: [tooMuch] }), 'CapacityExceeded');
  assert.deepEqual(cell.catalog().consumer(consumer(1))?.allocations, { [id(1)]: { VCPU: 2, VGPU: 3 } });
  cell.must({ type: 'reshape', inventories, consumers: [moved] });
  assert.deepEqual(cell.catalog().consumer(consumer(1))?.allocations, moved.allocations);
  assert.equal(cell.refused({ type: 'reshape', inventories, consumers: [moved] }), 'ProviderChanged');
});

test('what is in use is not deleted', () => {
  const cell = new PlacedCell(0);
  cell.must({ type: 'createClass', name: 'CUSTOM_A' });
  cell.provider(id(1), { VCPU: anInventory(8), CUSTOM_A: anInventory(1) }, { traits: ['CUSTOM_T'] });
  cell.must(cell.allocation(consumer(1), { [id(1)]: { VCPU: 2 } }));
  const refusals = [
    cell.refused({ type: 'deleteProvider', id: id(1) }),
    cell.refused({ type: 'deleteInventory', providerId: id(1), resourceClass: 'VCPU' }),
    cell.refused({ type: 'deleteInventories', providerId: id(1) }),
    cell.refused({ type: 'deleteClass', name: 'CUSTOM_A' }),
    cell.refused({ type: 'renameClass', name: 'CUSTOM_A', newName: 'CUSTOM_B' }),
    cell.refused({ type: 'deleteClass', name: 'VCPU' }),
    cell.refused({ type: 'deleteTrait', name: 'CUSTOM_T' }),
    cell.refused({ type: 'deleteTrait', name: 'HW_CPU_X86_VMX' }),
  ];
  assert.deepEqual(refusals, [
    'ProviderInUse',
    'InventoryInUse',
    'InventoryInUse',
    'ClassInUse',
    'ClassInUse',
    'ClassStandard',
    'TraitInUse',
    'TraitStandard',
  ]);
});

test('after everything was taken from an instance a writer has seen no generation, and the counter goes on', () => {
  const cell = new PlacedCell(1);
  cell.claim(id(1), DEMAND);
  const write = (generation: number | null, amount: number) => ({
    type: 'setAllocations' as const,
    consumers: [
      {
        consumerId: id(1),
        projectId: 'p',
        userId: 'u',
        consumerType: undefined,
        generation,
        allocations: amount === 0 ? {} : { [hostId(1)]: { VCPU: amount } },
      },
    ],
  });
  const generation = () => cell.catalog().consumer(id(1))?.generation;
  cell.must(write(1, 1));
  cell.must(write(2, 0));
  assert.equal(cell.refused(write(3, 1)), 'ConsumerChanged', 'it is shown without a generation');
  cell.must(write(null, 1));
  assert.equal(generation(), 4);
  cell.must({ type: 'deleteAllocations', consumerId: id(1) });
  cell.must(write(null, 2));
  assert.equal(cell.refused(write(4, 1)), 'ConsumerChanged', 'of before it was emptied');
  assert.equal(cell.refused(write(null, 1)), 'ConsumerChanged');
  assert.deepEqual(cell.columns(), cell.columnsFromRows());
});

test('a consumer that is in one change twice is refused: it would give back twice what it has', () => {
  const cell = new PlacedCell(0);
  cell.provider(id(1), { VCPU: anInventory(10) });
  const entry = (consumerId: string, amount: number) => ({
    consumerId,
    projectId: 'p',
    userId: 'u',
    consumerType: undefined,
    generation: undefined,
    allocations: { [id(1)]: { VCPU: amount } },
  });
  cell.must({ type: 'setAllocations', consumers: [entry(consumer(1), 5), entry(consumer(2), 5)] });
  const consumers = [entry(consumer(1), 1), entry(consumer(1), 9)];
  assert.equal(cell.refused({ type: 'setAllocations', consumers }), 'ConsumerTwice');
  assert.equal(cell.refused({ type: 'reshape', inventories: [], consumers }), 'ConsumerTwice');
  assert.deepEqual(cell.catalog().consumer(consumer(1))?.allocations, { [id(1)]: { VCPU: 5 } });
});

test('traits that a host has by itself are no change, whether they are named or not', () => {
  const cell = new PlacedCell(1);
  const own = cell.catalog().provider(hostId(1))?.traits ?? [];
  const set = (generation: number, traits: readonly string[]) =>
    cell.must({ type: 'setTraits', providerId: hostId(1), generation, traits });
  set(0, own);
  set(0, []);
  assert.deepEqual([...providers.scan(cell.ctx.rows)], []);
  set(0, ['HW_CPU_X86_VMX', ...own]);
  set(1, ['HW_CPU_X86_VMX']);
  assert.equal(cell.generation(hostId(1)), 1);
  cell.must({ type: 'deleteTraits', providerId: hostId(1) });
  cell.must({ type: 'deleteTraits', providerId: hostId(1) });
  assert.equal(cell.generation(hostId(1)), 2);
});
