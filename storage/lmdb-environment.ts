import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { open, type RootDatabase } from 'lmdb';

/** How safe an acknowledged write is: `sync` survives a power cut, `relaxed` only the end of the process. */
export type Durability = 'sync' | 'relaxed';

/** An LMDB environment: one file of rows, keyed by strings. */
export type Environment = RootDatabase<Buffer, string>;

/**
 * Opens an environment, making it when it is missing. Threads of one process that open the same file share it.
 *
 * `overlappingSync` is off: with it, lmdb shows a commit to readers before it is flushed, and a GET could tell of
 * something that a power cut then takes back (docs/decisions/0002-durable-before-visible.md).
 */
export function openEnvironment(file: string, durability: Durability): Environment {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return open<Buffer, string>({
    path: file,
    noSubdir: true,
    encoding: 'binary',
    cache: false,
    overlappingSync: false,
    noSync: durability === 'relaxed',
    maxDbs: 4,
  });
}
