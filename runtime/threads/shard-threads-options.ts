import type { Clock } from '../clock.ts';
import type { ThreadLoad } from './control.ts';
import type { ThreadHang } from './hang-report.ts';
import type { ThreadLimits } from './limits.ts';
import type { MainHangPlan } from './main-watch.ts';
import type { ThreadNotice } from './notices.ts';
import type { ThreadCount } from './placement.ts';
import type { ShardPlan } from './shard-module.ts';

/** What the threads of a process are made of. */
export interface ShardThreadsOptions {
  readonly shards: readonly ShardPlan[];
  readonly threads: ThreadCount;
  readonly clock: Clock;
  readonly limits?: Partial<ThreadLimits>;
  /** Hears of everything that goes wrong and is mended. Must not throw. */
  readonly notice: (notice: ThreadNotice) => void;
  /** Writes a report on a thread that hangs; called before `failed` is resolved. */
  readonly writeReport: (hang: ThreadHang) => void;
  /** What the threads do when the main thread hangs. Null: nothing. */
  readonly mainHang: MainHangPlan | null;
}

/** Figures of a thread. */
export interface ThreadStats {
  readonly thread: number;
  readonly state: 'running' | 'restarting' | 'hung';
  readonly shards: readonly string[];
  /** Deaths of the threads in this place. */
  readonly restarts: number;
  readonly lastReason: string | null;
  /** Null while it is being restarted, or hangs. */
  readonly load: ThreadLoad | null;
}
