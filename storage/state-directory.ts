import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryHeld, holdDirectory } from './directory-lock.ts';
import { flush } from './durable-files.ts';

/** Why a state directory cannot be used. The message says what to do about it. */
export class StateDirectoryRefused extends Error {
  override readonly name = 'StateDirectoryRefused';
}

/** A state directory that belongs to this process until `release`. */
export interface StateDirectory {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes a state directory (mode 0700) or takes the one that is there, and holds it: a second process is refused as long
 * as this one lives, however it ends. Throws StateDirectoryRefused when it belongs to another user, cannot be used, or
 * is in use.
 */
export async function openStateDirectory(path: string): Promise<StateDirectory> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StateDirectoryRefused(`The state directory ${path} cannot be made: ${reasonOf(error)}.`);
  }
  const stat = statSync(path);
  if (!stat.isDirectory()) throw new StateDirectoryRefused(`The state directory ${path} is not a directory.`);
  const user = process.getuid?.() ?? stat.uid;
  if (stat.uid !== user) {
    throw new StateDirectoryRefused(
      `The state directory ${path} belongs to the user with id ${stat.uid}, and this process runs as ${user}. ` +
        'Run as that user, or name another directory with --state-dir.',
    );
  }
  const release = await held(path, `${stat.dev}-${stat.ino}`);
  chmodSync(path, 0o700);
  return { path, release };
}

async function held(path: string, identity: string): Promise<() => Promise<void>> {
  try {
    return await holdDirectory(path, identity);
  } catch (error) {
    throw new StateDirectoryRefused(
      error instanceof DirectoryHeld
        ? `The state directory ${path} is in use by another running Novella. Stop that one, or name another directory with --state-dir.`
        : `The state directory ${path} cannot be locked: ${reasonOf(error)}.`,
    );
  }
}

/** A secret kept in a file of mode 0600; made at the first call. */
export function secretFile(directory: string, name: string, bytes: number): Buffer {
  const file = join(directory, name);
  try {
    const secret = readFileSync(file);
    if (secret.length === bytes) return secret;
    throw new StateDirectoryRefused(`${file} has ${secret.length} bytes instead of ${bytes}: it is damaged.`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secret = randomBytes(bytes);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, secret, { mode: 0o600, flush: true });
  renameSync(temporary, file);
  // Another one after a power cut would be no key to what was locked by this one.
  flush(directory);
  return secret;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
