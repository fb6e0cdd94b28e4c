import assert from 'node:assert/strict';
import test from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { RequestedGroup } from '../../../actors/cell/protocol.ts';
import { providerClaims } from '../../../actors/cell/row.ts';
import { capacityOf } from '../../../actors/placement/inventory.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { type Asked, aGroup, anInventory, hostId, id, PlacedCell } from './placed-cell.ts';

const HOSTS = 3;
const HISTORIES = 40;
const STEPS = 40;
const SHARES = 'MISC_SHARES_VIA_AGGREGATE';
const TRAITS = ['CUSTOM_X', 'CUSTOM_Y'];
const CLASSES = ['VGPU', 'CUSTOM_A', 'DISK_GB'];
const AGGREGATES = [id(501), id(502)];

function drawing(seed: number) {
  const random = seededRandom(seed);
  const below = (end: number): number => Math.floor(random.fraction() * end);
  const some = <T>(all: readonly T[]): readonly T[] => all.filter(() => below(2) === 0);
  return { below, some, is: (oneIn: number): boolean => below(oneIn) === 0 };
}

type Draw = ReturnType<typeof drawing>;

/** Providers that may be there: below hosts, below each other, or by themselves. */
const others = Array.from({ length: 6 }, (_, index) => id(10 + index));

const anAmount = ({ below }: Draw, name: string): number => (name === 'DISK_GB' ? 10 * (1 + below(9)) : 1 + below(3));

/** Something is made, changed or deleted of a provider. Refusals are part of it. */
function changeProvider(cell: PlacedCell, draw: Draw, inventoriesStay: boolean): void {
  const { below, some, is } = draw;
  const providerId = others[below(others.length)] ?? '';
  const generation = cell.generation(providerId);
  const parents = [...others, ...Array.from({ length: HOSTS }, (_, number) => hostId(number + 1)), null];
  const parentId = parents[below(parents.length)] ?? null;
  switch (below(inventoriesStay ? 4 : 7)) {
    case 0:
      cell.ask({ type: 'createProvider', id: providerId, name: `p ${providerId}`, parentId });
      return;
    case 1: {
      const traits = [...some(TRAITS), ...(is(2) ? [SHARES] : [])];
      cell.ask({ type: 'setTraits', providerId, generation, traits });
      return;
    }
    case 2:
    case 3: {
      const named = is(2) ? providerId : hostId(1 + below(HOSTS));
      cell.ask({ type: 'setAggregates', providerId: named, generation: undefined, aggregates: some(AGGREGATES) });
      return;
    }
    case 4:
      cell.ask({ type: 'updateProvider', id: providerId, name: `p ${providerId}`, parentId, mayMove: true });
      return;
    case 5:
      cell.ask({ type: 'deleteProvider', id: providerId });
      return;
    default: {
      const inventories = some(CLASSES).map((name) => [
        name,
        anInventory(name === 'DISK_GB' ? 200 : 1 + below(4), { maxUnit: 1 + below(300), stepSize: is(4) ? 2 : 1 }),
      ]);
      cell.ask({ type: 'setInventories', providerId, generation, inventories: Object.fromEntries(inventories) });
    }
  }
}

/** What an instance may ask for. */
function aRequest(draw: Draw): Asked {
  const { below, some, is } = draw;
  const ofClasses = (names: readonly string[]): Readonly<Record<string, number>> =>
    Object.fromEntries(some(names).map((name) => [name, anAmount(draw, name)]));
  const groups = Array.from({ length: is(2) ? 1 + below(3) : 0 }, (_, index): RequestedGroup => {
    const [required, forbidden] = is(2) ? [some(TRAITS), []] : [[], is(3) ? some(TRAITS) : []];
    return {
      suffix: String(index + 1),
      resources: ofClasses(CLASSES),
      requiredTraits: required,
      forbiddenTraits: forbidden,
    };
  });
  const resources = ofClasses(['VGPU', 'CUSTOM_A']);
  return {
    demand: { vcpus: 1, memoryMib: 256, diskGib: is(3) ? 0 : anAmount(draw, 'DISK_GB') },
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(is(3) && { requiredTraits: some(TRAITS) }),
    ...(is(4) && { forbiddenTraits: some(TRAITS) }),
    ...(groups.length > 0 && {
      granular: {
        policy: is(2) ? 'isolate' : 'none',
        groups,
        ...(is(2) && groups.length > 1 && { sameSubtrees: [['1', '2']] }),
      },
    }),
  };
}

/** The same request as `GET /allocation_candidates` would be asked it. */
function candidatesOf(cell: PlacedCell, { demand, resources, ...asked }: Asked) {
  const { requiredTraits = [], forbiddenTraits = [], granular } = asked;
  const plain = { VCPU: demand.vcpus, MEMORY_MB: demand.memoryMib, DISK_GB: demand.diskGib, ...resources };
  const needs = (required: readonly string[], forbidden: readonly string[]) => ({
    required: required.map((trait) => [trait]),
    forbidden,
  });
  return cell.find(
    [
      aGroup(
        '',
        Object.fromEntries(Object.entries(plain).filter(([, amount]) => amount > 0)),
        needs(requiredTraits, forbiddenTraits),
      ),
      ...(granular?.groups ?? []).map(({ suffix, resources: amounts, ...traits }) =>
        aGroup(suffix, amounts, needs(traits.requiredTraits, traits.forbiddenTraits)),
      ),
    ],
    {
      policy: granular?.policy ?? 'none',
      sameSubtrees: granular?.sameSubtrees ?? [],
      limit: 100_000,
    },
  ).candidates;
}

