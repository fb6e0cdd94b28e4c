import { join } from 'node:path';
import type { ServerType } from '@hono/node-server';
import type { Logger } from 'pino';
import { registerHost } from './actors/host/client.ts';
import { type ChosenDriver, chooseDriver } from './composition/driver-choice.ts';
import { ensureFirstStart } from './composition/first-start.ts';
import { createFront, listen } from './composition/front.ts';
import { hostNames } from './composition/hypervisors.ts';
import { sweepImages } from './composition/image-sweep.ts';
import { createLog } from './composition/log.ts';
import { checkSettings, type GivenSettings, type Settings } from './composition/settings.ts';
import { SHARD, type ShardSettings, shardFile, shardOf } from './composition/shard-settings.ts';
import { createImageStore } from './drivers/image-store/index.ts';
import type { DriverResult } from './drivers/result.ts';
import { createPasswords } from './http/identity/passwords.ts';
import { createIdentityTokens } from './http/identity/tokens.ts';
import { realClock } from './runtime/clock.ts';
import type { ShardStats } from './runtime/shard.ts';
import type { ShardNotice } from './runtime/supervisor.ts';
import { ActorSystem } from './runtime/system.ts';
import { type ShardThread, startShardThread } from './runtime/threads/shard-thread.ts';
import { openEnvironment } from './storage/lmdb-environment.ts';
import { LmdbReader } from './storage/lmdb-reader.ts';
import { checkSchema } from './storage/schema.ts';
import { openStateDirectory, secretFile } from './storage/state-directory.ts';

export { ListenRefused } from './composition/front.ts';
export { type GivenSettings, type Settings, SettingsRefused } from './composition/settings.ts';
export { SchemaMismatch } from './storage/schema.ts';
export { StateDirectoryRefused } from './storage/state-directory.ts';

/** A cloud that runs in this process. */
export interface Cloud {
  /** Where its API is, such as `http://127.0.0.1:8774`. */
  readonly url: string;
  readonly settings: Settings;
  readonly driver: ChosenDriver;
  /** A clouds.yaml with the administrator's password; its cloud is named `novella`. Mode 0600. */
  readonly cloudsFile: string;
  /** Figures of the runtime. */
  stats(): Promise<ShardStats>;
  /** Answers what has arrived, stores it, and lets go of everything. Guests go on, where their hypervisor lets them. */
  stop(): Promise<void>;
  /** Resolves when the cloud has ended by itself, with why; never when it was stopped. */
  readonly failed: Promise<Error>;
}

/** Rows that the front end keeps decoded: about 100 MB at most, of instances of 2 KiB. */
const DECODED_ROWS_MAX = 20_000;
const ASKS_IN_FLIGHT_MAX = 20_000;

/**
 * Starts a cloud: opens its state directory, its shard in a thread of its own, and its API.
 * Throws SettingsRefused, StateDirectoryRefused, SchemaMismatch or ListenRefused; nothing is left running then.
 */
