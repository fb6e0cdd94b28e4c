/** Shards in threads, and what mends them: `novella/runtime/threads`. See "Threads and supervision" in ../README.md. */
export type { ThreadLoad } from './control.ts';
export { hangText, type ThreadHang } from './hang-report.ts';
export { DEFAULT_THREAD_LIMITS, type ThreadLimits } from './limits.ts';
export type { MainHangPlan } from './main-watch.ts';
export { type ThreadNotice, ThreadsFailed, type ThreadsFailure } from './notices.ts';
export type { ShardClient } from './placed-shard.ts';
export type { Move, ThreadCount } from './placement.ts';
export { writeReportFile } from './report-file.ts';
export type { OpenedShard, OpenShard, ShardPlan } from './shard-module.ts';
export { ShardThreads } from './shard-threads.ts';
export type { ShardThreadsOptions, ThreadStats } from './shard-threads-options.ts';
export type { Successor } from './successor.ts';
