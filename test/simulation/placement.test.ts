import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocations } from '../../actors/cell/row.ts';
import { hosts } from '../../actors/host/row.ts';
import { type ConsumerAllocations, PlacementCatalog, PlacementWriter } from '../../actors/placement/client.ts';
import { providerAllocations } from '../../actors/placement/row.ts';
import { type Known, useInstance } from './clients.ts';
import { type FaultRates, weatherOfSeed } from './fault-rates.ts';
import { HOST_MEMORY_MIB } from './hosts.ts';
import { violationsAtRest } from './invariants.ts';
import { World } from './world.ts';

const SEEDS = 80;
const INSTANCES = 8;
const CONSUMERS = 6;
const WRITES = 6;
const OPERATIONS_MAX = 2;
const HOUR_MS = 3_600_000;

/** What a consumer takes as far as its writer knows: one of these, by provider. More than one after an answer was lost. */
type Possible = string[];

const NOTHING = '{}';

/** A writer that sets, over and over, what its consumer takes of hosts. It knows afterwards what must be stored. */
async function write(
  world: World,
  consumerId: string,
): Promise<{ readonly possible: Possible; readonly written: number }> {
  let possible: Possible = [NOTHING];
  let written = 0;
  for (let count = 0; count < WRITES; count++) {
    await world.sleep(world.upTo(6_000));
    const providers = [...new PlacementCatalog(world.rows).providers()];
    const wished: Record<string, Record<string, number>> = {};
    for (let takes = world.upTo(3); takes > 0; takes--) {
      const host = providers[world.upTo(providers.length)];
      if (host) wished[host.id] = { MEMORY_MB: 256 * (1 + world.upTo(8)) };
    }
    const wanted: ConsumerAllocations = {
      consumerId,
      projectId: 'outside',
      userId: 'outside',
      consumerType: 'TEST',
      generation: undefined,
      allocations: wished,
    };
    const outcome = await new PlacementWriter(world.system, world.rows).change({
      type: 'setAllocations',
      consumers: [wanted],
    });
    const text = textOf(wished);
    if (outcome.ok) {
      possible = [text];
      written++;
    } else if (outcome.error.code === 'AskTimedOut' || outcome.error.code === 'ShardStopped') possible.push(text);
  }
  return { possible, written };
}

const textOf = (taken: Readonly<Record<string, object>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(taken).sort()));

/** Hosts of which more memory is taken than they have, by instances and consumers together. */
function* overAllocated({ rows }: World): Iterable<string> {
  const taken = new Map<string, number>();
  const take = (host: string, memoryMib: number) => taken.set(host, (taken.get(host) ?? 0) + memoryMib);
  const names = new Map([...hosts.scan(rows)].map(({ hypervisorId, name }) => [hypervisorId, name]));
  for (const { host, memoryMib } of allocations.scan(rows)) take(host, memoryMib);
  for (const { providerId, resources } of providerAllocations.scan(rows))
    take(names.get(providerId) ?? '', resources['MEMORY_MB'] ?? 0);
  for (const [host, memoryMib] of taken)
    if (memoryMib > HOST_MEMORY_MIB) yield `${memoryMib} MiB are taken of ${host || 'no host'}`;
}

/** Lives through a history of instances and writers of allocations who want the same hosts. */
async function placementHistory(seed: number, rates: FaultRates) {
  const world = new World(seed, 3, rates, null);
  const known: Known = { created: new Set(), deleted: new Set(), stopsAsked: new Set() };
  const violations = new Set<string>();
  const writers = new Map<string, Possible>();
  let written = 0;
  let atWork = INSTANCES + CONSUMERS;
  const ended = (): void => {
    atWork--;
  };
  for (let count = 0; count < INSTANCES; count++)
    void useInstance(world, world.random.uuid(), known, OPERATIONS_MAX).finally(ended);
  for (let count = 0; count < CONSUMERS; count++) {
    const consumerId = world.random.uuid();
    void write(world, consumerId)
      .then((outcome) => {
        writers.set(consumerId, outcome.possible);
        written += outcome.written;
      })
      .finally(ended);
  }
  const done = await world.runUntil(() => {
    for (const violation of overAllocated(world)) violations.add(violation);
    return atWork === 0 || violations.size > 0;
  }, 24 * HOUR_MS);
  if (!done) violations.add(`${atWork} clients never got an answer`);
  world.calm();
  const untilMs = world.clock.now() + HOUR_MS;
  await world.runUntil(() => world.clock.now() >= untilMs, 2 * HOUR_MS);
  for (const violation of [...violationsAtRest(world, known), ...overAllocated(world)]) violations.add(violation);
  const catalog = new PlacementCatalog(world.rows);
  for (const [id, possible] of writers) {
    const stored = textOf(catalog.consumer(id)?.allocations ?? {});
    if (!possible.includes(stored)) violations.add(`${id} has ${stored}, and was told ${possible.join(' or ')}`);
  }
  return { violations: [...violations], written, crashes: world.crashes };
}

test(`in ${SEEDS} histories with crashes no host gives away more than it has, and consumers have what they were told`, async () => {
  let [written, crashes] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await placementHistory(seed, weatherOfSeed(seed));
    assert.deepEqual(outcome.violations, [], `seed ${seed}`);
    written += outcome.written;
    crashes += outcome.crashes;
  }
  assert.ok(written > 10 * SEEDS, `only ${written} writes`);
  assert.ok(crashes > SEEDS / 2, `only ${crashes} crashes`);
});

test('the same seed gives the same history of writers', async () => {
  const weather = weatherOfSeed(5);
  assert.deepEqual(await placementHistory(5, weather), await placementHistory(5, weather));
});
