import { rm } from 'node:fs/promises';
import type { Quiescing } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { heldVolume } from './held-volume.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { runProgram } from './program.ts';
import { endQmpJobs } from './qmp-job.ts';
import { quiescedCopy } from './quiesced-copy.ts';
import { isSharedNode, nodeBytes } from './volume-nodes.ts';
import { neverAborted } from './waiting.ts';

const TARGET = 'volume-copy';

/** See Hypervisor.copyVolume. */
export async function copyVolume(
  host: QemuHost,
  guest: Guest,
  volumeId: string,
  path: string,
  quiescing: Quiescing,
  signal: AbortSignal,
): Promise<DriverResult<boolean>> {
  const held = await heldVolume(host, guest, volumeId);
  if (!held.ok) return held;
  if (held.value === null) return driverOk(false);
  const { qmp, node } = held.value;
  // QEMU copies nothing that others may write to meanwhile: of that no moment can be had, and its file is read as it is.
  if (isSharedNode(node)) return driverOk(false);
  const bytes = await nodeBytes(qmp, node);
  if (bytes === null) return driverFailed({ code: 'HypervisorFailed', reason: 'the size of the volume is not known' });
  await endQmpJobs(qmp, 'backup', limits.qmpCommandMs, signal);
  await qmp.execute('blockdev-del', { 'node-name': TARGET });
  const create = ['create', '-q', '-f', 'qcow2', path, String(bytes)];
  const made = await runProgram(host.qemuImg, create, { cwd: host.guestsDirectory, signal });
  if (made.how !== 'ended') return driverFailed({ code: 'HypervisorFailed', reason: 'qemu-img create failed' });
  const added = await qmp.execute('blockdev-add', {
    driver: 'qcow2',
    'node-name': TARGET,
    discard: 'unmap',
    'detect-zeroes': 'unmap',
    file: { driver: 'file', filename: path },
  });
  if (!added.ok) return added;
  const args = { device: node, target: TARGET, sync: 'full', 'auto-dismiss': false };
  const copied = await quiescedCopy(host, guest, qmp, { quiescing, args, signal });
  // A job that was given up may take a moment to end; as long as it has not, the file stays open, and takes room without a name.
  await endQmpJobs(qmp, 'backup', limits.qmpCommandMs, neverAborted);
  const closed = await qmp.execute('blockdev-del', { 'node-name': TARGET });
  if (copied.ok && closed.ok) return driverOk(true);
  await rm(path, { force: true });
  return copied.ok ? driverFailed({ code: 'HypervisorFailed', reason: 'the copy could not be closed' }) : copied;
}
