import { join } from 'node:path';
import { API_CELL } from '../actors/cell-mapping/row.ts';
import { type Clock, realClock } from '../runtime/clock.ts';
import type { ThreadHang } from '../runtime/threads/hang-report.ts';
import type { ThreadNotice } from '../runtime/threads/notices.ts';
import type { ShardPlan } from '../runtime/threads/shard-module.ts';
import { ShardThreads } from '../runtime/threads/shard-threads.ts';
import type { Successor } from '../runtime/threads/successor.ts';
import type { PlannedCell } from './cells.ts';
import type { Logger } from './log.ts';
import type { Settings } from './settings.ts';
import type { ShardSettings } from './shard-settings.ts';
import { logThreadNotice } from './thread-log.ts';

/** What the threads of a cloud are started with. */
export interface CloudThreadsOptions {
  readonly settings: Settings;
  readonly driver: ShardSettings['driver'];
  /** Whether the program that embeds the cloud hears what happens. */
  readonly notifiesProgram: boolean;
  /** The api's one first. */
  readonly cells: readonly PlannedCell[];
  /** Their names, and those of cells that are added later. */
  readonly cellNames: readonly string[];
  readonly log: Logger;
  /** Hears what shards and threads tell, besides the log. */
  readonly noticed: (notice: ThreadNotice) => void;
  /** Writes a report on a thread that hangs, at once; returns its file. */
  readonly reportHang: (hang: ThreadHang) => string | null;
  /**
   * Where the process belongs to the cloud: it is ended when its main thread hangs, and the successor, if there is one, takes
   * over. Undefined: the process belongs to a program of its own.
   */
  readonly successor: Successor | null | undefined;
}

/** How often the loads of threads are compared, in milliseconds: a move holds a shard up for some tens of them. */
const REBALANCE_EVERY_MS = 60_000;

/** How the shard of a cell is opened. */
export function planOfCell(
  { settings, driver, notifiesProgram, cellNames }: CloudThreadsOptions,
  { name, hosts, isStopped }: PlannedCell,
): ShardPlan {
  const where = { cell: name, cells: cellNames, hostNames: hosts };
  const options: ShardSettings = { ...settings, driver, notifiesProgram, ...where };
  // Without the api's shard there is no cloud; another cell may be down.
  return { name, module: shardModule(), options, isOptional: name !== API_CELL, isClosed: isStopped };
}

/** Starts the shards of a cloud in their threads: one a cell. That of `cell1` has the api's actors, too. */
export async function startThreads(given: CloudThreadsOptions): Promise<ShardThreads> {
  const { settings, cells, log, noticed, reportHang, successor } = given;
  const reportsDirectory = join(settings.stateDir, 'reports');
  const threads = await ShardThreads.start({
    shards: cells.map((cell) => planOfCell(given, cell)),
    threads: settings.threads,
    clock: realClock,
    limits: { hangMs: settings.threadHangMs },
    notice: (notice) => {
      logThreadNotice(log, notice);
      noticed(notice);
    },
    writeReport: (hang) => {
      const report = reportHang(hang);
      log.fatal({ thread: hang.thread, report }, 'a report on the thread has been written');
    },
    mainHang: successor === undefined ? null : { reportsDirectory, successor },
  });
  // One shard would only wander.
  if (threads.count > 1 && cells.length > 1) rebalanceNowAndThen(threads, { clock: realClock, log });
  return threads;
}

/** Compares the loads of the threads from time to time, and makes the one move that helps most, until the threads have stopped. */
export function rebalanceNowAndThen(
  threads: Pick<ShardThreads, 'rebalance' | 'isRunning'>,
  { clock, log }: { readonly clock: Clock; readonly log: Pick<Logger, 'error'> },
): void {
  clock.after(REBALANCE_EVERY_MS, () => {
    if (!threads.isRunning) return;
    threads
      .rebalance()
      // A move that failed is told, and the shard is opened again like any other.
      .catch((error: unknown) => log.error({ err: error }, 'a shard could not be moved to another thread'))
      .then(() => rebalanceNowAndThen(threads, { clock, log }));
  });
}

const shardModule = (): string =>
  new URL(import.meta.url.endsWith('.ts') ? './shard.ts' : './shard.js', import.meta.url).href;
