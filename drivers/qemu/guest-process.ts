import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { guestFile } from './guest-files.ts';
import { limits } from './limits.ts';
import { lookUntil } from './waiting.ts';

/** A guest as a process has to show it: the uuid in its arguments, and the guest's directory as where it runs. */
export interface GuestIdentity {
  readonly instanceId: string;
  readonly directory: string;
}

/**
 * Whether a process is the QEMU of this guest. A process id alone says nothing: ids are used again. The id must stand
 * as the value of `-uuid` and the working directory must be the guest's. A zombie has no arguments, so it has ended.
 */
async function isGuestProcess(pid: number, guest: GuestIdentity): Promise<boolean> {
  try {
    const argv = (await readFile(`/proc/${pid}/cmdline`, 'latin1')).split('\0');
    if (argv[argv.indexOf('-uuid') + 1] !== guest.instanceId) return false;
    const workingDirectory = await readlink(`/proc/${pid}/cwd`);
    return workingDirectory === guest.directory || workingDirectory === `${guest.directory} (deleted)`;
  } catch {
    return false;
  }
}

/** The process id that the guest's pid file names, verified; null when no such process runs. */
export async function processOfPidFile(guest: GuestIdentity): Promise<number | null> {
  const text = await readFile(join(guest.directory, guestFile.pid), 'latin1').catch(() => '');
  const pid = /^\d{1,10}\n?$/.test(text) ? Number(text) : 0;
  return pid > 1 && (await isGuestProcess(pid, guest)) ? pid : null;
}

/**
 * The process of a guest, also one whose pid file is gone or not yet written (a controller that dies right after a
 * spawn leaves one). Looks at every process of the host, so it is for moments where a mistake would start a second one.
 */
export async function findGuestProcess(guest: GuestIdentity): Promise<number | null> {
  const named = await processOfPidFile(guest);
  if (named !== null) return named;
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await isGuestProcess(Number(entry), guest))) return Number(entry);
  }
  return null;
}

/** Waits for the end of a guest's process. False when it still runs after the limit. */
export const processEnds = async (pid: number, guest: GuestIdentity, limitMs: number): Promise<boolean> =>
  (await lookUntil(async () => ((await isGuestProcess(pid, guest)) ? null : true), limitMs)) ?? false;

/** Kills the process, if it is still this guest's, and waits for its end. False when it did not end in time. */
export async function killGuestProcess(pid: number, guest: GuestIdentity): Promise<boolean> {
  if (!(await isGuestProcess(pid, guest))) return true;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended between the look and the kill, or belongs to another user: the wait below tells which.
  }
  return processEnds(pid, guest, limits.processEndMs);
}
