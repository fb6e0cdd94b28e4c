import { shardFile } from '../../composition/shard-settings.ts';
import type { Reader } from '../../runtime/store.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbReader } from '../../storage/lmdb-reader.ts';

/** Reads the rows of a state directory whose controller has ended. */
export async function readRows<T>(stateDir: string, read: (rows: Reader) => T): Promise<T> {
  const environment = openEnvironment(shardFile(stateDir), 'relaxed');
  try {
    return read(new LmdbReader(environment, 0));
  } finally {
    await environment.close();
  }
}
