import type { DriverResult } from './result.ts';

/** Takes notifications: JSON texts of one line each. Those that have been taken before may come again, with the same ids. */
export interface NotificationSink {
  /** Takes all of them, in order, or fails. Errors: Unreachable, TimedOut. */
  deliver(bodies: readonly string[], signal: AbortSignal): Promise<DriverResult>;
}
