import * as v from 'valibot';
import type { GuestSpec, GuestVolume } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { runProgram } from './program.ts';
import type { QmpClient } from './qmp-client.ts';
import { closeNode, nodeBytes, openVolumeNodes, pluggedVolumes, volumeBlockdev, volumeNode } from './volume-nodes.ts';
import { volumeFile } from './volumes.ts';
import { lookUntil, neverAborted } from './waiting.ts';

// A volume is replaced by another one in two steps, so that a crash at any point finds the guest's data in both, or in the one
// that its instance says it has: a mirror job first copies everything, then each write waits for both; and only later does the
// other take its place.

/** The job that mirrors to a node has its name. */
const JOB = 'volume-mirror-';
const jobOf = (node: string): string => `${JOB}${node}`;

const jobs = v.array(
  v.object({ id: v.string(), status: v.string(), error: v.optional(v.pipe(v.string(), v.maxLength(4096))) }),
);
type Job = v.InferOutput<typeof jobs>[number];

async function mirrorJobs(qmp: QmpClient): Promise<DriverResult<readonly Job[]>> {
  const answer = await qmp.execute('query-jobs');
  if (!answer.ok) return answer;
  const listed = v.safeParse(jobs, answer.value);
  if (!listed.success) return driverFailed({ code: 'HypervisorFailed', reason: 'query-jobs: not an answer' });
  return driverOk(listed.output.filter(({ id }) => id.startsWith(JOB)));
}

/** The nodes that volumes are being mirrored to. */
export async function mirrorsOf(qmp: QmpClient): Promise<DriverResult<readonly string[]>> {
  const listed = await mirrorJobs(qmp);
  return listed.ok ? driverOk(listed.value.map(({ id }) => id.slice(JOB.length))) : listed;
}

/** The file below a node: the node itself keeps the size of the volume that it is to replace until it has. */
const fileNode = (node: string): string => `f${node.slice(1)}`;

const notReady = (reason: string): DriverResult<never> =>
  driverFailed({ code: 'HypervisorFailed', reason: `the volume could not be mirrored: ${reason.slice(0, 500)}` });

/** See Hypervisor.ensureMirrored. */
export async function ensureMirrored(
  host: QemuHost,
  guest: Guest,
  { volumes = [] }: GuestSpec,
  volumeId: string,
  target: GuestVolume,
  signal: AbortSignal,
): Promise<DriverResult> {
  const source = volumes.find((one) => one.volumeId === volumeId);
  if (source === undefined) return notReady('the guest is not to have it');
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  if (hold.value === null) return copyFile(host, source, target, signal);
  const { qmp } = hold.value;
  const [from, volume] = [volumeNode(source), { ...target, bootIndex: source.bootIndex }];
  const to = volumeNode(volume);
  const plugged = await pluggedVolumes(qmp);
  if (!plugged.ok) return plugged;
  if (plugged.value.some(({ node }) => node === to)) return driverOk(null);
  if (!plugged.value.some(({ node }) => node === from)) return notReady('the guest does not have it');
  const before = await mirrorJobs(qmp);
  if (!before.ok) return before;
  if (!before.value.some(({ id, status }) => id === jobOf(to) && status !== 'concluded')) {
    const begun = await beginMirror(host, qmp, from, volume, signal);
    if (!begun.ok) return begun;
  }
  const ready = await whenMirror(qmp, to, ['ready'], signal);
  if (ready.ok) return ready;
  await endMirrors(qmp, neverAborted);
  await closeNode(qmp, to, neverAborted);
  return ready;
}

async function beginMirror(
  host: QemuHost,
  qmp: QmpClient,
  from: string,
  volume: GuestVolume,
  signal: AbortSignal,
): Promise<DriverResult> {
  const to = volumeNode(volume);
  const ended = await endMirrors(qmp, signal);
  if (!ended.ok) return ended;
  const closed = await closeNode(qmp, to, signal);
  if (!closed.ok) return closed;
  const size = await nodeBytes(qmp, from);
  if (size === null) return notReady('its size is not known');
  const file = { ...volumeBlockdev(host.volumesDirectory, volume), 'node-name': fileNode(to) };
  const added = await qmp.execute('blockdev-add', { driver: 'raw', 'node-name': to, size, discard: 'unmap', file });
  if (!added.ok) return added;
  const begun = await qmp.execute('blockdev-mirror', {
    'job-id': jobOf(to),
    device: from,
    target: to,
    sync: 'full',
    // Each write is answered when it is in both.
    'copy-mode': 'write-blocking',
    'auto-dismiss': false,
  });
  if (begun.ok) return driverOk(null);
  await closeNode(qmp, to, signal);
  return begun;
}

