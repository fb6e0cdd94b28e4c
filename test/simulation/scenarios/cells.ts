import { cell } from '../../../actors/cell/protocol.ts';
import { allocations } from '../../../actors/cell/row.ts';
import { ensureCells } from '../../../actors/cell-mapping/client.ts';
import { API_CELL, buildRequests, CELL_0, firstIdentity, instanceMappings } from '../../../actors/cell-mapping/row.ts';
import { beginOperation } from '../../../actors/instance/client.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import { ensureDefaultNetwork } from '../../../actors/network/client.ts';
import { createInstances } from '../../../actors/project/client.ts';
import { DEFAULT_QUOTA, projects } from '../../../actors/project/row.ts';
import { routingOf } from '../../../composition/cells.ts';
import { cloudKinds } from '../../../composition/kinds.ts';
import { ok } from '../../../runtime/result.ts';
import { STORMY } from '../../../runtime/simulation/fault-rates.ts';
import type { Scenario } from '../../../runtime/simulation/scenario.ts';
import type { World } from '../../../runtime/simulation/world.ts';
import type { ActorSystem } from '../../../runtime/system.ts';
import { smallHost } from '../../drivers/small-host.ts';
import { flavorOf, REQUESTER, SPEC } from '../clients.ts';

const CELLS = ['cell1', 'cell2', 'cell3'];
const HOST_MEMORY_MIB = 4_096;
const SIZES_MIB = [512, 2_048, 4_096, 6_000];
const TRIES = 60;
const RETRY_MS = 60;

/** A client wants some servers, and what it does with them afterwards. */
interface Wanted {
  readonly count: number;
  readonly memoryMib: number;
  /** `none`: only the api knows that nobody has such a zone. */
  readonly zone: 'nova' | 'none' | null;
  readonly stopAfterMs: number | null;
  readonly deleteAfterMs: number | null;
}

/** Where a client looks for an actor: it guesses, so that most of what it sends has to be passed on. */
function guess(kind: string, id: string): string {
  if (kind === 'cell') return CELLS.includes(id) ? id : API_CELL;
  if (kind !== 'instance') return API_CELL;
  return CELLS[(id.charCodeAt(0) + id.charCodeAt(id.length - 1)) % CELLS.length] ?? API_CELL;
}

const inventory = (host: string) =>
  smallHost({ vcpus: 8, memoryMib: HOST_MEMORY_MIB, diskGib: 1_000, hypervisorHostname: host });

const hostOf = (name: string): string => `host-of-${name}`;
const isOwn = (row: Instance): boolean => row.cell !== '';
const all = (world: World): readonly (readonly [string, Instance])[] =>
  CELLS.flatMap((name) => [...instances.scan(world.rows(name))].map((row) => [name, row] as const));

/** An instance is in one cell at most, and says which. */
function* oneCellEach(world: World): Iterable<string> {
  const seen = new Map<string, string>();
  for (const [name, row] of all(world)) {
    if (!isOwn(row)) continue;
    const other = seen.get(row.id);
    if (other !== undefined) yield `${row.id} is in ${other} and in ${name}`;
    seen.set(row.id, name);
    if (row.cell !== name && !(row.cell === CELL_0 && name === API_CELL))
      yield `${row.id} is ${row.cell}'s, in ${name}`;
  }
}

/** What every cell has given away is what the instances on its hosts have, and no more than there is. */
function* claims(world: World): Iterable<string> {
  const alive = all(world).filter(([, row]) => isOwn(row) && row.deletedAtMs === null);
  for (const name of CELLS) {
    const held = [...allocations.scan(world.rows(name))];
    const wanted = alive.filter(([place, { host }]) => place === name && host !== null);
    for (const [, { id, host }] of wanted)
      if (!held.some((row) => row.instanceId === id && row.host === host)) yield `${id} has no claim on ${host}`;
    if (held.length !== wanted.length) yield `${name} has ${held.length} claims of ${wanted.length} instances`;
    const usedMib = held.reduce((sum, { memoryMib }) => sum + memoryMib, 0);
    if (usedMib > HOST_MEMORY_MIB) yield `${name} has given away ${usedMib} MiB`;
  }
}

