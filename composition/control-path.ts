import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';

/** The socket's name in the state directory. */
const SOCKET_NAME = 'control.sock';

/** Longest address of a UNIX socket in bytes (sun_path, less its end): 108 on Linux, 104 on macOS and the BSDs. */
const ADDRESS_BYTES_MAX = process.platform === 'linux' ? 107 : 103;

/** A control socket that cannot be used. The message says why, and what to do. */
export class ControlRefused extends Error {
  override readonly name = 'ControlRefused';
}

/** An address to listen on or connect to; good until it is released. */
export interface ControlPath {
  /** Where the socket is. */
  readonly file: string;
  /** What the operating system is given: the file, or a shorter way to it. */
  readonly address: string;
  release(): void;
}

/**
 * The address of a state directory's control socket. A path that is longer than an address may be is reached through an
 * open descriptor of the directory, on Linux; elsewhere it is refused.
 */
export function openControlPath(stateDir: string): ControlPath {
  const file = join(stateDir, SOCKET_NAME);
  const bytes = Buffer.byteLength(file);
  if (bytes <= ADDRESS_BYTES_MAX) return { file, address: file, release: () => {} };
  if (process.platform !== 'linux') {
    throw new ControlRefused(
      `The path ${file} has ${bytes} bytes, and a socket's may have ${ADDRESS_BYTES_MAX}: name a shorter state directory.`,
    );
  }
  const descriptor = openSync(stateDir, constants.O_RDONLY | constants.O_DIRECTORY);
  return { file, address: `/proc/self/fd/${descriptor}/${SOCKET_NAME}`, release: () => closeSync(descriptor) };
}
