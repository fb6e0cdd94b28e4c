import * as v from 'valibot';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { limits } from './limits.ts';
import type { MovingDisk } from './move-disks.ts';
import type { QmpClient } from './qmp-client.ts';
import { lookUntil } from './waiting.ts';

// While a guest goes to another host, what it writes to its disks goes to both: QEMU here mirrors each disk to the one there,
// which QEMU there serves by NBD. Jobs and nodes have names of their own, so that those of volumes are left alone.

const PREFIX = 'move-';
const jobOf = ({ node }: MovingDisk): string => `${PREFIX}${node}`;
const targetOf = ({ node }: MovingDisk): string => `${PREFIX}${node}-target`;

const jobs = v.array(
  v.object({
    id: v.string(),
    status: v.string(),
    'current-progress': v.number(),
    'total-progress': v.number(),
    error: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  }),
);
type Job = v.InferOutput<typeof jobs>[number];

/** How much of the disks is copied; the total can grow while the guest writes. */
export interface MirrorProgress {
  readonly totalBytes: number;
  readonly processedBytes: number;
  readonly remainingBytes: number;
}

async function mirrorJobs(qmp: QmpClient): Promise<DriverResult<readonly Job[]>> {
  const answer = await qmp.execute('query-jobs');
  if (!answer.ok) return answer;
  const listed = v.safeParse(jobs, answer.value);
  if (!listed.success) return driverFailed({ code: 'HypervisorFailed', reason: 'query-jobs: not an answer' });
  return driverOk(listed.output.filter(({ id }) => id.startsWith(PREFIX)));
}

/** Begins to mirror disks to the NBD server on a UNIX socket, whose exports have the names of their nodes. Errors: HypervisorFailed, Unreachable, TimedOut. */
export async function beginMirrors(
  qmp: QmpClient,
  disks: readonly MovingDisk[],
  socket: string,
): Promise<DriverResult> {
  for (const disk of disks) {
    const server = { type: 'unix', path: socket };
    const node = { driver: 'nbd', 'node-name': targetOf(disk), server, export: disk.node };
    const added = await qmp.execute('blockdev-add', node);
    if (!added.ok) return added;
    const mirrored = await qmp.execute('blockdev-mirror', {
      'job-id': jobOf(disk),
      device: disk.node,
      target: targetOf(disk),
      // The image below is there already.
      sync: disk.base === null ? 'full' : 'top',
      // In the background, as is QEMU's default and Nova's: the guest never waits for the other side. What it has written
      // last is copied when it stands still.
      'copy-mode': 'background',
      'auto-dismiss': false,
    });
    if (!mirrored.ok) return mirrored;
  }
  return driverOk(null);
}

/** Waits until all is copied, and only what the guest writes still is. Errors: HypervisorFailed, OutOfResources, TimedOut, Unreachable. */
export async function mirrorsReady(
  qmp: QmpClient,
  signal: AbortSignal,
  seen: (progress: MirrorProgress) => void,
): Promise<DriverResult> {
  const ready = await lookUntil<DriverResult>(
    async () => {
      const found = await mirrorJobs(qmp);
      if (!found.ok) return found;
      const sum = (of: (job: Job) => number): number => found.value.reduce((total, job) => total + of(job), 0);
      const totalBytes = sum((job) => job['total-progress']);
      const processedBytes = sum((job) => job['current-progress']);
      seen({ totalBytes, processedBytes, remainingBytes: Math.max(0, totalBytes - processedBytes) });
      const ended = found.value.find(({ status }) => status === 'concluded' || status === 'aborting');
      if (ended?.status === 'concluded') {
        const reason = ended.error ?? 'the copy of a disk ended early';
        const code = reason.includes('No space left') ? 'OutOfResources' : 'HypervisorFailed';
        return driverFailed({ code, reason: `blockdev-mirror: ${reason.slice(0, 500)}` });
      }
      return found.value.every(({ status }) => status === 'ready') ? driverOk(null) : null;
    },
    limits.captureMs,
    signal,
  );
  return ready ?? driverFailed({ code: 'TimedOut', reason: 'the disks of the guest were not copied in time' });
}

/**
 * Ends all mirrors and closes their targets. `whole`: each target is to be what the disk is at this moment, so the guest must
 * stand still. Else what is there may be half. Errors: HypervisorFailed, TimedOut, Unreachable.
 */
export async function endMirrors(qmp: QmpClient, disks: readonly MovingDisk[], whole: boolean): Promise<DriverResult> {
  const failures: string[] = [];
  const cancelled = new Set<string>();
  const ended = await lookUntil<DriverResult>(async () => {
    const found = await mirrorJobs(qmp);
    if (!found.ok) return found;
    for (const { id, status, error } of found.value) {
      if (status === 'concluded') {
        if (error !== undefined) failures.push(error);
        await qmp.execute('job-dismiss', { id });
      } else if (!cancelled.has(id)) {
        cancelled.add(id);
        // Of a job that is ready this is its orderly end, with the disk left where it is.
        const asked = await qmp.execute('block-job-cancel', { device: id, force: !whole });
        if (!asked.ok) return asked;
      }
    }
    return found.value.length === 0 ? driverOk(null) : null;
  }, limits.mirrorEndMs);
  if (ended === null) return driverFailed({ code: 'TimedOut', reason: 'the mirrors of the disks do not end' });
  if (!ended.ok) return ended;
  for (const disk of disks) {
    const closed = await qmp.execute('blockdev-del', { 'node-name': targetOf(disk) });
    if (!closed.ok && whole) return closed;
  }
  if (whole && failures.length > 0) {
    return driverFailed({ code: 'HypervisorFailed', reason: `blockdev-mirror: ${failures.join('; ').slice(0, 500)}` });
  }
  return driverOk(null);
}

const nodes = v.array(v.object({ 'node-name': v.optional(v.string()) }));

/** Ends what a controller that died has left of mirrors. What cannot be ended is closed with the process. */
export async function forgetMirrors(qmp: QmpClient): Promise<void> {
  await endMirrors(qmp, [], false);
  const answer = await qmp.execute('query-named-block-nodes', { flat: true });
  const listed = v.safeParse(nodes, answer.ok ? answer.value : null);
  for (const { 'node-name': node } of listed.success ? listed.output : []) {
    if (node?.startsWith(PREFIX)) await qmp.execute('blockdev-del', { 'node-name': node });
  }
}
