import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { presentCards } from './cards.ts';
import { endAttached } from './end-process.ts';
import { guestFile } from './guest-files.ts';
import { readGuestRecord, writeGuestRecord } from './guest-record.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { machineTypeOf } from './run-state.ts';
import { dropSavedMemory, saveMemory } from './saved-memory.ts';
import { neverAborted } from './waiting.ts';

/** A guest whose processors can be stopped: held, and running or paused already. */
interface Live {
  readonly attachment: Attachment;
  readonly running: boolean;
}

const notRunning = driverFailed({ code: 'HypervisorFailed', reason: 'the guest does not run' });

async function liveGuest(host: QemuHost, guest: Guest): Promise<DriverResult<Live>> {
  if (!existsSync(guest.directory)) return driverFailed({ code: 'GuestNotFound', instanceId: guest.instanceId });
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  if (hold.value === null) return notRunning;
  const power = await hold.value.power();
  if (!power.ok) return power;
  if (power.value !== 'running' && power.value !== 'paused') return notRunning;
  return driverOk({ attachment: hold.value, running: power.value === 'running' });
}

/** Stops the processors without an event of it (QMP `stop`). */
async function halt(attachment: Attachment): Promise<DriverResult> {
  attachment.expectEnd(true);
  const stopped = await attachment.qmp.execute('stop');
  attachment.expectEnd(false);
  return stopped.ok ? driverOk(null) : stopped;
}

/** See Hypervisor.ensurePaused. */
export async function pauseGuest(host: QemuHost, guest: Guest): Promise<DriverResult> {
  const live = await liveGuest(host, guest);
  if (!live.ok) return live;
  return live.value.running ? halt(live.value.attachment) : driverOk(null);
}

/**
 * See Hypervisor.ensureSuspended. The memory goes into a snapshot while the processors stand still; only when the
 * record says so may the process end. A guest whose memory cannot be saved goes on.
 */
export async function suspendGuest(host: QemuHost, guest: Guest, signal: AbortSignal): Promise<DriverResult> {
  const live = await liveGuest(host, guest);
  if (!live.ok) {
    const isSaved = (await readGuestRecord(guest.directory))?.memory === 'saved';
    return isSaved && live === notRunning ? driverOk(null) : live;
  }
  const { attachment, running } = live.value;
  const stopped = running ? await halt(attachment) : driverOk(null);
  if (!stopped.ok) return stopped;
  const saved = await saveMemory(attachment, signal);
  const record = await readGuestRecord(guest.directory);
  // What goes on later must have the devices that it was saved with, in a machine of the same type.
  const cards = await presentCards(attachment.qmp, record?.nics ?? []);
  const machineType = await machineTypeOf(attachment.qmp);
  if (!saved.ok || record === null || !cards.ok || !machineType.ok) {
    if (running) await attachment.qmp.execute('cont');
    if (!saved.ok) return saved;
    if (!machineType.ok) return machineType;
    return cards.ok ? driverFailed({ code: 'HypervisorFailed', reason: 'the record of the guest is gone' }) : cards;
  }
  const ending = { power: 'stopped', reason: 'suspended by order' } as const;
  const nics = record.nics === null ? null : cards.value;
  try {
    await writeGuestRecord(guest.directory, {
      ...record,
      nics,
      memory: 'saved',
      machineType: machineType.value,
      ending,
    });
  } catch (error) {
    // The memory itself may have filled the disk.
    await dropSavedMemory(host, guest, attachment);
    if (running) await attachment.qmp.execute('cont');
    throw error;
  }
  // Not to be aborted any more: a guest that is saved and runs would be neither.
  const ended = await endAttached(attachment, guest, 0, neverAborted);
  if (!ended.ok) return ended;
  await rm(join(guest.directory, guestFile.pid), { force: true });
  return driverOk(null);
}

/** See Hypervisor.triggerCrashDump. */
export async function interruptGuest(host: QemuHost, guest: Guest): Promise<DriverResult> {
  const live = await liveGuest(host, guest);
  if (!live.ok) return live;
  const told = await live.value.attachment.qmp.execute('inject-nmi');
  return told.ok ? driverOk(null) : told;
}