function newCell(): PlacedCell {
  const cell = new PlacedCell(HOSTS);
  cell.must({ type: 'createClass', name: 'CUSTOM_A' });
  for (const name of TRAITS) cell.must({ type: 'ensureTrait', name });
  return cell;
}

/** Somebody takes something, or gives it back. */
function take(cell: PlacedCell, draw: Draw): void {
  const { below } = draw;
  const instanceId = id(100 + below(6));
  switch (below(7)) {
    case 0:
      cell.tell({ type: 'release', instanceId });
      return;
    case 1:
      cell.tell({ type: 'settle', instanceId });
      return;
    case 2:
      cell.tell({ type: 'release', instanceId, part: 'move' });
      return;
    case 3:
      cell.ask(
        cell.allocation(below(3) === 0 ? instanceId : id(200 + below(3)), {
          [others[below(others.length)] ?? '']: { VGPU: 1 + below(2) },
          ...(below(2) === 0 && { [hostId(1 + below(HOSTS))]: { VCPU: 1 } }),
        }),
      );
      return;
    case 4:
      cell.place(instanceId, aRequest(draw), 'move');
      return;
    default:
      cell.place(instanceId, aRequest(draw));
  }
}

test('whatever becomes of providers and of who takes something, the scheduler knows what rows say', () => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const draw = drawing(seed);
    const cell = newCell();
    for (let count = 0; count < STEPS; count++) {
      if (draw.is(2)) changeProvider(cell, draw, false);
      else take(cell, draw);
      assert.deepEqual(cell.groves(), cell.grovesFromRows(), `seed ${seed}, step ${count}`);
      assert.deepEqual(cell.columns(), cell.columnsFromRows(), `seed ${seed}, step ${count}`);
    }
  }
});

test('a host can have a request exactly when there is a candidate of its tree, and gets one of them', () => {
  const seen = { some: 0, none: 0, others: 0, groups: 0 };
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const draw = drawing(1_000 + seed);
    const cell = newCell();
    if (seed % 2 === 0) makeProviders(cell);
    for (let count = 0; count < STEPS; count++) {
      for (let changes = 0; changes < 3; changes++) changeProvider(cell, draw, false);
      take(cell, draw);
      const asked = aRequest(draw);
      const candidates = candidatesOf(cell, asked);
      const said = `seed ${seed}, step ${count}: ${JSON.stringify(asked)}`;
      const suited = Array.from({ length: HOSTS }, (_, index) => index + 1).filter((number) =>
        cell.suits(`h${number}`, asked.demand, asked),
      );
      const found = Array.from({ length: HOSTS }, (_, index) => index + 1).filter((number) =>
        candidates.some(({ allocations }) => allocations[hostId(number)]?.['VCPU']),
      );
      assert.deepEqual(suited, found, said);
      const place = cell.place(id(150), asked);
      if (place === null) seen.none++;
      else {
        const { allocations } = cell.catalog().consumer(id(150)) ?? assert.fail(said);
        const candidate = candidates.find((one) => isDeepStrictEqual(one.allocations, allocations));
        assert.ok(candidate, said);
        seen.some++;
        if (Object.keys(allocations).length > 1) seen.others++;
        if (asked.granular) {
          assert.ok(
            candidates.some((one) => isDeepStrictEqual(one.mappings, place.mappings ?? {})),
            said,
          );
          seen.groups++;
        }
      }
      cell.tell({ type: 'release', instanceId: id(150) });
    }
  }
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 40, `${count} cases of ${what}`);
});

/** Makes all providers: some below hosts, some that share disks. */
function makeProviders(cell: PlacedCell): void {
  for (const [index, providerId] of others.entries())
    cell.provider(
      providerId,
      { VGPU: anInventory(3), CUSTOM_A: anInventory(2), ...(index > 3 && { DISK_GB: anInventory(300) }) },
      index > 3
        ? { traits: [SHARES], aggregates: AGGREGATES }
        : { parentId: hostId(1 + (index % HOSTS)), traits: TRAITS },
    );
}

test('nobody gets more of a provider than there is, and what was claimed can be given back exactly', () => {
  let claimed = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const draw = drawing(2_000 + seed);
    const cell = newCell();
    makeProviders(cell);
    for (let count = 0; count < STEPS; count++) {
      if (draw.is(4)) changeProvider(cell, draw, true);
      else take(cell, draw);
      for (const provider of cell.catalog().providers())
        for (const [name, used] of cell.catalog().usageOf(provider)) {
          const inventory = provider.inventories[name];
          assert.ok(inventory && used <= capacityOf(inventory), `seed ${seed}: ${used} ${name} of ${provider.name}`);
          claimed += provider.host === null && used > 0 ? 1 : 0;
        }
    }
    for (let number = 0; number < 6; number++) cell.tell({ type: 'release', instanceId: id(100 + number) });
    for (let number = 0; number < 3; number++) cell.ask({ type: 'deleteAllocations', consumerId: id(200 + number) });
    for (const provider of cell.catalog().providers())
      assert.deepEqual([...cell.catalog().usageOf(provider).values()], [], `seed ${seed}: ${provider.name}`);
    assert.deepEqual(cell.groves(), cell.grovesFromRows(), `seed ${seed}`);
    assert.deepEqual(
      [...providerClaims.scan(cell.ctx.rows)],
      [],
      `seed ${seed}: nothing is left by which to find claims`,
    );
  }
  assert.ok(claimed > 1_000, `${claimed} times something was taken of others than hosts`);
});
