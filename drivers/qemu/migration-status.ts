import * as v from 'valibot';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { limits } from './limits.ts';
import type { QmpClient } from './qmp-client.ts';
import { waitAtMost } from './waiting.ts';

const bytes = v.pipe(v.number(), v.minValue(0));

const answer = v.object({
  /** MigrationStatus of QEMU; absent: there was none. */
  status: v.optional(v.pipe(v.string(), v.maxLength(64)), 'none'),
  'error-desc': v.optional(v.pipe(v.string(), v.maxLength(4096))),
  ram: v.optional(v.object({ total: bytes, transferred: bytes, remaining: bytes })),
});

/** How far QEMU is with giving a guest away, or with taking one. */
export interface MigrationState {
  readonly status: string;
  readonly error: string | null;
  /** What has been sent can be more than the whole: pages that the guest changes are sent again. */
  readonly memory: {
    readonly totalBytes: number;
    readonly processedBytes: number;
    readonly remainingBytes: number;
  } | null;
}

/** QMP `query-migrate`. Errors: HypervisorFailed, Unreachable, TimedOut. */
export async function queryMigration(qmp: QmpClient): Promise<DriverResult<MigrationState>> {
  const asked = await qmp.execute('query-migrate');
  if (!asked.ok) return asked;
  const read = v.safeParse(answer, asked.value);
  if (!read.success) return driverFailed({ code: 'HypervisorFailed', reason: 'query-migrate: not an answer' });
  const { status, ram } = read.output;
  return driverOk({
    status,
    error: read.output['error-desc'] ?? null,
    memory:
      ram === undefined
        ? null
        : { totalBytes: ram.total, processedBytes: ram.transferred, remainingBytes: ram.remaining },
  });
}

/** Statuses in which the guest is being given away, and can still be kept. */
const UNDER_WAY: readonly string[] = ['setup', 'active', 'pre-switchover', 'device', 'cancelling', 'wait-unplug'];

/** Whether QEMU is giving a guest away. */
export const isGivingAway = ({ status }: MigrationState): boolean => UNDER_WAY.includes(status);

/**
 * Waits until the guest's migration has one of these statuses, or has failed; `seen` hears of each look. QEMU tells of each
 * change (capability `events`), so nobody waits for the next look. Errors: HypervisorFailed, TimedOut, Unreachable.
 */
export async function migrationReaches(
  attachment: Attachment,
  wanted: readonly string[],
  signal: AbortSignal,
  seen: (state: MigrationState) => void = () => {},
): Promise<DriverResult<MigrationState>> {
  let changed = (): void => {};
  const stop = attachment.listen(({ name }) => {
    if (name === 'MIGRATION') changed();
  });
  try {
    for (;;) {
      const change = new Promise<void>((resolve) => {
        changed = resolve;
      });
      const state = await queryMigration(attachment.qmp);
      if (!state.ok) return state;
      const { status, error } = state.value;
      seen(state.value);
      if (wanted.includes(status)) return state;
      if (!isGivingAway(state.value)) {
        return driverFailed({
          code: 'HypervisorFailed',
          reason: `the migration is ${status}: ${error ?? 'no reason'}`,
        });
      }
      if (signal.aborted) return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
      await waitAtMost(change, limits.migrationLookMs, signal);
    }
  } finally {
    stop();
  }
}
