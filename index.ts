import { join } from 'node:path';
import type { ServerType } from '@hono/node-server';
import type { Logger } from 'pino';
import { ensureCells } from './actors/cell-mapping/client.ts';
import { API_CELL } from './actors/cell-mapping/row.ts';
import { wakeConsolidator } from './actors/consolidator/client.ts';
import { registerHost } from './actors/host/client.ts';
import { CellControl } from './composition/cell-control.ts';
import { CellStores } from './composition/cell-stores.ts';
import { apiRouting, type PlannedCell, planCells } from './composition/cells.ts';
import { ControlRefused } from './composition/control-path.ts';
import { type ChosenDriver, chooseDriver, routesHosts } from './composition/driver-choice.ts';
import { ensureFirstStart } from './composition/first-start.ts';
import { createFront } from './composition/front.ts';
import { sweepImages, sweepRegularly } from './composition/image-sweep.ts';
import { listen } from './composition/listener.ts';
import { createLog } from './composition/log.ts';
import { MovesExplainer } from './composition/moves-explainer.ts';
import { Opened } from './composition/opened.ts';
import { LINES_MAX, OperatorSide } from './composition/operator-side.ts';
import { loadPlugins } from './composition/plugins.ts';
import { openPolicies } from './composition/policies.ts';
import { type NotificationListener, pumpNotifications } from './composition/program-notifications.ts';
import { Recent } from './composition/recent.ts';
import { ScheduleExplainer } from './composition/schedule-explainer.ts';
import { checkSettings, type GivenSettings, type Settings } from './composition/settings.ts';
import { type CloudThreadsOptions, planOfCell, startThreads } from './composition/threads.ts';
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
import { openStateDirectory, secretFile } from './storage/state-directory.ts';

export type { Notification } from './actors/notifier/protocol.ts';
export { ListenRefused } from './composition/listener.ts';
export type { NotificationListener } from './composition/program-notifications.ts';
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
 * `listener` hears what happens to instances (docs/notifications.md).
 * Throws SettingsRefused, StateDirectoryRefused, SchemaMismatch or ListenRefused; nothing is left running then.
 */
