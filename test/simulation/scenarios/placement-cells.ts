import { cell } from '../../../actors/cell/protocol.ts';
import { hostResources } from '../../../actors/cell/row.ts';
import { ensureCells } from '../../../actors/cell-mapping/client.ts';
import { API_CELL, firstIdentity } from '../../../actors/cell-mapping/row.ts';
import { type Host, hosts } from '../../../actors/host/row.ts';
import { PlacementCatalog, type PlacementChange, PlacementWriter } from '../../../actors/placement/client.ts';
import { customTraits, providerAllocations, providers } from '../../../actors/placement/row.ts';
import { DEFAULT_QUOTA } from '../../../actors/project/row.ts';
import { routingOf } from '../../../composition/cells.ts';
import { cloudKinds } from '../../../composition/kinds.ts';
import { Overlay } from '../../../runtime/batch.ts';
import { ok } from '../../../runtime/result.ts';
import type { Scenario } from '../../../runtime/simulation/scenario.ts';
import type { World } from '../../../runtime/simulation/world.ts';
import { MergedReader } from '../../../storage/merged-reader.ts';
import { aHost } from '../../actors/host/a-host.ts';
import { smallHost } from '../../drivers/small-host.ts';

const CELLS = ['cell1', 'cell2'];
const MEMORY_MIB = 6;
const TRIES = 60;
const TRIES_OF_CLIENT = 8;
const RETRY_MS = 60;

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
/** The providers of the hosts, one in each cell. */
const ROOTS = [uuid(1), uuid(2)];
const TRAIT = 'CUSTOM_WANTED';

const hostOf = (name: string): string => `host-of-${name}`;

const INVENTORY = smallHost({ vcpus: 8, memoryMib: MEMORY_MIB, diskGib: 10 });

const hostRow = (name: string, hypervisorId: string): Host =>
  aHost({ name: hostOf(name), cell: name, hypervisorId, inventory: INVENTORY });

/** What a writer tries, at a moment of the storm. */
type Wanted =
  | { readonly what: 'take'; readonly consumer: number; readonly root: number; readonly amount: number }
  | { readonly what: 'giveBack'; readonly consumer: number }
  | { readonly what: 'create'; readonly number: number; readonly name: number; readonly root: number }
  | { readonly what: 'remove'; readonly number: number }
  | { readonly what: 'mark'; readonly root: number; readonly isMarked: boolean }
  | { readonly what: 'trait'; readonly isThere: boolean };

/** What each cell has stored, one after the other. */
const stored = (world: World) => CELLS.map((name) => ({ name, rows: world.rows(name) }));

const consumerId = (number: number): string => uuid(100 + number);
const childId = (number: number): string => uuid(200 + number);

function changeOf(wanted: Wanted, catalog: PlacementCatalog): PlacementChange {
  switch (wanted.what) {
    case 'take':
    case 'giveBack': {
      const root = wanted.what === 'take' ? ROOTS[wanted.root] : undefined;
      const id = consumerId(wanted.consumer);
      const consumer = {
        consumerId: id,
        projectId: 'p',
        userId: 'u',
        consumerType: undefined,
        generation: wanted.what === 'take' ? null : undefined,
        allocations: root && wanted.what === 'take' ? { [root]: { MEMORY_MB: wanted.amount } } : {},
      };
      return { type: 'setAllocations', consumers: [consumer] };
    }
    case 'create':
      return {
        type: 'createProvider',
        id: childId(wanted.number),
        name: `child-${wanted.name}`,
        parentId: ROOTS[wanted.root] ?? null,
      };
    case 'remove':
      return { type: 'deleteProvider', id: childId(wanted.number) };
    case 'mark': {
      const providerId = ROOTS[wanted.root] ?? '';
      const generation = catalog.provider(providerId)?.generation ?? 0;
      return { type: 'setTraits', providerId, generation, traits: wanted.isMarked ? [TRAIT] : [] };
    }
    case 'trait':
      return wanted.isThere ? { type: 'ensureTrait', name: TRAIT } : { type: 'deleteTrait', name: TRAIT };
  }
}

/** A consumer takes something in one cell only. */
function* consumersInOneCell(world: World): Iterable<string> {
  const seen = new Map<string, string>();
  for (const { name, rows } of stored(world))
    for (const { consumerId: id } of providerAllocations.scan(rows)) {
      const other = seen.get(id) ?? name;
      if (other !== name) yield `${id} takes something in ${other} and in ${name}`;
      seen.set(id, name);
    }
}

function* providersOnce(world: World): Iterable<string> {
  const seen = new Set<string>();
  for (const { rows } of stored(world))
    for (const { id, name } of providers.scan(rows))
      for (const one of [id, name]) {
        if (id !== name && seen.has(one)) yield `there are two providers ${one}`;
        seen.add(one);
      }
}

