import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listDeadLetters, type StoredDeadLetter } from '../runtime/dead-letters.ts';
import { openToRead } from '../storage/lmdb-environment.ts';
import { LmdbReader } from '../storage/lmdb-reader.ts';
import { LETTERS_LISTED_MAX, withoutSecrets } from './dead-letters.ts';

/** The dead letters of a shard. */
export interface ShardLetters {
  readonly shard: string;
  readonly letters: readonly StoredDeadLetter[];
}

const FILE_END = '.mdb';

/** Reads the dead letters of a state directory whose cloud does not run. Changes nothing; the files are opened for reading. */
export async function readDeadLetterFiles(stateDir: string): Promise<readonly ShardLetters[]> {
  const found: ShardLetters[] = [];
  const files = readdirSync(stateDir).filter((name) => name.endsWith(FILE_END));
  for (const name of files.sort()) {
    const environment = openToRead(join(stateDir, name));
    try {
      const letters = listDeadLetters(new LmdbReader(environment, 0), { limit: LETTERS_LISTED_MAX }).map(
        withoutSecrets,
      );
      found.push({ shard: basename(name, FILE_END), letters });
    } finally {
      await environment.close();
    }
  }
  return found;
}