function* quota(world: World): Iterable<string> {
  const alive = all(world).filter(([, row]) => isOwn(row) && row.deletedAtMs === null);
  const usage = projects.read(world.rows(API_CELL), REQUESTER.projectId);
  const ramMib = alive.reduce((sum, [, row]) => sum + row.flavor.memoryMib, 0);
  if ((usage?.instances ?? 0) !== alive.length || (usage?.ramMib ?? 0) !== ramMib)
    yield `quota says ${JSON.stringify(usage)}, there are ${alive.length} instances with ${ramMib} MiB`;
}

/** Mappings are of what lives outside of the api's cell, and of all of that. Nothing stands in for anything. */
function* mappings(world: World): Iterable<string> {
  const mapped = new Map([...instanceMappings.scan(world.rows(API_CELL))].map((row) => [row.instanceId, row.cell]));
  for (const [name, row] of all(world)) {
    if (!isOwn(row)) yield `a row still stands in for ${row.id}`;
    if (row.taskState !== null || row.operation !== null) yield `${row.id} hangs in ${row.vmState}/${row.taskState}`;
    if (row.vmState === 'error' && row.fault === null) yield `${row.id} is in ERROR without a fault`;
    if (row.deletedAtMs !== null) continue;
    if (row.requestedZone === 'none' && (row.vmState !== 'error' || row.cell !== CELL_0))
      yield `${row.id} is ${row.vmState} in ${row.cell}: nobody has its zone`;
    if (name === API_CELL) continue;
    if (mapped.get(row.id) !== name) yield `${row.id} is in ${name}, and mapped to ${mapped.get(row.id)}`;
    mapped.delete(row.id);
  }
  for (const [id, name] of mapped) yield `${id} is mapped to ${name}, and not there`;
  for (const { spec } of buildRequests.scan(world.rows(API_CELL))) yield `${spec.id} is still to be built`;
}

/** Servers are created in a cloud with three cells of one small host each, stopped and deleted by clients who guess where they are. */
export const cells: Scenario<Wanted> = {
  name: 'cells',
  shards: CELLS,
  shardOf: (kind, id, from) => (from ? routingOf(from.shard, CELLS)(kind, id, from.rows) : guess(kind, id)),
  rates: { ...STORMY, effect: { ...STORMY.effect, never: 0 } },
  draw(random) {
    const upTo = (max: number): number => Math.floor(random.fraction() * max);
    return Array.from({ length: 2 + upTo(6) }, () => ({
      count: 1 + upTo(3),
      memoryMib: SIZES_MIB[upTo(SIZES_MIB.length)] ?? 512,
      zone: ([null, null, 'nova', 'none'] as const)[upTo(4)] ?? null,
      stopAfterMs: upTo(3) === 0 ? upTo(400) : null,
      deleteAfterMs: upTo(2) === 0 ? upTo(600) : null,
    }));
  },
  begin() {
    const guests = new Set<string>();
    const acknowledged = new Set<string>();
    const deleted = new Set<string>();
    let made = 0;
    let ready: Promise<boolean> | null = null;
    function* nothingIsLost(world: World): Iterable<string> {
      const known = new Set(all(world).map(([, { id }]) => id));
      for (const id of acknowledged) if (!known.has(id)) yield `${id} was acknowledged, and cannot be found`;
    }
    function* whatIsDeletedIsGone(world: World): Iterable<string> {
      for (const [, { id, deletedAtMs, vmState }] of all(world))
        if (deleted.has(id) && deletedAtMs === null) yield `${id} was deleted, and is ${vmState}`;
    }
    function* guestsRun(world: World): Iterable<string> {
      for (const [, { id, vmState, deletedAtMs }] of all(world))
        if (vmState === 'active' && deletedAtMs === null && !guests.has(id)) yield `${id} is active without a guest`;
    }
    return {
      kinds: [...cloudKinds({ ...DEFAULT_QUOTA, instances: -1, cores: -1, ramMib: -1 }).values()],
      act({ name, args }) {
        const { instanceId } = Object(args);
        if (name === 'driver.ensureRunning') guests.add(String(instanceId));
        if (name === 'driver.ensureAbsent') guests.delete(String(instanceId));
        return ok(null);
      },
      invariants: [
        { name: 'an instance is in one cell', when: 'commit', check: oneCellEach },
        { name: 'what is acknowledged can be found', when: 'commit', check: nothingIsLost },
        { name: 'what was deleted is gone', when: 'rest', check: whatIsDeletedIsGone },
        { name: 'active instances have guests', when: 'rest', check: guestsRun },
        { name: 'claims are those of the instances', when: 'rest', check: claims },
        { name: 'quota is what there is', when: 'rest', check: quota },
        { name: 'mappings say where instances are', when: 'rest', check: mappings },
      ],
      async perform(world, { count, memoryMib, zone, stopAfterMs, deleteAfterMs }) {
        const { system } = world;
        const ended = ticking(world);
        try {
          await live();
        } finally {
          ended();
        }
        async function live(): Promise<void> {
          ready ??= setUp(world);
          if (!(await ready)) return;
          const created = await tried(world, () => {
            // As at the front end: whoever asks again asks for other ones.
            const specs = Array.from({ length: count }, () => {
              const id = `${String.fromCharCode(97 + (made % 7))}-instance-${++made}`;
              return { ...SPEC, id, name: id, flavor: flavorOf(memoryMib), requestedZone: zone };
            });
            return createInstances(system, specs, { ...REQUESTER, requestId: `req-${made}` });
          });
          if (created === null) return;
          for (const id of created.value.instanceIds) acknowledged.add(id);
          if (stopAfterMs !== null) {
            await world.sleep(stopAfterMs);
            for (const id of created.value.instanceIds)
              await beginOperation(system, id, { operation: 'stop' }, { ...REQUESTER, requestId: `req-s-${id}` });
          }
          if (deleteAfterMs === null) return;
          await world.sleep(deleteAfterMs);
          for (const id of created.value.instanceIds) {
            const by = { ...REQUESTER, requestId: `req-d-${id}` };
            const first = await beginOperation(system, id, { operation: 'delete' }, by);
            if (!first.ok && first.error.code === 'InstanceNotFound')
              world.violated('what is acknowledged is found by whoever guesses where', `${id} was not`);
            const again = (): ReturnType<typeof beginOperation> =>
              beginOperation(system, id, { operation: 'delete' }, by);
            if (first.ok || (await tried(world, again))) deleted.add(id);
          }
        }
      },
    };
  },
};

