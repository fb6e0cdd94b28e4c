import assert from 'node:assert/strict';
import test from 'node:test';
import { capacityOf } from '../../../actors/placement/inventory.ts';
import type { InventoryTerms } from '../../../drivers/inventory-terms.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { aGroup, anInventory, hostId, INVENTORY, id, PlacedCell } from './placed-cell.ts';

const HOSTS = 4;
const HISTORIES = 60;
const STEPS = 40;

/** Draws from a seed. */
function drawing(seed: number) {
  const random = seededRandom(seed);
  const below = (end: number): number => Math.floor(random.fraction() * end);
  return { below, one: <T>(first: T, ...others: T[]): T => [first, ...others][below(others.length + 1)] ?? first };
}

type Draw = ReturnType<typeof drawing>;

const aDemand = ({ below, one }: Draw) => ({
  vcpus: 1 + below(6),
  memoryMib: 256 * (1 + below(8)),
  diskGib: one(0, 10, 40, 90),
});

/** One step of a history: something that users, external consumers or instances do. Refusals are part of it. */
function step(cell: PlacedCell, draw: Draw): void {
  const { below, one } = draw;
  const host = 1 + below(HOSTS);
  const providerId = hostId(host);
  const generation = cell.generation(providerId);
  switch (below(9)) {
    case 0:
      cell.ask({
        type: 'setInventories',
        providerId,
        generation,
        inventories: {
          VCPU: anInventory(1 + below(8), {
            allocationRatio: one(0.5, 1, 1.5, 4),
            reserved: below(2),
            minUnit: one(1, 1, 2),
            stepSize: one(1, 1, 2),
          }),
          MEMORY_MB: anInventory(1_024 * (1 + below(8)), { reserved: 256 * below(4), maxUnit: one(512, 2_048, 9_999) }),
          ...(below(3) > 0 && { DISK_GB: anInventory(10 + below(200)) }),
          ...(below(2) > 0 && { CUSTOM_A: anInventory(1 + below(5)) }),
        },
      });
      return;
    case 1:
      cell.ask({ type: 'deleteInventory', providerId, resourceClass: one('VCPU', 'DISK_GB', 'CUSTOM_A') });
      return;
    case 2:
      cell.ask({ type: 'deleteProvider', id: providerId });
      return;
    case 3:
      cell.ask({ type: 'deleteAllocations', consumerId: id(100 + below(6)) });
      return;
    case 4:
    case 5:
      cell.ask(
        cell.allocation(id(one(100, 1) + below(6)), {
          [providerId]: { VCPU: 1 + below(4), ...(below(2) > 0 && { CUSTOM_A: 1 + below(2) }) },
          ...(below(2) > 0 && { [hostId(1 + (host % HOSTS))]: { MEMORY_MB: 256 * (1 + below(4)) } }),
        }),
      );
      return;
    case 8: {
      const { ratios, reserved } = one<InventoryTerms>(
        {},
        { ratios: { vcpus: one(1, 2.5) } },
        { reserved: { vcpus: 1, memoryMib: 512, diskGib: 200 }, ratios: { memoryMib: 1.5 } },
      );
      const terms = { initialRatios: { vcpus: one(1, 16), memoryMib: 1, diskGib: 1 }, ...(ratios && { ratios }) };
      const inventory = { ...INVENTORY, terms: { ...terms, ...(reserved && { reserved }) } };
      cell.tell({ type: 'hostReported', host: `h${host}`, zone: 'nova', inventory });
      return;
    }
    case 6:
      cell.claim(id(1 + below(6)), aDemand(draw));
      return;
    default:
      cell.tell({ type: 'release', instanceId: id(1 + below(6)) });
  }
}

test('whatever users, consumers and instances do, the scheduler sees what the rows say', () => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const draw = drawing(seed);
    const cell = new PlacedCell(HOSTS);
    cell.must({ type: 'createClass', name: 'CUSTOM_A' });
    for (let count = 0; count < STEPS; count++) {
      step(cell, draw);
      assert.deepEqual(cell.columns(), cell.columnsFromRows(), `seed ${seed}, step ${count}`);
    }
  }
});

test('a host is a candidate exactly when the scheduler would take it', () => {
  let agreed = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const draw = drawing(1_000 + seed);
    const cell = new PlacedCell(HOSTS);
    cell.must({ type: 'createClass', name: 'CUSTOM_A' });
    for (let count = 0; count < STEPS; count++) {
      step(cell, draw);
      const demand = { ...aDemand(draw), diskGib: 1 + draw.below(80) };
      const resources = { VCPU: demand.vcpus, MEMORY_MB: demand.memoryMib, DISK_GB: demand.diskGib };
      const { candidates } = cell.find([aGroup('', resources)]);
      const found = candidates.map(({ allocations }) => Object.keys(allocations)[0]).sort();
      const suited = [1, 2, 3, 4].filter((number) => cell.suits(`h${number}`, demand)).map(hostId);
      assert.deepEqual(found, suited, `seed ${seed}, step ${count}: ${JSON.stringify(demand)}`);
      agreed += found.length > 0 && found.length < HOSTS ? 1 : 0;
    }
  }
  assert.ok(agreed > 200, `${agreed} cases in which some hosts fit and others do not`);
});

test('no provider gives away more than it has, whoever asks, unless it had more before', () => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const draw = drawing(2_000 + seed);
    const cell = new PlacedCell(HOSTS);
    for (let count = 0; count < STEPS; count++) {
      const { below } = draw;
      if (below(2) === 0) cell.claim(id(1 + below(30)), aDemand(draw));
      else
        cell.ask(
          cell.allocation(id(100 + below(30)), { [hostId(1 + below(HOSTS))]: { MEMORY_MB: 256 * (1 + below(8)) } }),
        );
      for (const provider of cell.catalog().providers())
        for (const [name, used] of cell.catalog().usageOf(provider)) {
          const inventory = provider.inventories[name];
          assert.ok(inventory && used <= capacityOf(inventory), `seed ${seed}: ${used} ${name} of ${provider.name}`);
        }
    }
  }
});