export async function startCloud(
  given: GivenSettings = {},
  process: OwnProcess = {},
  plugins: readonly ApiPlugin[] = [],
  listener: NotificationListener | null = null,
): Promise<Cloud> {
  const settings = checkSettings(given, 'The configuration');
  const recentLines = new Recent<string>(LINES_MAX);
  const log = createLog(settings.logLevel, recentLines);
  const driver = await chooseDriver(settings);
  const api = await loadPlugins(settings.api.plugins, plugins);
  const policies = openPolicies(settings.policy, log, api.plugins);
  const opened = new Opened();
  opened.add(async () => policies.close());
  const failure = firstFailure();
  try {
    const directory = await openStateDirectory(settings.stateDir);
    opened.add(() => directory.release());
    const { stateDir, durability } = settings;
    // Here and not in the shards' threads, where a refusal would lose its class on the way.
    const stores = await CellStores.open({ stateDir, durability, decodedMax: DECODED_ROWS_MAX, log });
    opened.add(() => stores.close());
    const cells = planCells({ ...settings, driver: driver.name }, stores.api);
    const cellNames = cells.map(({ name }) => name);
    await stores.openCells(cells);
    const operatorSide = new OperatorSide({ settings, driver, log, recentLines });
    opened.add(async () => operatorSide.close());
    let cellControl: CellControl | null = null;
    const threadOptions: CloudThreadsOptions = {
      settings,
      driver: driver.name,
      notifiesProgram: listener !== null,
      cells,
      cellNames,
      log,
      noticed: (notice) => {
        operatorSide.noticed(notice);
        const hears = (error: unknown): void => log.error({ err: error }, 'a cell could not be seen to');
        cellControl?.noticed(notice).catch(hears);
      },
      reportHang: (hang) => operatorSide.writeHangReport(hang),
      successor: process.successor,
    };
    const threads = await startThreads(threadOptions);
    opened.add(() => threads.stop());
    threads.failed.then((error) => {
      operatorSide.writeFailureReport(error);
      failure.fail(error);
    });
    const reader = stores.reader(cellNames);
    const route = apiRouting(cellNames);
    const shardOf = (kind: string, id: string): string => route(kind, id, stores.api);
    const system = new ActorSystem({
      client: 'front',
      clock: realClock,
      shardOf,
      asksInFlightMax: ASKS_IN_FLIGHT_MAX,
      beforeReplies: () => reader.renew(),
    });
    threads.connectClient('front', system);
    opened.add(async () => system.close());
    if (listener !== null) {
      const failed = (error: unknown): void => log.error({ err: error }, 'a notification could not be handled');
      const stop = pumpNotifications({ system, reader: stores.api, clock: realClock, listener, failed });
      opened.add(async () => stop());
    }
    const addShard = async (cell: string): Promise<void> => {
      const others = [...cellNames];
      cellNames.push(cell);
      await threads.add(planOfCell(threadOptions, { name: cell, hosts: [], isStopped: false }));
      // One that is away hears of it when it is opened again.
      const told = others.filter((name) => threads.isOpen(name));
      await Promise.all(told.map((name) => threads.call(name, { type: 'cellAdded', cell })));
    };
    const control = new CellControl({ system, stores, reader, threads, addShard, cells: cellNames });
    cellControl = control;
    const upCells = (): readonly string[] => control.up();
    const schedule = new ScheduleExplainer(system, reader, upCells);
    const moves = new MovesExplainer(system, settings.consolidation, upCells);
    operatorSide.attach({ threads, shards: cellNames, shardOf, system, cells: cellControl, schedule, moves });
    const key = secretFile(settings.stateDir, 'token.key', 32);
    const tokens = createIdentityTokens({ reader, key, clock: realClock });
    const imageStore = await createImageStore({ directory: join(settings.stateDir, 'images') });
    opened.add(() => imageStore.close());
    const consoleOutput = consoleOf(threads, (host) => shardOf('host', host));
    const passwords = createPasswords();
    const contentFreed = (): void => {
      // What the instances of a cell that is down need cannot be told.
      if (stores.down.size > 0) return;
      sweepImages(imageStore, reader).catch((error: unknown) => log.error({ err: error }, 'images could not be swept'));
    };
    const front = createFront({
      settings,
      system,
      reader,
      tokens,
      imageStore,
      passwords,
      policies,
      contentFreed,
      consoleOutput,
      downCells: () => stores.down,
      log,
      operatorSide,
      routes: api.routes,
      routed: routesHosts(driver),
    });
    const { server, url } = await listen(front, settings.listen);
    opened.add(() => closeServer(server));
    opened.add(await openControl(operatorSide, log));
    await ensureFirstStart({ system, reader, passwords, imageStore, driver, stateDir: settings.stateDir, url });
    contentFreed();
    const sweepNoMore = sweepRegularly(realClock, contentFreed);
    opened.add(async () => sweepNoMore());
    if (cells.length > 1) {
      await ensureCells(system, cells);
      await cellControl.tellDown();
    }
    const awake = new Set<string>();
    const registered = (cell: string): void => {
      if (settings.consolidation.hosts === 'none' || awake.has(cell)) return;
      awake.add(cell);
      wakeConsolidator(system, cell);
    };
    const registerNoMore = registerHosts(system, { cells, driver: driver.name, down: stores.down, registered }, log);
    opened.add(async () => registerNoMore());
    return {
      url,
      settings,
      driver,
      cloudsFile: join(settings.stateDir, 'clouds.yaml'),
      stats: () => threads.stats(API_CELL),
      writeReport: (reason) => operatorSide.writeReport(reason),
      stop: () => opened.close(),
      failed: failure.failed,
    };
  } catch (error) {
    // Why it did not start says more than what could not be closed then.
    await opened.close().catch((left: unknown) => log.error({ err: left }, 'a start that failed left something open'));
    throw error;
  }
}

const consoleOf =
  (threads: ShardThreads, shardOfHost: (host: string) => string) =>
  async (host: string, instanceId: string, lines: number | null): Promise<DriverResult<string>> => {
    const result = await threads
      .call(shardOfHost(host), { type: 'consoleOutput', host, instanceId, lines })
      .catch(() => null);
    return isDriverResult(result) ? result : { ok: false, error: { code: 'Unreachable', reason: 'no answer' } };
  };

const isDriverResult = (value: unknown): value is DriverResult<string> =>
  typeof value === 'object' && value !== null && 'ok' in value;

/** How long to wait before a host that could not be registered is registered again, in milliseconds. */
const REGISTER_AGAIN_MS = 1_000;

/** What hosts are registered by. */
interface HostsToRegister {
  readonly cells: readonly PlannedCell[];
  readonly driver: ChosenDriver['name'];
  /** Cells that are down now; their hosts wait until they are back. */
  readonly down: ReadonlySet<string>;
  /** Hears of each host that is known from now on. */
  readonly registered: (cell: string) => void;
}

/** Hosts connect while the API answers already: with a thousand of them it takes a moment. Returns what ends further attempts. */
function registerHosts(system: ActorSystem, toRegister: HostsToRegister, log: Logger): () => void {
  const { cells, driver, down } = toRegister;
  const lookEveryMs = driver === 'sim' ? 600_000 : 60_000;
  let stopped = false;
  const register = async (name: string, cell: string): Promise<void> => {
    if (stopped) return;
    if (!down.has(cell)) {
      const answer = await registerHost(system, { name, cell, zone: 'nova', lookEveryMs });
      if (answer.ok) toRegister.registered(cell);
      if (answer.ok || stopped) return;
      log.error({ host: name, code: answer.error.code }, 'host could not be registered; trying again');
    }
    realClock.after(REGISTER_AGAIN_MS, () => void register(name, cell));
  };
  for (const { name: cell, hosts } of cells) for (const name of hosts) void register(name, cell);
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
