import { mkdir } from 'node:fs/promises';
import type { GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { type Accelerator, detectAccel } from './accelerator.ts';
import type { Attachment } from './attachment.ts';
import { CARD_PORTS, type Card, placeCards } from './cards.ts';
import { forwardingNic } from './command-line.ts';
import { configDrive } from './config-drive.ts';
import { guestDisks, makeDisks, planDisks } from './disks.ts';
import { dropOtherSwap, growDisks } from './grow-disks.ts';
import { guestFile, writeWhole } from './guest-files.ts';
import { findGuestProcess } from './guest-process.ts';
import { type GuestRecord, readGuestRecord, writeGuestRecord } from './guest-record.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { dropSavedMemory } from './saved-memory.ts';
import { awaitStray, startProcess } from './start-process.ts';

const aborted = driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });

async function chooseAccelerator(host: QemuHost, record: GuestRecord | null): Promise<DriverResult<Accelerator>> {
  if (host.accel !== 'auto') return driverOk(host.accel);
  const here = host.kvmBroken ? 'tcg' : await detectAccel();
  if (record?.accelerator === 'kvm' && here !== 'kvm') {
    return driverFailed({
      code: 'HypervisorFailed',
      reason: 'the guest was made for KVM, which does not work on this host',
    });
  }
  return driverOk(record?.accelerator ?? here);
}

/** Where the cards of a guest have been, so that it finds them there again. Without ports they had no places of their own. */
const placesBefore = (record: GuestRecord | null): readonly Card[] =>
  record !== null && record.cardPorts > 0 ? (record.nics ?? []) : [];

/** What a start is the second half of: the order is written down, so that repeated it only makes sure of the start. */
export interface StartMarks {
  readonly rebootOrderId?: string;
  readonly rebuildOrderId?: string;
}

/**
 * Makes what is missing of a guest and starts its process. The record is written before the start, so that a crash at
 * any point leaves something that the same order completes. A suspended guest goes on, unless the start is the second
 * half of something that ended it. Errors: as `ensureRunning`.
 */
export async function launch(
  host: QemuHost,
  guest: Guest,
  spec: GuestSpec,
  signal: AbortSignal,
  marks: StartMarks,
): Promise<DriverResult<Attachment>> {
  const stray = await awaitStray(host, guest, signal);
  if (!stray.ok) return stray;
  if (stray.value !== null) return driverOk(stray.value);

  const before = await readGuestRecord(guest.directory);
  const accelerator = await chooseAccelerator(host, before);
  if (!accelerator.ok) return accelerator;
  const loadMemory = before?.memory === 'saved';
  if (!loadMemory) await dropOtherSwap(guest.directory, spec);
  const tools = { qemuImg: host.qemuImg, images: host.images, signal };
  const plans = await planDisks(guest.directory, host.guestsDirectory, spec, tools);
  if (!plans.ok) return plans;
  // Once it is loaded, or is not to be.
  const hasOldMemory = before !== null && (before.memory !== 'none' || before.hasOldMemory);
  // Memory that is loaded knows the devices that it was saved with.
  const cardPorts = loadMemory ? before.cardPorts : CARD_PORTS;
  const nics = (loadMemory ? before.nics : null) ?? placeCards(spec.nics, placesBefore(before));
  const drive = configDrive(spec.metadata, new Date());
  if (!drive.ok) return drive;

  if (signal.aborted) return aborted;
  await mkdir(guest.directory, { recursive: true, mode: 0o700 });
  const made = await makeDisks(guest.directory, plans.value, tools);
  if (!made.ok) return made;
  if (!loadMemory) {
    const grown = await growDisks(guest.directory, spec, tools);
    if (!grown.ok) return grown;
  }
  // A guest that goes on has its config drive in use: it must be the same bytes.
  if (!loadMemory) await writeWhole(guest.directory, guestFile.configDrive, drive.value);

  let preferredPort = before?.sshPort ?? null;
  for (let attempt = 1; ; attempt += 1) {
    const sshPort = forwardingNic(nics) === -1 ? null : await host.ports.take(preferredPort);
    const record: GuestRecord = {
      version: 1,
      instanceId: guest.instanceId,
      accelerator: accelerator.value,
      sshPort,
      rebootOrderId: marks.rebootOrderId ?? before?.rebootOrderId ?? null,
      rebuildOrderId: marks.rebuildOrderId ?? before?.rebuildOrderId ?? null,
      importOrderId: before?.importOrderId ?? null,
      memory: loadMemory ? 'loading' : 'none',
      machineType: loadMemory ? before.machineType : null,
      hasOldMemory,
      nics,
      cardPorts,
      arrival: null,
      ending: null,
    };
    let isStarted = false;
    try {
      await writeGuestRecord(guest.directory, record);
      if (signal.aborted) {
        if (loadMemory) await writeGuestRecord(guest.directory, { ...record, memory: 'saved' });
        return aborted;
      }
      const machine = {
        instanceId: guest.instanceId,
        accelerator: accelerator.value,
        vcpus: spec.vcpus,
        memoryMib: spec.memoryMib,
        disks: guestDisks(spec),
        volumes: spec.volumes ?? [],
        volumesDirectory: host.volumesDirectory,
        guestAgent: spec.guestAgent === true,
        nics,
        cardPorts,
        sshPort,
        loadMemory,
        machineType: record.machineType,
        arrives: false,
      };
      const started = await startProcess(host, guest, machine, signal);
      if (started.error.ok) {
        isStarted = true;
        host.log('info', 'guest started', {
          instanceId: guest.instanceId,
          processId: started.error.value.pid,
          accelerator: accelerator.value,
        });
        if (loadMemory) await writeGuestRecord(guest.directory, { ...record, memory: 'none' });
        if (hasOldMemory && (await dropSavedMemory(host, guest, started.error.value))) {
          await writeGuestRecord(guest.directory, { ...record, memory: 'none', hasOldMemory: false });
        }
        return started.error;
      }
      // QEMU ends before the guest runs when it cannot load the memory, so nothing of the disk has changed.
      if (loadMemory && (await findGuestProcess(guest)) === null) {
        await writeGuestRecord(guest.directory, { ...record, memory: 'saved' });
      }
      if (!started.portTaken || attempt >= limits.portAttemptsMax) return started.error;
    } finally {
      if (sshPort !== null && !isStarted) host.ports.release(sshPort);
    }
    preferredPort = null;
  }
}
