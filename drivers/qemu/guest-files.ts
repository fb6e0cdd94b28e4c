import { closeSync, constants, openSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files of one guest, all in its own directory (mode 0700). QEMU runs with that directory as its working
 * directory and knows them by these bare names, so the path of the state directory, whatever its length and
 * characters, never stands in QEMU's arguments (where a comma separates options).
 */
export const guestFile = {
  record: 'guest.json',
  root: 'disk.qcow2',
  rescue: 'rescue.qcow2',
  ephemeral: 'ephemeral.qcow2',
  swap: 'swap.qcow2',
  /** A copy of the root disk that is being made. */
  capture: 'capture.qcow2',
  configDrive: 'config.iso',
  console: 'console.log',
  /** The end of the console log as it was before the last cut. */
  consoleBefore: 'console.previous.log',
  consoleSocket: 'console',
  /** What QEMU itself says on standard error. */
  log: 'qemu.log',
  pid: 'pid',
  qmp: 'qmp',
  /** The serial port of the agent in the guest, where the guest has one. */
  agent: 'agent',
  /** A second monitor, left to administrators and tools: a QMP socket serves one client at a time. */
  qmpForTools: 'qmp-tools',
} as const;

/** Ends the names of files that are still being made; such a file is worth nothing after a crash. */
export const partSuffix = '.part';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Instance ids name directories and stand in arguments, so only a lower-case UUID is one. */
export const isInstanceId = (id: string): boolean => uuid.test(id);

/**
 * Calls `use` with a short path to a socket in a directory. The address of a UNIX socket has at most 107 bytes and a
 * state directory may be deeper; through an open descriptor of the directory the path is short whatever the depth.
 * The descriptor is closed when the outcome is there.
 */
export async function withSocketPath<T>(
  directory: string,
  socket: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await use(`/proc/self/fd/${descriptor}/${socket}`);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a file so that after a crash or a power cut it is there whole, or as it was before. Mode 0600. */
export async function writeWhole(directory: string, name: string, content: string | Uint8Array): Promise<void> {
  const part = join(directory, `${name}${partSuffix}`);
  const file = await open(part, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, join(directory, name));
  await syncPath(directory);
}

/** Brings a file, or the names in a directory, to the disk. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
