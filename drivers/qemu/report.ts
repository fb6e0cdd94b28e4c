import { existsSync } from 'node:fs';
import type { GuestReport } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { endingByTraces } from './attachment.ts';
import { processOfPidFile } from './guest-process.ts';
import { readGuestRecord } from './guest-record.ts';
import { takeHold } from './hold.ts';
import { type Guest, inTurn, type QemuHost, runningReport } from './host.ts';
import { limits } from './limits.ts';
import { waitAtMost } from './waiting.ts';

/**
 * A guest as it is. A process that does not answer is reported as running: that much is certain. A directory without
 * a record is a guest that was never finished, and stopped. Nobody waits for an order that takes long, nor for a process
 * that hangs: then what its files and processes show is told, since of all guests of the host nothing would be known
 * otherwise. Errors: GuestNotFound.
 */
export async function reportGuest(host: QemuHost, guest: Guest): Promise<DriverResult<GuestReport>> {
  const waited = await waitAtMost(reportHeld(host, guest), limits.reportMs);
  if (waited.how === 'done') return waited.value;
  if (guest.attachment !== null) return driverOk(runningReport(guest, 'running', guest.attachment.pid));
  return existsSync(guest.directory) ? reportByTraces(guest) : notFound(guest);
}

const notFound = ({ instanceId }: Guest) => driverFailed({ code: 'GuestNotFound', instanceId });

/** Asks the guest's process, when there is one: by the monitor that is held, or else in the guest's turn. */
async function reportHeld(host: QemuHost, guest: Guest): Promise<DriverResult<GuestReport>> {
  const held = guest.attachment;
  const power = await held?.power();
  if (held !== null && power?.ok === true) return driverOk(runningReport(guest, power.value, held.pid));

  if (!existsSync(guest.directory)) return notFound(guest);
  return inTurn(guest, async () => {
    if (!existsSync(guest.directory)) return notFound(guest);
    const hold = await takeHold(host, guest);
    if (!hold.ok || hold.value === null) return reportByTraces(guest);
    const now = await hold.value.power();
    return driverOk(runningReport(guest, now.ok ? now.value : 'running', hold.value.pid));
  });
}

/** What can be said of a guest without asking its process. */
async function reportByTraces(guest: Guest): Promise<DriverResult<GuestReport>> {
  const pid = await processOfPidFile(guest);
  if (pid !== null) return driverOk(runningReport(guest, 'running', pid));
  const record = await readGuestRecord(guest.directory);
  if (record?.memory === 'saved') {
    return driverOk({ instanceId: guest.instanceId, power: 'suspended', processId: null, access: [] });
  }
  const ending = record === null ? null : (record.ending ?? (await endingByTraces(guest)));
  return driverOk({ instanceId: guest.instanceId, power: ending?.power ?? 'stopped', processId: null, access: [] });
}
