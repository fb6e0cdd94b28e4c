import { hostResources } from '../actors/cell/row.ts';
import { wakeConsolidator } from '../actors/consolidator/client.ts';
import { driverEffects, driverEffectsAtOnce } from '../actors/driver-effects.ts';
import { registerHost } from '../actors/host/client.ts';
import { instanceActions } from '../actors/instance/actions/row.ts';
import { migrations } from '../actors/instance/migrations/row.ts';
import { instances } from '../actors/instance/row.ts';
import { changeRegistry } from '../actors/registry/client.ts';
import type { RegistryMessage } from '../actors/registry/protocol.ts';
import { numberKey } from '../actors/registry/row.ts';
import { volumeEffects, withVolumes } from '../actors/volume-effects.ts';
import { createSimVolumes } from '../drivers/sim/index.ts';
import { rowKey } from '../runtime/key.ts';
import { DEFAULT_SHARD_LIMITS } from '../runtime/limits.ts';
import type { ShardNotice } from '../runtime/notice.ts';
import { seededRandom } from '../runtime/random.ts';
import { Shard } from '../runtime/shard.ts';
import { VirtualClock } from '../runtime/simulation/virtual-clock.ts';
import { DELETED, type RowChanges, type Store, type Write } from '../runtime/store.ts';
import { ActorSystem } from '../runtime/system.ts';
import type { ToClient, ToShard } from '../runtime/transport.ts';
import { localLink } from '../runtime/transports/local.ts';
import type { SimulatedCloud } from '../simulation/cloud.ts';
import { MemoryStore } from '../storage/memory-store.ts';
import { INDEXED_TABLES } from './cloud-tables.ts';
import { createHypervisors } from './hypervisors.ts';
import { cloudKinds } from './kinds.ts';
import { schedulerOptions } from './scheduler-settings.ts';
import { checkSettings, type GivenSettings } from './settings.ts';
import { SimulatedTime } from './simulated-time.ts';

/** What a simulated cloud is made of. */
export interface SimulatedCloudOptions {
  /** Of these the hosts, their resources and the scheduler matter. */
  readonly settings: GivenSettings;
  /** The same seed has the same history. */
  readonly seed: number;
  /** Metadata of an aggregate that all hosts are in, such as `cpu_allocation_ratio`. Absent: there is none. */
  readonly fleetMetadata?: Readonly<Record<string, string>>;
  /** Hears each commit, for those who compare histories. */
  readonly committed?: (writes: readonly Write[]) => void;
}

const CELL = 'cell1';
const START = Date.UTC(2026, 0, 1);
/** Simulated hosts do nothing by themselves; looking at them again and again would take longer than all the rest. */
const LOOK_EVERY_MS = 100 * 365 * 24 * 3_600_000;
/** Rows are in memory in any case: an actor that has nothing to do between two steps of a workload need not be there beside its row. */
const IDLE_AFTER_MS = 1_000;
/** What a shard tells that is no failure: a slow handler is slow in the machine's time only. */
const HARMLESS: ReadonlySet<ShardNotice['type']> = new Set(['resumed', 'log', 'slowHandler']);
const FAILURE_LENGTH_MAX = 500;

