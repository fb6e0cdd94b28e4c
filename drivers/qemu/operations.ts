import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestReport, GuestSpec, Order } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { discardArrival } from './arrival.ts';
import { planRoot } from './disks.ts';
import { endAttached, endProcess } from './end-process.ts';
import { guestFile } from './guest-files.ts';
import { readGuestRecord, writeGuestRecord } from './guest-record.ts';
import { takeHold } from './hold.ts';
import { type Guest, type QemuHost, runningReport } from './host.ts';
import { launch, type StartMarks } from './launch.ts';
import { refusal } from './refusal.ts';
import { forgetSavedMemory } from './saved-memory.ts';

// Each operation runs in the guest's turn (host.ts), so nothing else acts on the guest meanwhile.

/** See Hypervisor.ensureRunning. */
export async function run(
  host: QemuHost,
  guest: Guest,
  spec: GuestSpec,
  signal: AbortSignal,
  marks: StartMarks = {},
): Promise<DriverResult<GuestReport>> {
  const refused = refusal(host, spec);
  if (!refused.ok) return refused;
  const isHalf = (await readGuestRecord(guest.directory))?.arrival?.state === 'arriving';
  const discarded = isHalf ? await discardArrival(host, guest) : driverOk(null);
  if (!discarded.ok) return discarded;
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  if (hold.value !== null) {
    const power = await hold.value.power();
    if (!power.ok) return power;
    // What was saved of a guest that runs on is out of date: loaded later, it would take the disk back in time.
    await forgetSavedMemory(guest);
    if (power.value === 'running') return driverOk(runningReport(guest, 'running', hold.value.pid));
    if (power.value === 'paused') {
      const resumed = await hold.value.qmp.execute('cont');
      return resumed.ok ? driverOk(runningReport(guest, 'running', hold.value.pid)) : resumed;
    }
    const ended = await endAttached(hold.value, guest, 0, signal);
    if (!ended.ok) return ended;
  }
  const launched = await launch(host, guest, spec, signal, marks);
  return launched.ok ? driverOk(runningReport(guest, 'running', launched.value.pid)) : launched;
}

/** See Hypervisor.ensureStopped. */
export async function stop(host: QemuHost, guest: Guest, graceMs: number, signal: AbortSignal): Promise<DriverResult> {
  if (!existsSync(guest.directory)) return driverFailed({ code: 'GuestNotFound', instanceId: guest.instanceId });
  const ended = await endProcess(host, guest, graceMs, signal);
  if (!ended.ok) return ended;
  await forgetSavedMemory(guest);
  const record = await readGuestRecord(guest.directory);
  if (record !== null && record.ending?.reason !== 'stopped by order') {
    await writeGuestRecord(guest.directory, { ...record, ending: { power: 'stopped', reason: 'stopped by order' } });
  }
  await rm(join(guest.directory, guestFile.pid), { force: true });
  return driverOk(null);
}

/**
 * See Hypervisor.ensureRebooted. The order's id is written down between the end of the old process and the start of
 * the new one: found there, the reboot has happened, and only the start may be missing.
 */
export async function reboot(
  host: QemuHost,
  guest: Guest,
  order: Order,
  spec: GuestSpec,
  graceMs: number,
  signal: AbortSignal,
): Promise<DriverResult<GuestReport>> {
  const refused = refusal(host, spec);
  if (!refused.ok) return refused;
  const record = await readGuestRecord(guest.directory);
  if (record?.rebootOrderId !== order.orderId && existsSync(guest.directory)) {
    const ended = await endProcess(host, guest, graceMs, signal);
    if (!ended.ok) return ended;
    await forgetSavedMemory(guest);
    // Each rescue starts from the image again, and none is left over after the last.
    await rm(join(guest.directory, guestFile.rescue), { force: true });
  }
  return run(host, guest, spec, signal, { rebootOrderId: order.orderId });
}

/** See Hypervisor.ensureRebuilt. The image is checked before anything of the guest is touched. */
export async function rebuild(
  host: QemuHost,
  guest: Guest,
  order: Order,
  spec: GuestSpec,
  preserveEphemeral: boolean,
  signal: AbortSignal,
): Promise<DriverResult<GuestReport>> {
  const refused = refusal(host, spec);
  if (!refused.ok) return refused;
  const record = await readGuestRecord(guest.directory);
  if (record?.rebuildOrderId !== order.orderId && existsSync(guest.directory)) {
    const tools = { qemuImg: host.qemuImg, images: host.images, signal };
    const usable = await planRoot(host.guestsDirectory, spec, tools);
    if (!usable.ok) return usable;
    const ended = await endProcess(host, guest, 0, signal);
    if (!ended.ok) return ended;
    await forgetSavedMemory(guest);
    const made: string[] = [guestFile.root, guestFile.rescue];
    if (!preserveEphemeral) made.push(guestFile.ephemeral, guestFile.swap);
    for (const file of made) await rm(join(guest.directory, file), { force: true });
  }
  return run(host, guest, spec, signal, { rebuildOrderId: order.orderId });
}

/** See Hypervisor.ensureAbsent. */
export async function remove(host: QemuHost, guest: Guest, signal: AbortSignal): Promise<DriverResult> {
  const ended = await endProcess(host, guest, 0, signal);
  if (!ended.ok) return ended;
  try {
    await rm(guest.directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch (error) {
    return driverFailed({
      code: 'Unreachable',
      reason: `the files of the guest could not be removed: ${String(error)}`,
    });
  }
  return driverOk(null);
}