/** Lets time go on while a client does something: its chains of promises are longer than the clock waits for. */
function ticking(world: World): () => void {
  let isOver = false;
  const tick = (): void => {
    if (!isOver) world.time.after(5, tick);
  };
  tick();
  return () => {
    isOver = true;
  };
}

/** Cells, a network, and a host in each cell: what they tell is told until it has arrived. */
async function setUp(world: World): Promise<boolean> {
  // As the composition does when it opens a store for the first time.
  for (const name of CELLS) if (name !== API_CELL) world.shards.get(name)?.disk.apply([firstIdentity(name)]);
  const { system } = world;
  const wanted = CELLS.map((name) => ({ name, hosts: [hostOf(name)] }));
  if ((await tried(world, () => ensureCells(system, wanted))) === null) return false;
  if ((await tried(world, () => ensureDefaultNetwork(system, REQUESTER.projectId))) === null) return false;
  for (const name of CELLS) await reportHost(world, system, name);
  return true;
}

async function reportHost(world: World, system: ActorSystem, name: string): Promise<void> {
  const host = hostOf(name);
  for (let n = 0; n < 5; n++) {
    system.tell(cell.at(name), { type: 'hostReported', host, zone: 'nova', inventory: inventory(host) });
    system.tell(cell.at(name), { type: 'hostAvailable', host, available: true });
    await world.sleep(RETRY_MS);
  }
}

interface Answer<Value> {
  readonly ok: boolean;
  readonly value?: Value;
}

/** Asks until it is answered well; null: it never was. */
async function tried<Value>(
  world: World,
  ask: () => Promise<Answer<Value>>,
): Promise<{ readonly value: Value } | null> {
  for (let n = 0; n < TRIES; n++) {
    const answer = await ask();
    if (answer.ok && answer.value !== undefined) return { value: answer.value };
    await world.sleep(RETRY_MS);
  }
  return null;
}
