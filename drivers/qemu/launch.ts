import { spawn } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { type Accelerator, detectAccel } from './accelerator.ts';
import type { Attachment } from './attachment.ts';
import { forwardingNic, type GuestMachine, qemuArguments } from './command-line.ts';
import { configDrive } from './config-drive.ts';
import { tailOf } from './console-log.ts';
import { guestDisks, makeDisks, planDisks } from './disks.ts';
import { growDisks } from './grow-disks.ts';
import { guestFile, writeWhole } from './guest-files.ts';
import { findGuestProcess } from './guest-process.ts';
import { type GuestRecord, readGuestRecord, writeGuestRecord } from './guest-record.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { shorten } from './program.ts';
import { dropSavedMemory } from './saved-memory.ts';
import { lookUntil } from './waiting.ts';

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

/** Turns QEMU's last words into an error. The caller tells a taken port by `portTaken`. */
export function errorOfQemuLog(log: string, exit: string) {
  const reason = shorten(log) || `QEMU ended (${exit}) without a word`;
  if (log.includes('Failed to get "write" lock')) {
    return {
      portTaken: false,
      error: driverFailed({ code: 'Unreachable', reason: `another process uses the disk: ${reason}` }),
    };
  }
  if (/[Cc]annot (set up guest|allocate) memory/.test(log)) {
    return { portTaken: false, error: driverFailed({ code: 'OutOfResources', reason }) };
  }
  const portTaken = log.includes('Could not set up host forwarding rule');
  return { portTaken, error: driverFailed({ code: 'HypervisorFailed', reason: `QEMU: ${reason}` }) };
}

/**
 * Starts QEMU in a session of its own, with files for its output (a pipe would die with the controller), and waits
 * for its monitor. Aborted meanwhile, the process is left: the next order finds it.
 */
async function startProcess(host: QemuHost, guest: Guest, machine: GuestMachine, signal: AbortSignal) {
  await rm(join(guest.directory, guestFile.pid), { force: true });
  await rm(join(guest.directory, guestFile.log), { force: true });
  const log = await open(join(guest.directory, guestFile.log), 'a', 0o600);
  let exit: string | null = null;
  try {
    const child = spawn(host.qemu, qemuArguments(machine), {
      cwd: guest.directory,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    });
    child.on('error', (error) => {
      exit = error.message;
    });
    child.on('exit', (code, killedBy) => {
      exit = killedBy ?? `code ${code}`;
    });
    child.unref();
  } finally {
    await log.close();
  }
  let failure: DriverResult<Attachment> | null = null;
  const held = await lookUntil<DriverResult<Attachment> | 'exited'>(
    async () => {
      const hold = await takeHold(host, guest);
      if (!hold.ok) failure = hold;
      else if (hold.value !== null) return driverOk(hold.value);
      return exit === null ? null : 'exited';
    },
    limits.launchMs,
    signal,
  );
  if (held === 'exited') {
    const text = (await tailOf(join(guest.directory, guestFile.log), 4096)).toString('utf8');
    return errorOfQemuLog(text, exit ?? 'unknown');
  }
  if (held !== null) return { portTaken: false, error: held };
  if (signal.aborted) return { portTaken: false, error: aborted };
  return {
    portTaken: false,
    error: failure ?? driverFailed({ code: 'TimedOut', reason: 'QEMU did not answer in time' }),
  };
}

/** A process without a monitor that answers is just starting (its controller died) or hangs. Waits for the former. */
async function awaitStray(host: QemuHost, guest: Guest, signal: AbortSignal): Promise<DriverResult<Attachment | null>> {
  const found = await lookUntil(
    async () => {
      const hold = await takeHold(host, guest);
      if (hold.ok && hold.value !== null) return hold;
      return (await findGuestProcess(guest)) === null ? driverOk(null) : null;
    },
    limits.launchMs,
    signal,
  );
  return found ?? driverFailed({ code: 'Unreachable', reason: 'the process of the guest runs and does not answer' });
}

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

  const tools = { qemuImg: host.qemuImg, images: host.images, signal };
  const plans = await planDisks(guest.directory, host.guestsDirectory, spec, tools);
  if (!plans.ok) return plans;
  const before = await readGuestRecord(guest.directory);
  const accelerator = await chooseAccelerator(host, before);
  if (!accelerator.ok) return accelerator;
  const loadMemory = before?.memory === 'saved';
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
    const sshPort = forwardingNic(spec.nics) === -1 ? null : await host.ports.take(preferredPort);
    const record: GuestRecord = {
      version: 1,
      instanceId: guest.instanceId,
      accelerator: accelerator.value,
      sshPort,
      rebootOrderId: marks.rebootOrderId ?? before?.rebootOrderId ?? null,
      rebuildOrderId: marks.rebuildOrderId ?? before?.rebuildOrderId ?? null,
      memory: loadMemory ? 'loading' : 'none',
      ending: null,
    };
    await writeGuestRecord(guest.directory, record);
    if (signal.aborted) return aborted;
    const machine = {
      instanceId: guest.instanceId,
      accelerator: accelerator.value,
      vcpus: spec.vcpus,
      memoryMib: spec.memoryMib,
      disks: guestDisks(spec),
      volumes: spec.volumes ?? [],
      volumesDirectory: host.volumesDirectory,
      nics: spec.nics,
      sshPort,
      loadMemory,
    };
    const started = await startProcess(host, guest, machine, signal);
    if (started.error.ok) {
      host.log('info', 'guest started', {
        instanceId: guest.instanceId,
        processId: started.error.value.pid,
        accelerator: accelerator.value,
      });
      if (loadMemory) {
        await writeGuestRecord(guest.directory, { ...record, memory: 'none' });
        await dropSavedMemory(host, guest, started.error.value);
      }
      return started.error;
    }
    // QEMU ends before the guest runs when it cannot load the memory, so nothing of the disk has changed.
    if (loadMemory && (await findGuestProcess(guest)) === null) {
      await writeGuestRecord(guest.directory, { ...record, memory: 'saved' });
    }
    if (sshPort !== null) host.ports.release(sshPort);
    if (!started.portTaken || attempt >= limits.portAttemptsMax) return started.error;
    preferredPort = null;
  }
}
