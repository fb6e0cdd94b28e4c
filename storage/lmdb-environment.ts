import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb';
import { DamagedFile } from './file-check.ts';
import { checkSpaceForNew } from './file-space.ts';
import { checkFile } from './page-check.ts';
import { storeFailure } from './store-failure.ts';

/** How safe an acknowledged write is: `sync` survives a power cut, `relaxed` only the end of the process. */
export type Durability = 'sync' | 'relaxed';

/** An LMDB environment: one file of rows, keyed by strings. */
export type Environment = RootDatabase<Buffer, string>;

/**
 * Opens an environment, making it when it is missing. Threads of one process that open the same file share it.
 * Throws DamagedFile when LMDB could not read the file, StoreFull when there is no room for a new one, StoreIo when
 * the disk cannot be used.
 *
 * `overlappingSync` is off: with it, lmdb shows a commit to readers before it is flushed, and a GET could tell of
 * something that a power cut then takes back (docs/decisions/0002-durable-before-visible.md).
 */
export function openEnvironment(file: string, durability: Durability): Environment {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (checkFile(file) === null) checkSpaceForNew(file);
  return opened({ ...options(file), noSync: durability === 'relaxed' });
}

/**
 * Opens an environment for reading alone, also while another process writes to it. Takes no lock that a writer would
 * wait for. Throws DamagedFile, also when there is no such file.
 */
export function openToRead(file: string): Environment {
  if (checkFile(file) === null) throw new DamagedFile(`${file} is no store: there is nothing in it.`);
  return opened({ ...options(file), readOnly: true });
}

/** lmdb's types lack `noReadAhead`; its README and its code have it. */
type Options = RootDatabaseOptionsWithPath & { readonly noReadAhead: true };

const options = (file: string): Options => ({
  path: file,
  noSubdir: true,
  encoding: 'binary',
  cache: false,
  overlappingSync: false,
  // Rows are read one by one: pages read ahead of them would be resident memory that nobody asked for (a million
  // instances of which 10,000 are active: 780 MiB with it, 240 without). A walk over a cold file takes five times as long.
  noReadAhead: true,
  maxDbs: 4,
});

function opened(how: RootDatabaseOptionsWithPath): Environment {
  try {
    return open<Buffer, string>(how);
  } catch (error) {
    throw storeFailure(error instanceof Error ? error : new Error(String(error)));
  }
}
