import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { CapturedRoot, Quiescing } from '../hypervisor.ts';
import type { ImageIntake } from '../images.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { guestFile } from './guest-files.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { intakeOfFile } from './intake-file.ts';
import { limits } from './limits.ts';
import { type ProgramOutcome, runProgram } from './program.ts';
import type { QmpClient } from './qmp-client.ts';
import { endQmpJobs } from './qmp-job.ts';
import { quiescedCopy } from './quiesced-copy.ts';
import { neverAborted } from './waiting.ts';

/** The name of the node that a copy is written to. */
const TARGET = 'capture';

/**
 * See Hypervisor.captureRoot. While QEMU has the disk open, QEMU copies it: all of it as it was at the job's beginning, the
 * backing image included. Else qemu-img does. A copy that a crash left over is made anew.
 */
export async function captureRoot(
  host: QemuHost,
  guest: Guest,
  intake: ImageIntake,
  quiescing: Quiescing,
  signal: AbortSignal,
): Promise<DriverResult<CapturedRoot>> {
  if (!existsSync(join(guest.directory, guestFile.root)))
    return driverFailed({ code: 'GuestNotFound', instanceId: guest.instanceId });
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  const copy = join(guest.directory, guestFile.capture);
  const qmp = hold.value?.qmp ?? null;
  try {
    const copied =
      qmp === null ? await convert(host, guest, signal) : await backUp(host, guest, qmp, quiescing, signal);
    if (!copied.ok) return copied;
    return await intakeOfFile(intake, copy, 'qcow2', signal);
  } finally {
    await rm(copy, { force: true });
  }
}

/** Copies a disk that no process has open. The snapshot with a suspended guest's memory stays behind. */
async function convert(host: QemuHost, guest: Guest, signal: AbortSignal): Promise<DriverResult> {
  const args = ['convert', '-f', 'qcow2', '-O', 'qcow2', guestFile.root, guestFile.capture];
  const options = {
    cwd: guest.directory,
    signal,
    timeoutMs: limits.captureMs,
    memoryBytesMax: limits.captureMemoryBytesMax,
  };
  return ended('convert', await runProgram(host.qemuImg, args, options));
}

/** Has QEMU copy the disk of a guest that runs or is paused. Errors leave nothing of the job in QEMU. */
async function backUp(
  host: QemuHost,
  guest: Guest,
  qmp: QmpClient,
  quiescing: Quiescing,
  signal: AbortSignal,
): Promise<DriverResult> {
  await forget(qmp, signal);
  await rm(join(guest.directory, guestFile.capture), { force: true });
  const bytes = await rootBytes(host, guest, signal);
  if (!bytes.ok) return bytes;
  const create = ['create', '-q', '-f', 'qcow2', guestFile.capture, String(bytes.value)];
  const made = ended('create', await runProgram(host.qemuImg, create, { cwd: guest.directory, signal }));
  if (!made.ok) return made;
  const added = await qmp.execute('blockdev-add', {
    driver: 'qcow2',
    'node-name': TARGET,
    discard: 'unmap',
    'detect-zeroes': 'unmap',
    file: { driver: 'file', filename: guestFile.capture },
  });
  if (!added.ok) return added;
  const args = { device: 'root', target: TARGET, sync: 'full', 'auto-dismiss': false };
  const copied = await quiescedCopy(host, guest, qmp, { quiescing, args, signal });
  // Closed before it is read, so that all of it is in the file.
  const closed = await forget(qmp, neverAborted);
  return copied.ok ? closed : copied;
}

/** Ends jobs that copy, also of a controller that died, and takes the target away. */
async function forget(qmp: QmpClient, signal: AbortSignal): Promise<DriverResult> {
  await endQmpJobs(qmp, 'backup', limits.qmpCommandMs, signal);
  const removed = await qmp.execute('blockdev-del', { 'node-name': TARGET });
  return removed.ok ? driverOk(null) : removed;
}

const diskInfo = v.object({ 'virtual-size': v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });

/** The size of the root disk as the guest sees it. */
async function rootBytes(host: QemuHost, guest: Guest, signal: AbortSignal): Promise<DriverResult<number>> {
  const args = ['info', '--output=json', '-U', '-f', 'qcow2', guestFile.root];
  const outcome = await runProgram(host.qemuImg, args, { cwd: guest.directory, signal });
  if (outcome.how !== 'ended') {
    const failed = ended('info', outcome);
    return failed.ok ? driverFailed({ code: 'HypervisorFailed', reason: 'qemu-img info' }) : failed;
  }
  const info = v.safeParse(v.pipe(v.string(), v.parseJson(), diskInfo), outcome.output);
  return info.success
    ? driverOk(info.output['virtual-size'])
    : driverFailed({ code: 'HypervisorFailed', reason: 'qemu-img info: not an answer' });
}

function ended(command: string, outcome: ProgramOutcome): DriverResult {
  switch (outcome.how) {
    case 'ended':
      return driverOk(null);
    case 'aborted':
      return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
    case 'late':
      return driverFailed({ code: 'TimedOut', reason: `qemu-img ${command} took too long` });
    case 'failed': {
      const code = outcome.message.includes('No space left') ? 'OutOfResources' : 'HypervisorFailed';
      return driverFailed({ code, reason: `qemu-img ${command}: ${outcome.message}` });
    }
  }
}
