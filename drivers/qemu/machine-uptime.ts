import { readFile } from 'node:fs/promises';
import { loadavg, uptime } from 'node:os';
import type { HostUptime } from '../hypervisor.ts';

/** Who is logged in: records of utmp(5), as glibc writes them on x86_64. */
const USERS_FILE = '/run/utmp';
const RECORD_BYTES = 384;
/** `ut_type` of a record, its first two bytes, of one that is logged in. */
const USER_PROCESS = 7;

/** How many are logged in by a file of utmp. What is left of a record at the end counts for nothing. */
export function usersIn(records: Buffer): number {
  let users = 0;
  for (let at = 0; at + RECORD_BYTES <= records.length; at += RECORD_BYTES)
    if (records.readInt16LE(at) === USER_PROCESS) users++;
  return users;
}

/** How long this machine has been up, and how busy it is. Without a file of users nobody is logged in. */
export async function machineUptime(): Promise<HostUptime> {
  const users = await readFile(USERS_FILE).then(usersIn, () => 0);
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return { upMs: Math.round(uptime() * 1000), users, loadAverages: [one, five, fifteen] };
}