function* traitsOfProvidersExist(world: World): Iterable<string> {
  if (customTraits.read(world.rows(API_CELL), TRAIT) !== undefined) return;
  for (const { rows } of stored(world))
    for (const { id, traits } of providers.scan(rows)) if (traits.includes(TRAIT)) yield `${id} has a deleted trait`;
}

function* noOverAllocation(world: World): Iterable<string> {
  const taken = new Map<string, number>();
  for (const { rows } of stored(world))
    for (const { providerId, resources } of providerAllocations.scan(rows))
      taken.set(providerId, (taken.get(providerId) ?? 0) + (resources['MEMORY_MB'] ?? 0));
  for (const [id, amount] of taken) if (amount > MEMORY_MIB) yield `${amount} of ${MEMORY_MIB} MiB are taken of ${id}`;
}

/** Writers of the Placement API over a cloud with two cells want the same consumers, names and traits at once, while shards die. */
export const placementCells: Scenario<Wanted> = {
  name: 'placement-cells',
  shards: CELLS,
  shardOf: (kind, id, from) => routingOf(from?.shard ?? API_CELL, CELLS)(kind, id, from?.rows ?? NO_ROWS),
  draw(random) {
    const upTo = (max: number): number => Math.floor(random.fraction() * max);
    return Array.from({ length: 30 + upTo(30) }, (): Wanted => {
      const [root, consumer] = [upTo(ROOTS.length), upTo(5)];
      switch (upTo(8)) {
        case 0:
          return { what: 'giveBack', consumer };
        case 1:
          return { what: 'trait', isThere: upTo(2) === 0 };
        case 2:
          return { what: 'mark', root, isMarked: upTo(3) > 0 };
        case 3:
          return { what: 'create', number: upTo(4), name: upTo(2), root };
        case 4:
          return { what: 'remove', number: upTo(4) };
        default:
          return { what: 'take', consumer, root, amount: 1 + upTo(3) };
      }
    });
  },
  begin() {
    let ready: Promise<PlacementWriter> | null = null;
    return {
      kinds: [...cloudKinds(DEFAULT_QUOTA).values()],
      act: () => ok(null),
      invariants: [
        { name: 'a consumer is in one cell', when: 'commit', check: consumersInOneCell },
        { name: 'ids and names of providers are unique', when: 'commit', check: providersOnce },
        { name: 'a trait that a provider has is there', when: 'commit', check: traitsOfProvidersExist },
        { name: 'nothing is given away twice', when: 'commit', check: noOverAllocation },
      ],
      async perform(world, wanted) {
        ready ??= setUp(world);
        const writer = await ready;
        for (let n = 0; n < TRIES_OF_CLIENT; n++) {
          const outcome = await writer.change(changeOf(wanted, new PlacementCatalog(readerOf(world))));
          if (outcome.ok) return;
          await world.sleep(RETRY_MS);
        }
      },
    };
  },
};

const NO_ROWS = { get: () => undefined, range: () => [], keys: () => [], renew: () => undefined };

const readerOf = (world: World): MergedReader =>
  new MergedReader({
    main: world.rows(API_CELL),
    others: new Map([['cell2', world.rows('cell2')]]),
    placeOf: () => undefined,
  });

/** As the host's actor does when it is seen for the first time. */
function writeHost(world: World, name: string, hypervisorId: string): void {
  const disk = world.shards.get(name)?.disk;
  if (!disk) return;
  const overlay = new Overlay(disk);
  overlay.put(hosts, hostOf(name), hostRow(name, hypervisorId));
  disk.apply(overlay.seal());
}

/** Both cells, each with a host, told until it has arrived. */
async function setUp(world: World): Promise<PlacementWriter> {
  world.shards.get('cell2')?.disk.apply([firstIdentity('cell2')]);
  for (const [index, name] of CELLS.entries()) writeHost(world, name, ROOTS[index] ?? '');
  const planned = CELLS.map((name) => ({ name, hosts: [hostOf(name)] }));
  for (let n = 0; n < TRIES; n++) {
    if ((await ensureCells(world.system, planned)).ok) break;
    await world.sleep(RETRY_MS);
  }
  for (const name of CELLS)
    for (let n = 0; n < TRIES && hostResources.read(world.rows(name), hostOf(name)) === undefined; n++) {
      world.system.tell(cell.at(name), {
        type: 'hostReported',
        host: hostOf(name),
        zone: 'nova',
        inventory: INVENTORY,
      });
      await world.sleep(RETRY_MS);
    }
  return new PlacementWriter(world.system, readerOf(world));
}