/** Waits until a mirror is in one of these states. One that has failed, or is not there, never will be. */
async function whenMirror(
  qmp: QmpClient,
  node: string,
  states: readonly ('ready' | 'concluded')[],
  signal: AbortSignal,
): Promise<DriverResult> {
  const seen = await lookUntil<DriverResult>(
    async () => {
      const listed = await mirrorJobs(qmp);
      if (!listed.ok) return listed;
      const job = listed.value.find(({ id }) => id === jobOf(node));
      if (job === undefined) return notReady('nothing mirrors it');
      if (job.error !== undefined) return notReady(job.error);
      return states.some((state) => state === job.status) ? driverOk(null) : null;
    },
    limits.captureMs,
    signal,
  );
  return seen ?? driverFailed({ code: 'TimedOut', reason: 'the volume was not mirrored in time' });
}

/** Has a guest use the node that its volume is mirrored to, instead of the volume; and all of it, when it is larger. */
export async function takeMirror(qmp: QmpClient, node: string, signal: AbortSignal): Promise<DriverResult> {
  const ready = await whenMirror(qmp, node, ['ready', 'concluded'], signal);
  if (!ready.ok) return ready;
  // Of one that was told already QEMU refuses to be told again.
  await qmp.execute('job-complete', { id: jobOf(node) });
  const done = await whenMirror(qmp, node, ['concluded'], signal);
  if (!done.ok) return done;
  await qmp.execute('job-dismiss', { id: jobOf(node) });
  const bytes = await nodeBytes(qmp, fileNode(node));
  const options = [{ driver: 'raw', 'node-name': node, discard: 'unmap', file: fileNode(node) }];
  const freed = await qmp.execute('blockdev-reopen', { options });
  if (!freed.ok || bytes === null) return freed.ok ? notReady('its size is not known') : freed;
  const grown = await qmp.execute('block_resize', { 'node-name': node, size: bytes });
  return grown.ok ? driverOk(null) : grown;
}

/** Ends all mirrors, and closes what no device shows: what was mirrored to, or replaced by its mirror. */
export async function endMirrors(qmp: QmpClient, signal: AbortSignal): Promise<DriverResult> {
  const ended = await lookUntil<DriverResult>(
    async () => {
      const listed = await mirrorJobs(qmp);
      if (!listed.ok) return listed;
      for (const { id, status } of listed.value) {
        if (status === 'concluded') await qmp.execute('job-dismiss', { id });
        else await qmp.execute('block-job-cancel', { device: id, force: true });
      }
      return listed.value.length === 0 ? driverOk(null) : null;
    },
    limits.unplugMs,
    signal,
  );
  if (ended === null) return driverFailed({ code: 'TimedOut', reason: 'a mirror of a volume did not end' });
  if (!ended.ok) return ended;
  const [plugged, open] = [await pluggedVolumes(qmp), await openVolumeNodes(qmp)];
  if (!plugged.ok) return plugged;
  for (const node of open.filter((one) => !plugged.value.some((known) => known.node === one))) {
    const closed = await closeNode(qmp, node, signal);
    if (!closed.ok) return closed;
  }
  return driverOk(null);
}

/** Of a guest that is off nobody has the volume open, and the bytes are copied. */
async function copyFile(
  { qemuImg, volumesDirectory }: QemuHost,
  source: GuestVolume,
  target: GuestVolume,
  signal: AbortSignal,
): Promise<DriverResult> {
  const [from, to] = [source, target].map(({ volumeId, shared = false }) => ({
    format: shared ? 'raw' : 'qcow2',
    file: volumeFile(volumesDirectory, volumeId, shared),
  }));
  if (from === undefined || to === undefined) return driverOk(null);
  const args = ['convert', '-n', '-f', from.format, '-O', to.format, from.file, to.file];
  const bounds = { timeoutMs: limits.captureMs, memoryBytesMax: limits.captureMemoryBytesMax };
  const outcome = await runProgram(qemuImg, args, { cwd: volumesDirectory, signal, ...bounds });
  switch (outcome.how) {
    case 'ended':
      return driverOk(null);
    case 'failed':
      return notReady(outcome.message);
    case 'late':
    case 'aborted':
      return driverFailed({ code: 'TimedOut', reason: 'the volume was not copied in time' });
  }
}
