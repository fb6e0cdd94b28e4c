import { join } from 'node:path';
import { driverEffects } from '../actors/driver-effects.ts';
import { host } from '../actors/host/protocol.ts';
import type { ImageContent } from '../drivers/images.ts';
import type { DriverResult } from '../drivers/result.ts';
import { realClock } from '../runtime/clock.ts';
import { DEFAULT_SHARD_LIMITS } from '../runtime/limits.ts';
import { realRandom } from '../runtime/random.ts';
import { Shard } from '../runtime/shard.ts';
import { ActorSystem } from '../runtime/system.ts';
import type { OpenShard } from '../runtime/threads/shard-module.ts';
import type { ToClient, ToShard } from '../runtime/transport.ts';
import { localLink } from '../runtime/transports/local.ts';
import { openEnvironment } from '../storage/lmdb-environment.ts';
import { LmdbStore } from '../storage/lmdb-store.ts';
import { createHypervisors, type Hypervisors } from './hypervisors.ts';
import { cloudKinds } from './kinds.ts';
import { type ConsoleRequest, SHARD, type ShardSettings, shardFile, shardOf } from './shard-settings.ts';

/** The settings come from this program's own main thread, which has checked them. */
function isShardSettings(options: unknown): options is ShardSettings {
  return typeof options === 'object' && options !== null && 'stateDir' in options && 'driver' in options;
}

function isConsoleRequest(request: unknown): request is ConsoleRequest {
  return typeof request === 'object' && request !== null && 'type' in request && request.type === 'consoleOutput';
}

/** Opens the cloud's shard in its thread: its store, its hypervisors and its actors. */
export const openShard: OpenShard = async (options, notice) => {
  if (!isShardSettings(options)) throw new Error('These are no settings of a shard.');
  const store = new LmdbStore(openEnvironment(shardFile(options.stateDir), options.durability));
  const hypervisors = await createHypervisors(options, {
    clock: realClock,
    random: realRandom,
    images: await imageContent(options),
    log: (level, message, fields) => notice({ type: 'log', level, message, fields }),
  });
  const shard = new Shard({
    name: SHARD,
    kinds: cloudKinds(options.quota),
    store,
    clock: realClock,
    random: realRandom,
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: driverEffects(store, (name) => hypervisors.get(name)),
    shardOf,
    notice,
  });
  const unsubscribe = forwardEvents(shard, hypervisors);
  return {
    shard,
    call: async (request) => (isConsoleRequest(request) ? consoleOutput(hypervisors, request) : undefined),
    async close() {
      unsubscribe();
      for (const { hypervisor } of hypervisors.values()) await hypervisor.close();
    },
  };
};

/** Images are opened only where a driver reads them. */
async function imageContent(options: ShardSettings): Promise<ImageContent> {
  if (options.driver === 'sim') return { ensureLocal: async () => ({ ok: true, value: '' }) };
  const { openImageContent } = await import('../drivers/image-store/index.ts');
  return openImageContent(join(options.stateDir, 'images'));
}

/** What happens to guests by itself goes to their hosts. An event lost in a crash is seen at the next look. */
function forwardEvents(shard: Shard, hypervisors: Hypervisors): () => void {
  const { near, far } = localLink<ToShard, ToClient>(realClock);
  const system = new ActorSystem({ client: 'drivers', clock: realClock, shardOf, asksInFlightMax: 0 });
  shard.connectClient('drivers', far);
  system.connect(SHARD, near);
  const ends = [...hypervisors].map(([name, { hypervisor }]) =>
    hypervisor.subscribe(({ instanceId, power, reason }) => {
      system.tell(host.at(name), { type: 'guestChanged', instanceId, power, reason });
    }),
  );
  return () => {
    for (const end of ends) end();
    system.close();
  };
}

async function consoleOutput(hypervisors: Hypervisors, request: ConsoleRequest): Promise<DriverResult<string>> {
  const attached = hypervisors.get(request.host);
  if (!attached) return { ok: false, error: { code: 'Unreachable', reason: `There is no host ${request.host}.` } };
  const connected = await attached.connect();
  if (!connected.ok) return connected;
  return attached.hypervisor.consoleOutput(request.instanceId, request.lines);
}
