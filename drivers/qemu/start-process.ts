import { spawn } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { Attachment } from './attachment.ts';
import { type GuestMachine, qemuArguments } from './command-line.ts';
import { tailOf } from './console-log.ts';
import { guestFile } from './guest-files.ts';
import { findGuestProcess } from './guest-process.ts';
import { readGuestRecord } from './guest-record.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { limits } from './limits.ts';
import { shorten } from './program.ts';
import { lookUntil } from './waiting.ts';

const aborted = driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });

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
 * for its monitor, which answers when the memory that it goes on from is loaded. Aborted meanwhile, the process is left: the next order finds it.
 */
export async function startProcess(host: QemuHost, guest: Guest, machine: GuestMachine, signal: AbortSignal) {
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
    machine.loadMemory ? limits.saveMs : limits.launchMs,
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
export async function awaitStray(
  host: QemuHost,
  guest: Guest,
  signal: AbortSignal,
): Promise<DriverResult<Attachment | null>> {
  const found = await lookUntil(
    async () => {
      const hold = await takeHold(host, guest);
      if (hold.ok && hold.value !== null) return hold;
      return (await findGuestProcess(guest)) === null ? driverOk(null) : null;
    },
    (await readGuestRecord(guest.directory))?.memory === 'loading' ? limits.saveMs : limits.launchMs,
    signal,
  );
  return found ?? driverFailed({ code: 'Unreachable', reason: 'the process of the guest runs and does not answer' });
}