export async function startCloud(given: GivenSettings = {}): Promise<Cloud> {
  const settings = checkSettings(given, 'The configuration');
  const log = createLog(settings.logLevel);
  const driver = await chooseDriver(settings);
  const opened: (() => Promise<unknown>)[] = [];
  const failure = firstFailure();
  const closeAll = async (): Promise<void> => {
    for (const close of opened.reverse()) await close();
    opened.length = 0;
  };
  try {
    const directory = await openStateDirectory(settings.stateDir);
    opened.push(() => directory.release());
    const file = shardFile(settings.stateDir);
    const environment = openEnvironment(file, settings.durability);
    opened.push(() => environment.close());
    // Here and not in the shard's thread, where a refusal would lose its class on the way.
    await checkSchema(environment, file);
    const shardSettings: ShardSettings = { ...settings, driver: driver.name };
    const thread = await startShardThread({
      module: shardModule(),
      options: shardSettings,
      client: 'front',
      notice: (notice) => {
        logNotice(log, notice);
        if (notice.type === 'storeFailed') failure.fail(notice.error);
      },
    });
    opened.push(() => thread.stop());
    const reader = new LmdbReader(environment, DECODED_ROWS_MAX);
    const system = new ActorSystem({
      client: 'front',
      clock: realClock,
      shardOf,
      asksInFlightMax: ASKS_IN_FLIGHT_MAX,
      beforeReplies: () => reader.renew(),
    });
    system.connect(SHARD, thread.link);
    opened.push(async () => system.close());
    const key = secretFile(settings.stateDir, 'token.key', 32);
    const tokens = createIdentityTokens({ reader, key, clock: realClock });
    const imageStore = await createImageStore({ directory: join(settings.stateDir, 'images') });
    opened.push(() => imageStore.close());
    const consoleOutput = consoleOf(thread);
    const passwords = createPasswords();
    const contentFreed = (): void => {
      sweepImages(imageStore, reader).catch((error: unknown) => log.error({ err: error }, 'images could not be swept'));
    };
    const front = { settings, system, reader, tokens, imageStore, passwords, contentFreed, consoleOutput, log };
    const { server, url } = await listen(createFront(front), settings.listen);
    opened.push(() => closeServer(server));
    await ensureFirstStart({ system, reader, passwords, imageStore, driver, stateDir: settings.stateDir, url });
    contentFreed();
    registerHosts(system, shardSettings, log);
    thread.ended.then(({ unexpected }) => unexpected && failure.fail(unexpected));
    return {
      url,
      settings,
      driver,
      cloudsFile: join(settings.stateDir, 'clouds.yaml'),
      stats: () => thread.stats(),
      stop: closeAll,
      failed: failure.failed,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const shardModule = (): string =>
  new URL(import.meta.url.endsWith('.ts') ? './composition/shard.ts' : './composition/shard.js', import.meta.url).href;

const consoleOf =
  (thread: ShardThread) =>
  async (host: string, instanceId: string, lines: number | null): Promise<DriverResult<string>> => {
    const result = await thread.call({ type: 'consoleOutput', host, instanceId, lines }).catch(() => null);
    return isDriverResult(result) ? result : { ok: false, error: { code: 'Unreachable', reason: 'no answer' } };
  };

const isDriverResult = (value: unknown): value is DriverResult<string> =>
  typeof value === 'object' && value !== null && 'ok' in value;

/** Hosts connect while the API answers already: with a thousand of them it takes a moment. */
function registerHosts(system: ActorSystem, settings: ShardSettings, log: Logger): void {
  const lookEveryMs = settings.driver === 'sim' ? 600_000 : 60_000;
  for (const name of hostNames(settings)) {
    registerHost(system, { name, cell: SHARD, zone: 'nova', lookEveryMs }).then((registered) => {
      if (!registered.ok && registered.error.code !== 'ShuttingDown')
        log.error({ host: name, code: registered.error.code }, 'host could not be registered');
    });
  }
}

/** How long requests under way may take when the cloud stops, in milliseconds. */
const LAST_REQUESTS_MS = 1_000;

/** Takes no more connections, lets requests under way end, and cuts those off that do not. */
async function closeServer(server: ServerType): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = realClock.after(LAST_REQUESTS_MS, () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
    server.close(() => {
      cancel();
      resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}

/** A promise of the first failure, which may never come. */
function firstFailure(): { readonly failed: Promise<Error>; readonly fail: (error: Error) => void } {
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  return { failed, fail: (error) => fail(error) };
}

function logNotice(log: Logger, notice: ShardNotice): void {
  switch (notice.type) {
    case 'log':
      log[notice.level](notice.fields, notice.message);
      break;
    case 'handlerFailed':
      log.error({ err: notice.error, address: notice.address, messageType: notice.messageType }, 'handler failed');
      break;
    case 'deadLetter':
      log.error(notice, 'message became a dead letter');
      break;
    case 'storeFailed':
      log.fatal({ err: notice.error }, 'the store failed; the shard has stopped');
      break;
    case 'resumed':
      log.info(notice, 'shard resumed');
      break;
  }
}
