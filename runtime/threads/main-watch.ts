import type { Cancel, Clock } from '../clock.ts';
import { reportText } from './hang-report.ts';
import { beatEveryMs, type HeartbeatData, Heartbeats, repeat, Staleness } from './heartbeat.ts';
import { writeReportFile } from './report-file.ts';
import { replaceProcess, type Successor } from './successor.ts';

/** What a thread does when the main thread hangs: it writes a report and ends the process. Plain data. */
export interface MainHangPlan {
  readonly reportsDirectory: string;
  /** The process that takes over. Null: a service manager starts it. */
  readonly successor: Successor | null;
}

/**
 * Watches the main thread from another one: while it hangs, no timer of its own could. The process ends by SIGKILL,
 * which is safe as every moment is (what was acknowledged is stored), and the only end that needs nothing of a thread
 * that hangs.
 */
export function watchMain({ buffer, hangMs, mainHang }: HeartbeatData, clock: Clock): Cancel {
  if (mainHang === null) return () => {};
  const heartbeats = new Heartbeats(buffer);
  const everyMs = beatEveryMs(hangMs);
  const staleness = new Staleness(everyMs, clock.monotonic());
  return repeat(clock, everyMs, () => {
    const silentMs = staleness.look(heartbeats.main, clock.monotonic());
    if (silentMs <= hangMs || heartbeats.isDebugged || !heartbeats.claim()) return;
    const facts = [['silent for', `${Math.round(silentMs)} ms`]] as const;
    try {
      const text = reportText('The main thread has stopped responding.', facts, clock);
      writeReportFile(mainHang.reportsDirectory, text, new Date(clock.now()).toISOString(), 'hang-main');
    } finally {
      replaceProcess(mainHang.successor, clock);
    }
  });
}
