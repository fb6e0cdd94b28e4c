import * as v from 'valibot';
import type { Quiescing } from '../hypervisor.ts';
import { type DriverResult, driverOk } from '../result.ts';
import { freeze, thaw } from './guest-agent.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import type { QmpClient } from './qmp-client.ts';
import { runQmpJob } from './qmp-job.ts';
import { queryStatus } from './qmp-messages.ts';

/** A copy of a disk: how the guest is prepared for it, and what QEMU is told of it (`blockdev-backup`). */
interface DiskCopy {
  readonly quiescing: Quiescing;
  readonly args: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/**
 * Has QEMU copy a disk as it is when the job begins, with everything that the guest had to write to it where that is wanted. The
 * guest writes nothing meanwhile, for some milliseconds. One that a controller which died has left so is thawed when
 * the order is repeated. Errors: Unsupported (no agent), HypervisorFailed, OutOfResources, TimedOut, Unreachable.
 */
export async function quiescedCopy(
  host: QemuHost,
  guest: Guest,
  qmp: QmpClient,
  { quiescing, args, signal }: DiskCopy,
): Promise<DriverResult> {
  const frozen = await quiesced(host, guest, qmp, quiescing, signal);
  if (!frozen.ok) return frozen;
  // The copy is of the moment at which the job begins: from then on the guest may write.
  const melt = async (): Promise<void> => {
    const thawed = frozen.value ? await thaw(guest) : driverOk(null);
    if (thawed.ok) return;
    host.log('error', 'a guest could not be thawed: it cannot write to its disks', {
      instanceId: guest.instanceId,
      error: thawed.error,
    });
  };
  const copied = await runQmpJob(qmp, 'blockdev-backup', args, limits.captureMs, signal, melt);
  if (!copied.ok) await melt();
  return copied;
}

/** Whether the guest has everything on its disks now, and writes nothing more. A guest whose processors stand still cannot. */
async function quiesced(
  { log }: QemuHost,
  guest: Guest,
  qmp: QmpClient,
  quiescing: Quiescing,
  signal: AbortSignal,
): Promise<DriverResult<boolean>> {
  if (quiescing === 'no') return driverOk(false);
  const status = v.safeParse(
    queryStatus,
    await qmp.execute('query-status').then((told) => (told.ok ? told.value : null)),
  );
  if (!status.success || status.output.status !== 'running') return driverOk(false);
  const frozen = await freeze(guest, signal);
  if (frozen.ok) return driverOk(true);
  if (quiescing === 'required') return frozen;
  log('info', 'a guest is copied as it is: it could not be quiesced', {
    instanceId: guest.instanceId,
    error: frozen.error,
  });
  return driverOk(false);
}
