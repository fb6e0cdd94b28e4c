import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { ExportedGuest, GuestSpec, Order } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { discardArrival } from './arrival.ts';
import { copyFileInto } from './copy-file.ts';
import { guestFile } from './guest-files.ts';
import { findGuestProcess } from './guest-process.ts';
import { type GuestRecord, readGuestRecord, writeGuestRecord } from './guest-record.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { refusal } from './refusal.ts';

/** What another host needs to know: where the guest's files are. Both hosts see the same files. */
const DRIVER = 'qemu';

const lies = driverFailed({ code: 'Unreachable', reason: 'the guest does not lie where this host can read it' });

/** See Hypervisor.exportGuest. */
export async function exportGuest(host: QemuHost, guest: Guest): Promise<DriverResult<ExportedGuest>> {
  if (!existsSync(guest.directory)) return driverFailed({ code: 'GuestNotFound', instanceId: guest.instanceId });
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  if (hold.value !== null || (await findGuestProcess(guest)) !== null) {
    return driverFailed({ code: 'HypervisorFailed', reason: 'the guest runs' });
  }
  return driverOk({ driver: DRIVER, facts: { directory: guest.directory } });
}

/**
 * Files that go along. Disks stand on the contents of the image store, which both hosts read; a rescue disk and the swap disk
 * are worth nothing once the guest is off, and the config drive is made at each start.
 */
const FILES = [guestFile.root, guestFile.ephemeral, guestFile.consoleBefore, guestFile.console];

/**
 * See Hypervisor.ensureImported. The record is written last: without one, a repeated order copies everything again. What an
 * earlier move has left here is out of date, and makes room for what the guest has now.
 */
export async function importGuest(
  host: QemuHost,
  guest: Guest,
  { orderId, signal }: Pick<Order, 'orderId' | 'signal'>,
  spec: GuestSpec,
  exported: ExportedGuest,
): Promise<DriverResult> {
  const { directory } = exported.facts;
  if (exported.driver !== DRIVER || typeof directory !== 'string') {
    return driverFailed({ code: 'Unsupported', capability: `guests of ${exported.driver}` });
  }
  const here = await readGuestRecord(guest.directory);
  if (here?.importOrderId === orderId || (here !== null && directory === guest.directory)) return driverOk(null);
  const refused = refusal(host, spec);
  if (!refused.ok) return refused;
  if (!isAbsolute(directory)) return lies;
  const there = await readGuestRecord(directory);
  if (there === null || there.instanceId !== guest.instanceId) return lies;
  const discarded = here === null ? driverOk(null) : await discardLeft(host, guest, here);
  if (!discarded.ok) return discarded;
  // The memory of a suspended guest is on its disks: then they all go along, as they are.
  const isSaved = there.memory === 'saved';
  await mkdir(guest.directory, { recursive: true, mode: 0o700 });
  for (const file of isSaved ? [...FILES, guestFile.swap, guestFile.configDrive] : FILES) {
    if (!existsSync(join(directory, file))) continue;
    const copied = await copyFileInto(join(directory, file), guest.directory, file, signal);
    if (!copied.ok) return copied;
  }
  const record: GuestRecord = {
    ...there,
    // Two hosts of one machine cannot forward the same port.
    sshPort: null,
    rebootOrderId: null,
    rebuildOrderId: null,
    importOrderId: orderId,
    ending: { power: 'stopped', reason: 'brought here from another host' },
  };
  await writeGuestRecord(guest.directory, record);
  return driverOk(null);
}

/** Removes what is here of a guest that is elsewhere. A process that runs without being on its way here is nobody's to end. */
async function discardLeft(host: QemuHost, guest: Guest, { arrival }: GuestRecord): Promise<DriverResult> {
  const isArriving = arrival?.state === 'arriving';
  if (!isArriving && (await findGuestProcess(guest)) !== null) {
    return driverFailed({ code: 'HypervisorFailed', reason: 'the guest runs on the host that it is to go to' });
  }
  return discardArrival(host, guest);
}
