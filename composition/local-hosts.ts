import { existsSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** The names of hosts of this machine: the first one has the machine's, the others a number behind it. */
export const localHosts = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => (index === 0 ? hostname() : `${hostname()}-${index + 1}`));

/** Where the directories of all hosts but the first one are. */
const othersOf = (stateDir: string): string => join(stateDir, 'qemu', 'hosts');

/** The directory of a host of this machine. That of the first one is where it was before there were others. */
export const localDirectory = (stateDir: string, host: string): string =>
  host === hostname() ? join(stateDir, 'qemu') : join(othersOf(stateDir), host);

/** The directories of all hosts that there have been here. */
export function localDirectories(stateDir: string): readonly string[] {
  const others = existsSync(othersOf(stateDir)) ? readdirSync(othersOf(stateDir)).sort() : [];
  return [join(stateDir, 'qemu'), ...others.map((host) => join(othersOf(stateDir), host))];
}
