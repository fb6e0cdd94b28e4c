import type { ThreadNotice } from '../runtime/threads/notices.ts';

/** Counts of what shards and threads have told since the start. */
export interface ToldCounts {
  /** By shard: how often it was opened again. */
  readonly restarts: ReadonlyMap<string, number>;
  /** By shard: handlers that held it up for long. */
  readonly slowHandlers: ReadonlyMap<string, number>;
  /** By shard: commits that failed. */
  readonly storeFailures: ReadonlyMap<string, number>;
  /** By thread: its deaths. */
  readonly threadDeaths: ReadonlyMap<string, number>;
  /** By thread: 1 when it hangs, for which there is no cure but a new process. */
  readonly threadHangs: ReadonlyMap<string, number>;
  /** By shard: its moves to another thread. */
  readonly moves: ReadonlyMap<string, number>;
}

/** Counts notices, on the main thread: a shard that is opened again forgets its own figures. */
export class Told implements ToldCounts {
  readonly restarts = new Map<string, number>();
  readonly slowHandlers = new Map<string, number>();
  readonly storeFailures = new Map<string, number>();
  readonly threadDeaths = new Map<string, number>();
  readonly threadHangs = new Map<string, number>();
  readonly moves = new Map<string, number>();

  count(notice: ThreadNotice): void {
    switch (notice.type) {
      case 'shard':
        if (notice.notice.type === 'slowHandler') add(this.slowHandlers, notice.shard, 1 + notice.notice.others);
        else if (notice.notice.type === 'storeFailed') add(this.storeFailures, notice.shard);
        break;
      case 'threadDied':
        add(this.threadDeaths, String(notice.thread));
        break;
      case 'shardBack':
        add(this.restarts, notice.shard);
        break;
      case 'threadHung':
        add(this.threadHangs, String(notice.thread));
        break;
      case 'shardMoved':
        add(this.moves, notice.shard);
        break;
      // Its shards are told one by one.
      case 'threadRestarted':
      case 'shardAway':
      case 'closeFailed':
        break;
    }
  }
}

function add(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
