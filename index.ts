import { join } from 'node:path';
import type { ServerType } from '@hono/node-server';
import type { Logger } from 'pino';
import { registerHost } from './actors/host/client.ts';
import { ControlRefused } from './composition/control-path.ts';
import { type ChosenDriver, chooseDriver } from './composition/driver-choice.ts';
import { ensureFirstStart } from './composition/first-start.ts';
import { createFront, listen } from './composition/front.ts';
import { hostNames } from './composition/hypervisors.ts';
import { sweepImages } from './composition/image-sweep.ts';
import { createLog } from './composition/log.ts';
import { LINES_MAX, OperatorSide } from './composition/operator-side.ts';
import { loadPlugins } from './composition/plugins.ts';
import { openPolicies } from './composition/policies.ts';
import { Recent } from './composition/recent.ts';
import { checkSettings, type GivenSettings, type Settings } from './composition/settings.ts';
import { SHARD, SHARDS, shardFile, shardOf } from './composition/shard-settings.ts';
import { startThreads } from './composition/threads.ts';
import { createImageStore } from './drivers/image-store/index.ts';
import type { DriverResult } from './drivers/result.ts';
import type { ApiPlugin } from './http/compute/plugins/plugin.ts';
import { createPasswords } from './http/identity/passwords.ts';
import { createIdentityTokens } from './http/identity/tokens.ts';
import { realClock } from './runtime/clock.ts';
import type { ShardStats } from './runtime/shard.ts';
import { ActorSystem } from './runtime/system.ts';
import type { ShardThreads } from './runtime/threads/shard-threads.ts';
import type { Successor } from './runtime/threads/successor.ts';
import { openEnvironment } from './storage/lmdb-environment.ts';
import { LmdbReader } from './storage/lmdb-reader.ts';
import { checkSchema } from './storage/schema.ts';
import { openStateDirectory, secretFile } from './storage/state-directory.ts';

export { ListenRefused } from './composition/front.ts';
export { type GivenSettings, type Settings, SettingsRefused } from './composition/settings.ts';
export type { ApiPlugin } from './http/compute/plugins/plugin.ts';
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
  /**
   * Writes a Guru Meditation Report to standard error and into `reports/` of the state directory; takes 2 s at most. Returns
   * its file; null when it could not be written.
   */
  writeReport(reason: string): Promise<string | null>;
  /** Answers what has arrived, stores it, and lets go of everything. Guests go on, where their hypervisor lets them. */
  stop(): Promise<void>;
  /**
   * Resolves when the cloud cannot go on by itself, with why: a thread hangs, threads die again and again, or a store failed in
   * a way that may have damaged the process. A report is in `reports/`. The process should then be restarted; nothing that
   * was acknowledged is lost. Never when it was stopped.
   */
  readonly failed: Promise<Error>;
}

/** For a process that does nothing but run a cloud, as that of `novella serve`. */
export interface OwnProcess {
  /**
   * Set: when the main thread hangs, the process is ended, and the successor takes over (null: a service manager starts
   * it). Left out: the main thread is the embedding program's own business.
   */
  readonly successor?: Successor | null;
}

/** Rows that the front end keeps decoded: about 100 MB at most, of instances of 2 KiB. */
const DECODED_ROWS_MAX = 20_000;
const ASKS_IN_FLIGHT_MAX = 20_000;

/**
 * Starts a cloud: opens its state directory, its shards in threads of their own, and its API.
 * Throws SettingsRefused, StateDirectoryRefused, SchemaMismatch or ListenRefused; nothing is left running then.
 */
