import { type DriverResult, driverFailed } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { MEMORY_TAG } from './command-line.ts';
import { readGuestRecord, writeGuestRecord } from './guest-record.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { runQmpJob } from './qmp-job.ts';
import { isSharedNode, openNodes, writableVolumes } from './volume-nodes.ts';
import { neverAborted } from './waiting.ts';

// The memory of a suspended guest is an internal snapshot of its disks (qcow2), all taken at one moment. What says whether it
// may be loaded is the guest's record, not the snapshot: one that is left over only takes up room, until the next process removes it.

/** The nodes that a snapshot must have: every disk that the guest can write to. Files may be there of disks that it has lost. */
async function writableNodes({ qmp }: Attachment): Promise<readonly string[]> {
  const open = await openNodes(qmp);
  const own = ['root', 'ephemeral', 'swap'].filter((node) => open.includes(node));
  return [...own, ...(await writableVolumes(qmp))];
}

/** QMP `snapshot-save`. One that is left over from before is replaced. Errors: HypervisorFailed, OutOfResources, TimedOut, Unreachable. */
export async function saveMemory(attachment: Attachment, signal: AbortSignal): Promise<DriverResult> {
  const devices = await writableNodes(attachment);
  const [vmstate = 'root'] = devices;
  if (devices.some(isSharedNode)) {
    const reason = 'a guest cannot be suspended with a volume that others may have, too';
    return driverFailed({ code: 'HypervisorFailed', reason });
  }
  const deleted = await runQmpJob(
    attachment.qmp,
    'snapshot-delete',
    { tag: MEMORY_TAG, devices },
    limits.saveMs,
    signal,
  );
  if (!deleted.ok) return deleted;
  const args = { tag: MEMORY_TAG, vmstate, devices };
  return runQmpJob(attachment.qmp, 'snapshot-save', args, limits.saveMs, signal);
}

/** Removes the snapshot of a guest that goes on. That it cannot be removed takes only room; false then. */
export async function dropSavedMemory(host: QemuHost, guest: Guest, attachment: Attachment): Promise<boolean> {
  const devices = (await writableNodes(attachment)).filter((node) => !isSharedNode(node));
  const args = { tag: MEMORY_TAG, devices };
  const deleted = await runQmpJob(attachment.qmp, 'snapshot-delete', args, limits.saveMs, neverAborted);
  if (!deleted.ok) {
    host.log('warn', 'the saved memory could not be removed', { instanceId: guest.instanceId, error: deleted.error });
  }
  return deleted.ok;
}

/** Takes care that the memory is never loaded again. The next process of the guest removes it. */
export async function forgetSavedMemory(guest: Guest): Promise<void> {
  const record = await readGuestRecord(guest.directory);
  if (record !== null && record.memory !== 'none') {
    await writeGuestRecord(guest.directory, { ...record, memory: 'none', hasOldMemory: true });
  }
}
