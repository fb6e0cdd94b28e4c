import { join } from 'node:path';
import { API_CELL, firstIdentity, ownCell } from '../actors/cell-mapping/row.ts';
import { driverEffects } from '../actors/driver-effects.ts';
import { oneOrderAtATime } from '../actors/guest-orders.ts';
import { withNotifications } from '../actors/notifier/effects.ts';
import { volumeEffects, withVolumes } from '../actors/volume-effects.ts';
import type { ImageContent, ImageIntake } from '../drivers/images.ts';
import type { DriverResult } from '../drivers/result.ts';
import { realClock } from '../runtime/clock.ts';
import { DEFAULT_SHARD_LIMITS } from '../runtime/limits.ts';
import type { ShardNotice } from '../runtime/notice.ts';
import { realRandom } from '../runtime/random.ts';
import { Shard } from '../runtime/shard.ts';
import type { OpenShard } from '../runtime/threads/shard-module.ts';
import type { LmdbStore } from '../storage/lmdb-store.ts';
import { openStore } from '../storage/open-store.ts';
import { routingOf } from './cells.ts';
import { DecisionLog } from './decision-log.ts';
import { DriverEvents } from './driver-events.ts';
import { createHypervisors, type Hypervisors } from './hypervisors.ts';
import { cloudKinds } from './kinds.ts';
import { openSinks, toldOfInstances } from './notifications.ts';
import { isOperatorRequest, operatorAnswers } from './operator-answers.ts';
import { RetentionJob } from './retention-job.ts';
import { schedulerOptions } from './scheduler-settings.ts';
import { type ConsoleRequest, type ShardSettings, shardFile } from './shard-settings.ts';
import { copyOpenBy, createVolumes, growOpenBy } from './volumes.ts';

/** The settings come from this program's own main thread, which has checked them. */
function isShardSettings(options: unknown): options is ShardSettings {
  return typeof options === 'object' && options !== null && 'stateDir' in options && 'driver' in options;
}

function isConsoleRequest(request: unknown): request is ConsoleRequest {
  return typeof request === 'object' && request !== null && 'type' in request && request.type === 'consoleOutput';
}

/** Opens a shard of the cloud in its thread: its store, its hypervisors and its actors. */
export const openShard: OpenShard = async (options, notice) => {
  if (!isShardSettings(options)) throw new Error('These are no settings of a shard.');
  const store = await openCellStore(options);
  const images = await openImages(options);
  const contents = options.driver === 'sim' ? noImages : images;
  const hypervisors = await openHypervisors(options, contents, notice).catch(async (error: unknown) => {
    // The shard will be opened again, and its store must not be open twice.
    await store.close();
    throw error;
  });
  const volumes = await createVolumes(options, contents);
  const sinks = await openSinks(options.notifications);
  const cells = [...options.cells];
  const decisions = new DecisionLog(options.logLevel, notice);
  const events = new DriverEvents(hypervisors);
  const shard = new Shard({
    name: options.cell,
    kinds: cloudKinds(
      options.quota,
      schedulerOptions(options.scheduler),
      toldOfInstances(options),
      options.consolidation,
      decisions,
    ),
    store,
    clock: realClock,
    random: realRandom,
    limits: DEFAULT_SHARD_LIMITS,
    runEffect: withNotifications(
      store,
      sinks,
      withVolumes(
        volumeEffects({
          rows: store,
          store: volumes,
          intake: images,
          copyOpen: copyOpenBy(hypervisors),
          growOpen: growOpenBy(hypervisors),
        }),
        oneOrderAtATime(driverEffects(store, (name) => hypervisors.get(name), images, events.progressed)),
      ),
    ),
    shardOf: routingOf(options.cell, cells),
    notice,
  });
  events.open(shard);
  const retention = new RetentionJob(store, realClock, options.retention);
  const answer = operatorAnswers(shard, store, { retention, decisions, cells });
  return {
    shard,
    call: async (request) => {
      if (isOperatorRequest(request)) return answer(request);
      return isConsoleRequest(request) ? consoleOutput(hypervisors, request) : undefined;
    },
    async close() {
      retention.stop();
      events.close();
      for (const { hypervisor } of hypervisors.values()) await hypervisor.close();
    },
  };
};

/** Opens the store of a shard; that of another cell than the api's says so from the beginning. */
async function openCellStore({ stateDir, cell, durability }: ShardSettings): Promise<LmdbStore> {
  const store = await openStore(shardFile(stateDir, cell), durability);
  if (cell === API_CELL || ownCell(store) !== undefined) return store;
  const failure = await new Promise<Error | null>((resolve) => store.commit([firstIdentity(cell)], resolve));
  if (failure === null) return store;
  await store.close();
  throw failure;
}

async function openHypervisors(
  options: ShardSettings,
  images: ImageContent,
  notice: (notice: ShardNotice) => void,
): Promise<Hypervisors> {
  return createHypervisors(options, {
    clock: realClock,
    random: realRandom,
    images,
    log: (level, message, fields) => notice({ type: 'log', level, message, fields }),
  });
}

/** What drivers read images from, and put snapshots into. Simulated hosts read nothing. */
async function openImages(options: ShardSettings): Promise<ImageContent & ImageIntake> {
  const { openImageContent } = await import('../drivers/image-store/index.ts');
  return openImageContent(join(options.stateDir, 'images'));
}

const noImages: ImageContent = { ensureLocal: async () => ({ ok: true, value: '' }) };

async function consoleOutput(hypervisors: Hypervisors, request: ConsoleRequest): Promise<DriverResult<string>> {
  const attached = hypervisors.get(request.host);
  if (!attached) return { ok: false, error: { code: 'Unreachable', reason: `There is no host ${request.host}.` } };
  const connected = await attached.connect();
  if (!connected.ok) return connected;
  return attached.hypervisor.consoleOutput(request.instanceId, request.lines);
}