export async function startCloud(
  given: GivenSettings = {},
  process: OwnProcess = {},
  plugins: readonly ApiPlugin[] = [],
): Promise<Cloud> {
  const settings = checkSettings(given, 'The configuration');
  const recentLines = new Recent<string>(LINES_MAX);
  const log = createLog(settings.logLevel, recentLines);
  const driver = await chooseDriver(settings);
  const api = await loadPlugins(settings.api.plugins, plugins);
  const policies = openPolicies(settings.policy, log, api.plugins);
  const opened: (() => Promise<unknown>)[] = [async () => policies.close()];
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
    const operatorSide = new OperatorSide({ settings, driver, log, recentLines });
    opened.push(async () => operatorSide.close());
    const threads = await startThreads({
      settings,
      driver: driver.name,
      log,
      noticed: (notice) => operatorSide.noticed(notice),
      reportHang: (hang) => operatorSide.writeHangReport(hang),
      successor: process.successor,
    });
    opened.push(() => threads.stop());
    threads.failed.then((error) => {
      operatorSide.writeFailureReport(error);
      failure.fail(error);
    });
    const reader = new LmdbReader(environment, DECODED_ROWS_MAX);
    const system = new ActorSystem({
      client: 'front',
      clock: realClock,
      shardOf,
      asksInFlightMax: ASKS_IN_FLIGHT_MAX,
      beforeReplies: () => reader.renew(),
    });
    threads.connectClient('front', system);
    opened.push(async () => system.close());
    operatorSide.attach({ threads, shards: SHARDS, shardOf, system });
    const key = secretFile(settings.stateDir, 'token.key', 32);
    const tokens = createIdentityTokens({ reader, key, clock: realClock });
    const imageStore = await createImageStore({ directory: join(settings.stateDir, 'images') });
    opened.push(() => imageStore.close());
    const consoleOutput = consoleOf(threads);
    const passwords = createPasswords();
    const contentFreed = (): void => {
      sweepImages(imageStore, reader).catch((error: unknown) => log.error({ err: error }, 'images could not be swept'));
    };
    const front = {
      settings,
      system,
      reader,
      tokens,
      imageStore,
      passwords,
      policies,
      contentFreed,
      consoleOutput,
      log,
      operatorSide,
      routes: api.routes,
    };
    const { server, url } = await listen(createFront(front), settings.listen);
    opened.push(() => closeServer(server));
    opened.push(await openControl(operatorSide, log));
    await ensureFirstStart({ system, reader, passwords, imageStore, driver, stateDir: settings.stateDir, url });
    contentFreed();
    const registerNoMore = registerHosts(system, { ...settings, driver: driver.name }, log);
    opened.push(async () => registerNoMore());
    return {
      url,
      settings,
      driver,
      cloudsFile: join(settings.stateDir, 'clouds.yaml'),
      stats: () => threads.stats(SHARD),
      writeReport: (reason) => operatorSide.writeReport(reason),
      stop: closeAll,
      failed: failure.failed,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const consoleOf =
  (threads: ShardThreads) =>
  async (host: string, instanceId: string, lines: number | null): Promise<DriverResult<string>> => {
    const result = await threads.call(SHARD, { type: 'consoleOutput', host, instanceId, lines }).catch(() => null);
    return isDriverResult(result) ? result : { ok: false, error: { code: 'Unreachable', reason: 'no answer' } };
  };

const isDriverResult = (value: unknown): value is DriverResult<string> =>
  typeof value === 'object' && value !== null && 'ok' in value;

/** How long to wait before a host that could not be registered is registered again, in milliseconds. */
const REGISTER_AGAIN_MS = 1_000;

/** Hosts connect while the API answers already: with a thousand of them it takes a moment. Returns what ends further attempts. */
function registerHosts(
  system: ActorSystem,
  settings: Settings & { readonly driver: ChosenDriver['name'] },
  log: Logger,
): () => void {
  const lookEveryMs = settings.driver === 'sim' ? 600_000 : 60_000;
  let stopped = false;
  const register = async (name: string): Promise<void> => {
    const registered = await registerHost(system, { name, cell: SHARD, zone: 'nova', lookEveryMs });
    if (registered.ok || stopped) return;
    log.error({ host: name, code: registered.error.code }, 'host could not be registered; trying again');
    realClock.after(REGISTER_AGAIN_MS, () => void register(name));
  };
  for (const name of hostNames(settings)) void register(name);
  return () => {
    stopped = true;
  };
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

/** A cloud without its control socket still serves its users: it goes on, and the log says why. Returns what closes it. */
async function openControl(operatorSide: OperatorSide, log: Logger): Promise<() => Promise<void>> {
  try {
    return await operatorSide.openControl();
  } catch (error) {
    if (!(error instanceof ControlRefused)) throw error;
    log.error({ reason: error.message }, 'there is no control socket');
    return async () => {};
  }
}

/** A promise of the first failure, which may never come. */
function firstFailure(): { readonly failed: Promise<Error>; readonly fail: (error: Error) => void } {
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  return { failed, fail: (error) => fail(error) };
}
