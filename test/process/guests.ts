import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** The process ids of the guests of a state directory, by the id of their instance. QEMU runs in its guest's directory. */
export async function guestProcesses(stateDir: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!workingDirectory(entry).startsWith(`${stateDir}/`)) continue;
    const argv = (await readFile(`/proc/${entry}/cmdline`, 'latin1').catch(() => '')).split('\0');
    const uuid = argv.indexOf('-uuid');
    const id = uuid === -1 ? undefined : argv[uuid + 1];
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), Number(entry)]);
  }
  return found;
}

function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

const names = (directory: string): readonly string[] => (existsSync(directory) ? readdirSync(directory) : []);

/** What guests have left in a state directory: names in `qemu/guests`. */
export const guestDirectories = (stateDir: string): readonly string[] => names(join(stateDir, 'qemu', 'guests'));

/** The hosts on which there is something of a guest, by its id. */
export function guestHosts(stateDir: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const others = names(join(stateDir, 'qemu', 'hosts'));
  for (const host of [hostname(), ...others]) {
    const directory = host === hostname() ? join(stateDir, 'qemu') : join(stateDir, 'qemu', 'hosts', host);
    for (const id of names(join(directory, 'guests'))) found.set(id, [...(found.get(id) ?? []), host]);
  }
  return found;
}

/** Kills every guest of a state directory; for `after` hooks. */
export async function endGuests(stateDir: string): Promise<void> {
  for (const pids of (await guestProcesses(stateDir)).values()) {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  }
}
