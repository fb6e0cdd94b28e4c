import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { QmpClient } from './qmp-client.ts';
import { lookUntil } from './waiting.ts';

const jobs = v.array(
  v.object({ id: v.string(), status: v.string(), error: v.optional(v.pipe(v.string(), v.maxLength(4096))) }),
);

/**
 * Runs a QMP command that is a job (`snapshot-save` and the like) to its end, and dismisses it. Aborted or late, the job
 * is cancelled as far as QEMU can. `onBegun` is called when it has begun. Errors: HypervisorFailed, OutOfResources (no room on the disk), TimedOut, Unreachable.
 */
export async function runQmpJob(
  qmp: QmpClient,
  command: string,
  args: Readonly<Record<string, unknown>>,
  limitMs: number,
  signal: AbortSignal,
  onBegun: () => Promise<void> = async () => {},
): Promise<DriverResult> {
  const id = `novella-${randomUUID()}`;
  const begun = await qmp.execute(command, { 'job-id': id, ...args });
  // Some jobs keep QEMU from answering anything until they have ended: the saving of memory does.
  if (!begun.ok && begun.error.code !== 'TimedOut') return begun;
  await onBegun();
  const ended = await lookUntil<DriverResult>(
    async () => {
      const answer = await qmp.execute('query-jobs');
      if (!answer.ok) return answer.error.code === 'TimedOut' ? null : answer;
      const listed = v.safeParse(jobs, answer.value);
      if (!listed.success) return driverFailed({ code: 'HypervisorFailed', reason: 'query-jobs: not an answer' });
      const job = listed.output.find((one) => one.id === id);
      // Refused too late for us to hear it, or taken away by somebody else.
      if (job === undefined)
        return driverFailed({ code: 'HypervisorFailed', reason: `QMP ${command}: the job is gone` });
      if (job.status !== 'concluded') return null;
      if (job.error === undefined) return driverOk(null);
      const code = job.error.includes('No space left') ? 'OutOfResources' : 'HypervisorFailed';
      return driverFailed({ code, reason: `QMP ${command}: ${job.error.slice(0, 500)}` });
    },
    limitMs,
    signal,
  );
  if (ended === null) {
    void qmp.execute('job-cancel', { id });
    return driverFailed({ code: 'TimedOut', reason: `QMP ${command} did not end in time` });
  }
  void qmp.execute('job-dismiss', { id });
  return ended;
}

const typedJobs = v.array(v.object({ id: v.string(), type: v.string(), status: v.string() }));

/** Cancels all jobs of a type (`backup` and the like) and waits until none is left, as far as QEMU answers. */
export async function endQmpJobs(qmp: QmpClient, type: string, limitMs: number, signal: AbortSignal): Promise<void> {
  await lookUntil<true>(
    async () => {
      const answer = await qmp.execute('query-jobs');
      const listed = v.safeParse(typedJobs, answer.ok ? answer.value : null);
      const left = listed.success ? listed.output.filter((job) => job.type === type) : [];
      for (const { id, status } of left) {
        await qmp.execute(status === 'concluded' ? 'job-dismiss' : 'job-cancel', { id });
      }
      return left.length === 0 ? true : null;
    },
    limitMs,
    signal,
  );
}
