import { driverEffects } from '../actors/driver-effects.ts';
import { registerHost } from '../actors/host/client.ts';
import { beginOperation } from '../actors/instance/client.ts';
import type { InstanceSpec } from '../actors/instance/protocol.ts';
import { instances } from '../actors/instance/row.ts';
import { ensureDefaultNetwork } from '../actors/network/client.ts';
import { createInstances } from '../actors/project/client.ts';
import { createHypervisors } from '../composition/hypervisors.ts';
import { cloudKinds } from '../composition/kinds.ts';
import { checkSettings } from '../composition/settings.ts';
import { realClock } from '../runtime/clock.ts';
import { DEFAULT_SHARD_LIMITS } from '../runtime/limits.ts';
import { realRandom } from '../runtime/random.ts';
import { Shard } from '../runtime/shard.ts';
import type { Write } from '../runtime/store.ts';
import { ActorSystem } from '../runtime/system.ts';
import type { ToClient, ToShard } from '../runtime/transport.ts';
import { localLink } from '../runtime/transports/local.ts';
import { encodeRow } from '../storage/codec.ts';
import { MemoryStore } from '../storage/memory-store.ts';

/** A write of the reference: so many bytes under a key, or with null its removal. */
export interface BareWrite {
  readonly key: string;
  readonly bytes: number | null;
}
export type Commit = readonly BareWrite[];

/**
 * The commits of a life as those of another one: every UUID of it is replaced by one that is made now, as ours are, and
 * its host by another one of so many. A creation and a removal given together are those of the same instance.
 */
export function writesOfAnother({ create, delete: removal }: Writes, hosts: number): Writes {
  const ids = new Map<string, string>();
  const another = (id: string): string => {
    const known = ids.get(id) ?? realRandom.uuid();
    ids.set(id, known);
    return known;
  };
  const host = `/sim-${Math.floor(realRandom.fraction() * hosts)}/`;
  const keyOf = (key: string): string => key.replace(OF_A_LIFE, another).replace('/sim-0/', host);
  const renamed = (commits: readonly Commit[]): readonly Commit[] =>
    commits.map((rows) => rows.map(({ key, bytes }) => ({ key: keyOf(key), bytes })));
  return { create: renamed(create), delete: renamed(removal) };
}

/** UUIDs of version 7, as the ids of instances, ports and requests of the recorded life. */
const OF_A_LIFE = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A store that takes note of what is committed. */
class RecordingStore extends MemoryStore {
  commits: Commit[] = [];

  override commit(writes: readonly Write[], done: (error: Error | null) => void): void {
    const rows = writes.map(([key, value]) => ({
      key,
      bytes: value === undefined ? null : encodeRow(key, value, 1).length,
    }));
    this.commits.push(rows);
    super.commit(writes, done);
  }
}

/** The commits of a creation and of a removal. */
export interface Writes {
  readonly create: readonly Commit[];
  readonly delete: readonly Commit[];
}

/** What the creation and the removal of one instance commit: what the real actors write, seen at the Store port. */
export async function writesOfOneLife(): Promise<Writes> {
  const store = new RecordingStore(realClock);
  const settings = checkSettings({ driver: 'sim', hosts: 1 }, 'The bench');
  const images = { ensureLocal: async () => ({ ok: true, value: '' }) as const };
  const ports = { clock: realClock, random: realRandom, images, log: () => {} };
  const hypervisors = await createHypervisors({ ...settings, driver: 'sim' }, ports);
  const shardOf = (): string => 'cell1';
  const shard = new Shard({
    name: 'cell1',
    kinds: cloudKinds(settings.quota),
    store,
    clock: realClock,
    random: realRandom,
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: driverEffects(store, (name) => hypervisors.get(name)),
    shardOf,
    notice: () => {},
  });
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  const system = new ActorSystem({ client: 'bench', clock: realClock, shardOf, asksInFlightMax: 100 });
  shard.connectClient('bench', far);
  system.connect('cell1', near);
  const [host = ''] = hypervisors.keys();
  await registerHost(system, { name: host, cell: 'cell1', zone: 'nova', lookEveryMs: 600_000 });
  await ensureDefaultNetwork(system, 'p');
  // The first life also makes what a project has once, such as its security group.
  await oneLife(system, store);
  const writes = await oneLife(system, store);
  await shard.stop();
  system.close();
  return writes;
}

async function oneLife(system: ActorSystem, store: RecordingStore): Promise<Writes> {
  await quiet(store);
  store.commits = [];
  const id = realRandom.uuid();
  const requester = { requestId: `req-${realRandom.uuid()}`, userId: 'u', projectId: 'p', isAdmin: false };
  await createInstances(system, [specOf(id)], requester);
  await untilTrue(() => instances.read(store, id)?.vmState === 'active');
  const create = store.commits;
  store.commits = [];
  await beginOperation(system, id, { operation: 'delete' }, { ...requester, requestId: `req-${realRandom.uuid()}` });
  await untilTrue(() => instances.read(store, id)?.vmState === 'deleted');
  return { create, delete: store.commits };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

async function untilTrue(done: () => boolean): Promise<void> {
  while (!done()) await pause();
}

/** Waits until nothing has been committed for a while. */
async function quiet(store: RecordingStore): Promise<void> {
  for (let before = -1; before !== store.commits.length; await pause()) before = store.commits.length;
}

/** A small instance, as its creator describes it. */
export const specOf = (id: string): InstanceSpec => ({
  id,
  name: 'bench',
  description: null,
  hostname: 'bench',
  requestedZone: null,
  requestedHost: null,
  reservationId: 'r-abcdefgh',
  launchIndex: 0,
  flavor: {
    flavorId: '42',
    name: 'm1.nano',
    vcpus: 1,
    memoryMib: 128,
    rootGib: 1,
    ephemeralGib: 0,
    swapMib: 0,
    extraSpecs: {},
  },
  image: {
    imageId: id,
    contentId: 'a'.repeat(128),
    format: 'raw',
    sizeBytes: 65_536,
    minDiskGib: 0,
    minRamMib: 0,
    properties: {},
  },
  keyName: null,
  metadata: {},
  tags: [],
  configDrive: true,
  accessIpV4: null,
  accessIpV6: null,
  diskConfig: 'MANUAL',
  securityGroups: [],
  networks: 'auto',
  bootData: { userData: null, publicKey: null, keyType: null, adminPassword: 'abcdefghijkl' },
});