/** Starts a cloud of simulated hosts in this thread, in memory and in virtual time: the actors are those of a real one. */
export async function startSimulatedCloud({
  settings: given,
  seed,
  fleetMetadata,
  committed,
}: SimulatedCloudOptions): Promise<SimulatedCloud> {
  const settings = checkSettings({ ...given, driver: 'sim' }, 'The simulated cloud');
  const clock = new VirtualClock(START);
  const random = seededRandom(seed);
  const rows = new MemoryStore(clock, INDEXED_TABLES);
  const images = { ensureLocal: async () => ({ ok: true, value: '' }) as const };
  const hypervisors = await createHypervisors({ ...settings, driver: 'sim' }, { clock, random, images, log: () => {} });
  const failures: string[] = [];
  const time = new SimulatedTime(clock, failures);
  const volumes = volumeEffects({
    rows,
    store: createSimVolumes(),
    intake: null,
    copyOpen: () => null,
    growOpen: () => null,
  });
  const effects = withVolumes(
    volumes,
    driverEffects(rows, (name) => hypervisors.get(name)),
  );
  const shard = new Shard({
    name: CELL,
    kinds: cloudKinds(settings.quota, schedulerOptions(settings.scheduler), null, settings.consolidation),
    store: committed === undefined ? rows : heard(rows, committed),
    clock,
    random,
    limits: { ...DEFAULT_SHARD_LIMITS, idleAfterMs: IDLE_AFTER_MS },
    runEffect: time.waitingFor(effects),
    effectAtOnce: driverEffectsAtOnce((name) => hypervisors.get(name)),
    shardOf: () => CELL,
    notice: (notice) => {
      if (HARMLESS.has(notice.type)) return;
      failures.push(JSON.stringify(notice).slice(0, FAILURE_LENGTH_MAX));
    },
  });
  const { near, far } = localLink<ToShard, ToClient>(clock);
  const system = new ActorSystem({ client: 'simulation', clock, random, shardOf: () => CELL, asksInFlightMax: 10_000 });
  shard.connectClient('simulation', far);
  system.connect(CELL, near);

  const cloud: SimulatedCloud = {
    system,
    rows,
    hosts: [...hypervisors.keys()],
    now: () => clock.now(),
    settle: () => time.settle(),
    advanceTo: (ms) => time.advanceTo(ms),
    consolidates: settings.consolidation.hosts !== 'none',
    forget: (instanceIds, migrationNumbers = []) => forget(rows, instanceIds, migrationNumbers),
    async stop() {
      system.close();
      await shard.stop();
    },
  };
  await registerHosts(cloud);
  if (fleetMetadata) await putIntoAggregate(cloud, fleetMetadata);
  if (cloud.consolidates) wakeConsolidator(system, CELL);
  return cloud;
}

/** Makes all hosts known, and their resources. */
async function registerHosts({ system, rows, hosts, settle }: SimulatedCloud): Promise<void> {
  for (const name of hosts) registerHost(system, { name, cell: CELL, zone: 'nova', lookEveryMs: LOOK_EVERY_MS });
  await settle();
  const unknown = hosts.filter((name) => hostResources.read(rows, name) === undefined);
  if (unknown.length > 0) throw new Error(`Hosts are not known to the scheduler: ${unknown.slice(0, 3).join(', ')}.`);
}

/** Deletes these rows, and all actions of instances, as retention does in a cloud that runs for years. */
function forget(rows: MemoryStore, instanceIds: readonly string[], migrationNumbers: readonly number[]): void {
  rows.deleteTable(instanceActions.name);
  rows.deleteRows(instances.name, instanceIds);
  if (migrationNumbers.length === 0) return;
  const writes: Write[] = [];
  for (const number of migrationNumbers) {
    const row = migrations.read(rows, numberKey(number));
    const keys = row ? [migrations.key(numberKey(number)), ...migrations.entries(row, numberKey(number))] : [];
    for (const key of keys) writes.push([key, undefined]);
  }
  rows.apply(writes);
}

/** Puts all hosts into one aggregate. */
async function putIntoAggregate(cloud: SimulatedCloud, metadata: Readonly<Record<string, string>>): Promise<void> {
  const done = async (message: RegistryMessage): Promise<number | null> => {
    const reply = changeRegistry(cloud.system, message);
    await cloud.settle();
    const outcome = await reply;
    if (!outcome.ok) throw new Error(`The aggregate of the fleet could not be made: ${outcome.error.code}.`);
    return outcome.value;
  };
  const number = (await done({ type: 'createAggregate', name: 'fleet', zone: null, hosts: cloud.hosts })) ?? 0;
  await done({ type: 'setAggregateMetadata', number, metadata, occupied: {} });
}

/** A store whose commits are heard. */
const heard = (rows: MemoryStore, committed: (writes: readonly Write[]) => void): Store => ({
  derived: rows.derived,
  row: (table, id) => rows.row(table, id),
  get: (key) => rows.get(key),
  range: (range) => rows.range(range),
  keys: (range) => rows.keys(range),
  renew: () => rows.renew(),
  commit(writes, done) {
    committed(writes);
    rows.commit(writes, done);
  },
  commitRows(changes, writes, done) {
    committed([...writes, ...keyed(changes)]);
    rows.commitRows(changes, writes, done);
  },
  close: () => rows.close(),
});

function* keyed(changes: RowChanges): Iterable<Write> {
  for (const [table, rows] of changes) {
    for (const [id, row] of rows) yield [rowKey(table, id), row === DELETED ? undefined : row];
  }
}
