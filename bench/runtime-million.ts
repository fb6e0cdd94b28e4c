import { readFileSync } from 'node:fs';
import { newInstance } from '../actors/instance/new-instance.ts';
import { instance } from '../actors/instance/protocol.ts';
import { instances } from '../actors/instance/row.ts';
import { POWER } from '../actors/instance/states.ts';
import { checkSettings } from '../composition/settings.ts';
import type { ToClient, ToShard, Write } from '../runtime/index.ts';
import { cloud, lmdbEnvironment, lmdbStore, runtime } from './runtime-built.ts';
import { specOf } from './writes.ts';

const HOSTS = 1_000;
const PROJECTS = 1_000;
const ROWS_AT_ONCE = 5_000;
const ACTIVE = 10_000;
const ASKS_AT_ONCE = 500;
const DEADLINE_MS = 60_000;
const FIRST_MS = 1_750_000_000_000;

/** A UUID that a number decides, in order: version 7, as the cloud makes them. */
const idOf = (n: number): string => `0197c0de-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Writes so many running instances with their index entries: the rows that the cloud's own actors would have left. */
export async function buildInstances(file: string, count: number): Promise<void> {
  const store = new lmdbStore.LmdbStore(lmdbEnvironment.openEnvironment(file, 'relaxed'));
  for (let first = 0; first < count; first += ROWS_AT_ONCE) {
    const writes: Write[] = [];
    for (let n = first; n < Math.min(count, first + ROWS_AT_ONCE); n++) {
      const id = idOf(n);
      const row = runningInstance(id, n);
      writes.push([instances.key(id), row]);
      for (const entry of instances.entries(row, id)) writes.push([entry, true]);
    }
    await new Promise<void>((resolve, reject) => {
      store.commit(writes, (error) => (error ? reject(error) : resolve()));
    });
  }
  await store.close();
}

function runningInstance(id: string, n: number) {
  const requester = { requestId: `req-${id}`, userId: 'u', projectId: `project-${n % PROJECTS}`, isAdmin: false };
  return {
    ...newInstance(specOf(id), requester, FIRST_MS + n),
    vmState: 'active',
    taskState: null,
    powerState: POWER.running,
    launchedAtMs: FIRST_MS + n + 1_000,
    host: `host-${n % HOSTS}`,
    availabilityZone: 'nova',
  } as const;
}

/** Opens the cloud's shard on these rows, lets 10,000 instances spread over them handle a message, and weighs the process. */
export async function weighShard(file: string, count: number): Promise<number> {
  const clock = runtime.realClock;
  const shardOf = (): string => 'cell1';
  const shard = new runtime.Shard({
    name: 'cell1',
    kinds: cloud.cloudKinds(checkSettings({}, 'The bench').quota),
    store: new lmdbStore.LmdbStore(lmdbEnvironment.openEnvironment(file, 'sync')),
    clock,
    random: runtime.realRandom,
    limits: runtime.DEFAULT_SHARD_LIMITS,
    runEffect: async () => runtime.ok(null),
    shardOf,
    notice: () => {},
  });
  const { near, far } = runtime.localLink<ToShard, ToClient>(clock);
  const system = new runtime.ActorSystem({ client: 'bench', clock, shardOf, asksInFlightMax: ASKS_AT_ONCE });
  shard.connectClient('bench', far);
  system.connect('cell1', near);
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < ACTIVE) {
      const n = next++;
      const to = instance.at(idOf(Math.floor((n * count) / ACTIVE)));
      const message = { type: 'update', changes: { description: `changed ${n}` } } as const;
      const outcome = await system.ask(to, message, { deadlineMs: DEADLINE_MS });
      if (!outcome.ok || !outcome.value.ok) throw new Error(JSON.stringify(outcome));
    }
  };
  await Promise.all(Array.from({ length: ASKS_AT_ONCE }, client));
  const active = shard.stats().kinds[instance.kind]?.active;
  if (active !== ACTIVE) throw new Error(`${active} instances of ${ACTIVE} are in memory.`);
  return residentMib();
}

/** The reference: a process that reads the same rows with nothing but LMDB. */
export function weighBare(file: string, count: number): number {
  const environment = lmdbEnvironment.openEnvironment(file, 'sync');
  let bytes = 0;
  for (let n = 0; n < ACTIVE; n++) {
    bytes += environment.get(instances.key(idOf(Math.floor((n * count) / ACTIVE))))?.length ?? 0;
  }
  if (bytes < ACTIVE) throw new Error('The rows are not there.');
  return residentMib();
}

const residentMib = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) / 1024;
